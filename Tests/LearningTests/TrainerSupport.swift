import Foundation
import HindsightLearning
import HindsightTensors

/// A method whose model is one number that walks by chance, and whose judgement is written down beforehand.
final class ScriptedMethod: Method {
    /// What `evaluate()` says after so many steps; the step's number where nothing is written.
    var scores: [Int: Double] = [:]
    /// What the loss is after so many steps; 1 where nothing is written.
    var losses: [Int: Double] = [:]
    /// Thrown by that step.
    var failure: (step: Int, error: any Error)?
    private(set) var evaluations = 0
    private(set) var value: Float = 0
    private var momentum: Float = 0
    private var random = RandomGenerator(seed: 17)
    private var completed = 0
    private let total: Int?

    init(total: Int? = 20) { self.total = total }

    var progress: LearningProgress {
        LearningProgress(completed: completed, total: total, unit: "steps", units: completed)
    }

    func step() throws -> Metrics {
        if let failure, failure.step == completed + 1 { throw failure.error }
        completed += 1
        momentum = 0.9 * momentum + Float(random.next() % 1000) / 1000
        value += momentum
        return ["loss": losses[completed] ?? 1]
    }

    func evaluate() throws -> Metrics {
        evaluations += 1
        return ["score": scores[completed] ?? Double(completed), "other": 3]
    }

    func modelState() -> LearningState { LearningState(tensors: ["value": Tensor([value])]) }

    func restore(model: LearningState) throws {
        value = try model.tensor("value").array(of: Float.self)[0]
    }

    func state() throws -> LearningState {
        var state = LearningState(tensors: [
            "value": Tensor([value]), "momentum": Tensor([momentum]),
        ])
        try state.set(random.state, for: "random")
        try state.set(completed, for: "completed")
        return state
    }

    func restore(_ state: LearningState) throws {
        value = try state.tensor("value").array(of: Float.self)[0]
        momentum = try state.tensor("momentum").array(of: Float.self)[0]
        random = RandomGenerator(try state.value("random", as: RandomGenerator.State.self))
        completed = try state.value("completed")
    }

    /// The model's number after so many steps.
    static func value(after steps: Int) throws -> Float {
        let method = ScriptedMethod(total: nil)
        for _ in 0..<steps { _ = try method.step() }
        return method.value
    }
}

/// A folder of a test's own, removed when it goes out of use.
final class CheckpointPlace {
    let path = NSTemporaryDirectory() + "trainer-" + UUID().uuidString

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func folder(keeping: Int = 2) throws -> CheckpointFolder {
        try CheckpointFolder(path, keeping: keeping)
    }

    var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    /// Cuts a file in half.
    func damage(_ name: String) throws {
        let url = URL(fileURLWithPath: "\(path)/\(name)")
        let bytes = try Data(contentsOf: url)
        try bytes.prefix(bytes.count / 2).write(to: url)
    }
}
