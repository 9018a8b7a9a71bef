import Foundation
import HindsightLearning
import HindsightModelFiles
import HindsightReinforcementLearning
import HindsightTensors

/// The policy that a training kept, in one safetensors file with all that is needed to act.
public struct TrainedPolicy: Sendable {
    /// The file's name in a run's folder.
    public static let fileName = "policy.safetensors"
    /// What it was learnt with.
    public let plan: TrainPlan
    /// The seed it was learnt with.
    public let seed: UInt64
    private let state: LearningState
    private static let valuePrefix = "value."

    init(plan: TrainPlan, seed: UInt64, state: LearningState) {
        self.plan = plan
        self.seed = seed
        self.state = state
    }

    /// Reads a policy.
    ///
    /// - Throws: `FileError`, `SafetensorsError`; `JobError` if the file holds something else.
    public init(file path: String) throws {
        let file = try SafetensorsFile(path)
        guard let text = file.metadata["plan"],
            let seed = file.metadata["seed"].flatMap({ UInt64($0) })
        else {
            throw JobError(
                "\(path) holds no policy; a training leaves one in its run's folder as "
                    + TrainedPolicy.fileName)
        }
        plan = try TrainPlan(text: text, of: path)
        self.seed = seed
        var values: [String: String] = [:]
        for (name, value) in file.metadata where name.hasPrefix(Self.valuePrefix) {
            values[String(name.dropFirst(Self.valuePrefix.count))] = value
        }
        state = LearningState(tensors: try file.allTensors, values: values)
    }

    /// Writes the policy; the file appears whole or not at all.
    func write(to path: String) throws {
        var metadata = [
            "format": "pt", "algorithm": plan.algorithm, "environment": plan.environment,
            "seed": "\(seed)", "plan": try plan.text(isPretty: false),
        ]
        for (name, value) in state.values { metadata[Self.valuePrefix + name] = value }
        try SafetensorsWriter.write(
            state.tensors.map { ($0.key, $0.value) }, metadata: metadata, to: path)
    }

    /// Plays episodes that begin alike for the same seed.
    ///
    /// - Parameters:
    ///   - episodes: how many.
    ///   - seed: where start states come from; nil for those of a training's last judgement.
    public func play(episodes: Int, seed: UInt64? = nil) throws -> [Evaluator.Episode] {
        try plan.makeEvaluator(episodes: episodes, seed: seed ?? TrainPlan.finalSeed)
            .play(try makePolicy())
    }

    /// What acts.
    public func makePolicy() throws -> any Policy {
        var small = plan
        // Nothing is learnt, so there is nothing to remember or to learn from.
        small.steps = small.environments
        small.offline = nil
        let agent = try small.makeAgent(seed: seed)
        try agent.restore(model: state)
        return agent.policy
    }

    /// Lets an agent begin with this policy's weights.
    ///
    /// - Throws: `AlgorithmError.notItsPolicy` if they do not fit.
    func begin(_ agent: any Agent, isPartial: Bool) throws -> WeightTransfer {
        try agent.begin(from: state, isPartial: isPartial)
    }
}
