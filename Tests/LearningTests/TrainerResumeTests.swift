import Foundation
import HindsightLearning
import HindsightTensors
import Testing

/// Checkpoints: which are kept, and that training goes on from them as if it had never stopped.
@Suite struct TrainerResumeTests {
    private static let scores: [Int: Double] = [0: 1, 4: 7, 8: 3, 12: 9, 16: 2, 20: 5]
    private let rules = StoppingRules(goal: Goal("score"))

    private func method() -> ScriptedMethod {
        let method = ScriptedMethod()
        method.scores = TrainerResumeTests.scores
        return method
    }

    private func trainer(
        _ method: ScriptedMethod, _ place: CheckpointPlace, rules: StoppingRules? = nil,
        everySteps: Int? = nil, keeping: Int = 2, _ stop: StopSwitch = StopSwitch()
    ) throws -> Trainer {
        Trainer(
            method, rules: rules ?? self.rules, evaluateEvery: 4,
            checkpoints: try place.folder(keeping: keeping), checkpointEverySeconds: 1e9,
            checkpointEverySteps: everySteps, stopSwitch: stop)
    }

    /// Trains up to a step, as a process that is then stopped.
    private func stop(
        after step: Int, _ place: CheckpointPlace, resuming: Bool = false, everySteps: Int? = nil,
        keeping: Int = 2
    ) throws {
        let stop = StopSwitch()
        let trainer = try trainer(method(), place, everySteps: everySteps, keeping: keeping, stop)
        if resuming { try trainer.resume() }
        try trainer.run { event in
            if case .step(let progress, _, _) = event, progress.completed == step { stop.stop() }
        }
    }

    /// A result without the time it took.
    private func timeless(_ result: TrainingResult) -> TrainingResult {
        var result = result
        result.seconds = 0
        return result
    }

    @Test("stopped after any step and resumed equals never stopped", arguments: 1..<20)
    func resumed(step: Int) throws {
        let (place, whole) = (CheckpointPlace(), CheckpointPlace())
        let (one, two) = (method(), method())
        let expected = try trainer(one, whole).run()
        try stop(after: step, place)
        let trainer = try trainer(two, place)
        #expect(try trainer.resume() == step)
        let result = try trainer.run()
        #expect(timeless(result) == timeless(expected))
        #expect(one.value == two.value)
        #expect(try one.value == ScriptedMethod.value(after: 12))
        let names = ["best-00000012.safetensors", "step-00000020.safetensors"]
        for name in names { #expect(place.files.contains(name)) }
    }

    @Test("stopped after every step")
    func oftenResumed() throws {
        let place = CheckpointPlace()
        for step in 1..<20 { try stop(after: step, place, resuming: true) }
        let two = method()
        let trainer = try trainer(two, place)
        try trainer.resume()
        let result = try trainer.run()
        #expect(result.evaluations.map(\.step) == [0, 4, 8, 12, 16, 20])
        #expect(try two.value == ScriptedMethod.value(after: 12))
    }

    @Test("a finished training that is resumed takes no further step")
    func alreadyFinished() throws {
        for rules in [rules, StoppingRules(goal: Goal("score", target: 9))] {
            let place = CheckpointPlace()
            let first = try trainer(method(), place, rules: rules).run()
            let again = method()
            let second = try trainer(again, place, rules: rules)
            try second.resume()
            #expect(try timeless(second.run()) == timeless(first))
            #expect(again.evaluations == 0)
        }
    }

    @Test("time is counted over all resumes together")
    func time() throws {
        let place = CheckpointPlace()
        try stop(after: 3, place)
        let saved = try #require(try place.folder().latest()).state
        struct Seconds: Decodable { var seconds: Double }
        let before = try saved.value("trainer", as: Seconds.self).seconds
        #expect(before > 0)
        let trainer = try trainer(method(), place)
        try trainer.resume()
        #expect(try trainer.run().seconds > before)
    }

    @Test("the newest states are kept, and the best models they refer to", arguments: [1, 2, 3])
    func retention(keeping: Int) throws {
        let place = CheckpointPlace()
        try stop(after: 11, place, everySteps: 1, keeping: keeping)
        let states = place.files.filter { $0.hasPrefix("step-") }
        #expect(states.count == keeping)
        #expect(states.last == "step-00000011.safetensors")
        #expect(place.files.filter { $0.hasPrefix("best-") } == ["best-00000004.safetensors"])
        _ = try trainer(method(), place)
        // The best of step 12 is new; states before it may still refer to that of step 4.
        let stop = StopSwitch()
        let next = try trainer(method(), place, everySteps: 1, keeping: keeping, stop)
        try next.resume()
        try next.run { event in
            if case .checkpointed(12, _) = event { stop.stop() }
        }
        let best = place.files.filter { $0.hasPrefix("best-") }
        let old = keeping > 1 ? ["best-00000004.safetensors"] : []
        #expect(best == old + ["best-00000012.safetensors"])
    }

    @Test("checkpoints are made every so many steps")
    func everySteps() throws {
        let place = CheckpointPlace()
        var steps: [Int] = []
        _ = try trainer(method(), place, everySteps: 3).run { event in
            if case .checkpointed(let step, _) = event, steps.last != step { steps.append(step) }
        }
        for step in [3, 6, 9, 12, 15, 18, 20] { #expect(steps.contains(step)) }
    }

    @Test("a damaged newest state: the one before goes on to the same end")
    func damaged() throws {
        let (place, whole) = (CheckpointPlace(), CheckpointPlace())
        let (one, two) = (method(), method())
        let expected = try trainer(one, whole).run()
        try stop(after: 13, place, everySteps: 1)
        try place.damage("step-00000013.safetensors")
        let trainer = try trainer(two, place)
        #expect(try trainer.resume() == 12)
        #expect(try timeless(trainer.run()) == timeless(expected))
        #expect(one.value == two.value)
    }

    @Test("all states damaged: said so, not begun anew in silence")
    func allDamaged() throws {
        let place = CheckpointPlace()
        try stop(after: 13, place)
        for name in place.files where name.hasPrefix("step-") { try place.damage(name) }
        let trainer = try trainer(method(), place)
        let error = #expect(throws: CheckpointError.self) { try trainer.resume() }
        #expect(error!.description.contains("step-00000013.safetensors"))
    }

    @Test("without states training begins at its beginning")
    func nothingThere() throws {
        let place = CheckpointPlace()
        let trainer = try trainer(method(), place)
        #expect(try trainer.resume() == nil)
        #expect(try trainer.run().steps == 20)
        #expect(!place.files.isEmpty)
    }

    @Test("a folder that cannot be written is an error that names it")
    func unwritable() throws {
        let place = CheckpointPlace()
        try Data("a file".utf8).write(to: URL(fileURLWithPath: place.path))
        let error = #expect(throws: CheckpointError.self) { try place.folder() }
        #expect(error!.description.contains(place.path))
    }

    @Test("a folder that goes away is an error, and what was learnt is not lost in memory")
    func removed() throws {
        let place = CheckpointPlace()
        let trainer = try trainer(method(), place)
        let error = #expect(throws: CheckpointError.self) {
            try trainer.run { event in
                if case .step(let progress, _, _) = event, progress.completed == 10 {
                    try? FileManager.default.removeItem(atPath: place.path)
                }
            }
        }
        #expect(error!.description.contains("removed"))
    }
}
