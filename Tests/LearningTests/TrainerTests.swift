import Foundation
import HindsightLearning
import HindsightTensors
import Testing

/// When training ends, and with which model.
@Suite struct TrainerTests {
    private func rules(
        target: Double? = nil, isMaximized: Bool = true, delta: Double = 0, patience: Int? = nil,
        seconds: Double? = nil, steps: Int? = nil
    ) -> StoppingRules {
        StoppingRules(
            goal: Goal("score", isMaximized: isMaximized, target: target, minimumDelta: delta),
            patience: patience, seconds: seconds, steps: steps)
    }

    /// Runs with checkpoints and without, which must come to the same.
    private func run(
        _ rules: StoppingRules, every: Int = 5, _ prepare: (ScriptedMethod) -> Void = { _ in }
    ) throws -> (result: TrainingResult, value: Float) {
        let place = CheckpointPlace()
        let (one, two) = (ScriptedMethod(), ScriptedMethod())
        for method in [one, two] { prepare(method) }
        let kept = try Trainer(
            one, rules: rules, evaluateEvery: every, checkpoints: place.folder()
        ).run()
        var inMemory = try Trainer(two, rules: rules, evaluateEvery: every).run()
        inMemory.seconds = kept.seconds
        #expect(kept == inMemory)
        #expect(one.value == two.value)
        return (kept, one.value)
    }

    @Test("all steps are taken, and the best model is put back")
    func completed() throws {
        let (result, value) = try run(rules()) { $0.scores = [10: 99] }
        #expect(result.reason == .completed)
        #expect(result.steps == 20)
        #expect(result.evaluations.map(\.step) == [0, 5, 10, 15, 20])
        #expect(result.best?.step == 10)
        #expect(try value == ScriptedMethod.value(after: 10))
    }

    @Test("the last step is judged even between evaluations")
    func lastStep() throws {
        let result = try run(rules(), every: 7).result
        #expect(result.evaluations.map(\.step) == [0, 7, 14, 20])
        #expect(result.best?.step == 20)
    }

    @Test("the target ends training, also a target from above")
    func target() throws {
        let up = try run(rules(target: 10)).result
        #expect(up.reason == .targetReached)
        #expect(up.steps == 10)
        let down = try run(rules(target: 0.5, isMaximized: false)) {
            $0.scores = [0: 9, 5: 3, 10: 0.5, 15: 0]
        }.result
        #expect(down.reason == .targetReached)
        #expect(down.best?.step == 10)
    }

    @Test("a model that is good enough to begin with takes no step")
    func alreadyThere() throws {
        let (result, value) = try run(rules(target: 0.9)) { $0.scores = [0: 0.95] }
        #expect(result.steps == 0)
        #expect(result.reason == .targetReached)
        #expect(value == 0)
    }

    @Test("patience is counted in evaluations; too small a gain is none")
    func patience() throws {
        let (result, value) = try run(rules(delta: 0.1, patience: 2)) {
            $0.scores = [0: 1, 5: 2, 10: 2.05, 15: 2.1, 20: 9]
        }
        #expect(result.reason == .outOfPatience(evaluations: 2))
        #expect(result.steps == 15)
        #expect(result.best?.step == 5)
        #expect(try value == ScriptedMethod.value(after: 5))
    }

    @Test("a time budget that is spent ends training after an evaluation")
    func time() throws {
        let result = try run(rules(seconds: 0)).result
        #expect(result.reason == .outOfTime(seconds: 0))
        #expect(result.steps == 0)
        #expect(result.evaluations.count == 1)
    }

    @Test("so many steps, and the last is judged")
    func steps() throws {
        let result = try run(rules(steps: 8)).result
        #expect(result.reason == .outOfSteps)
        #expect(result.steps == 8)
        #expect(result.evaluations.map(\.step) == [0, 5, 8])
    }

    @Test(
        "a loss that is not finite ends training; the best model is put back",
        arguments: [
            Double.nan, .infinity,
        ])
    func divergedLoss(loss: Double) throws {
        let (result, value) = try run(rules()) { $0.losses = [13: loss] }
        #expect(result.reason == .diverged(metric: "loss", step: 13))
        #expect(result.best?.step == 10)
        #expect(try value == ScriptedMethod.value(after: 10))
    }

    @Test("so does a judgement that is not finite")
    func divergedScore() throws {
        let (result, value) = try run(rules()) { $0.scores = [10: .nan] }
        #expect(result.reason == .diverged(metric: "score", step: 10))
        #expect(result.best?.step == 5)
        #expect(try value == ScriptedMethod.value(after: 5))
        let last = try run(rules(steps: 8)) { $0.scores = [8: .nan] }.result
        #expect(last.reason == .diverged(metric: "score", step: 8))
        #expect(last.best?.step == 5)
    }

    @Test("a loss that grew beyond all measure ends training as well")
    func exploded() throws {
        var rules = rules()
        rules.lossLimit = 1_000
        let losses = [1: 0.5, 8: 499, 13: 600]
        let (result, value) = try run(rules) { $0.losses = losses }
        #expect(result.reason == .exploded(metric: "loss", step: 13, times: 1_200))
        #expect(result.reason.name == "diverged" && result.reason.isDivergence)
        #expect("\(result.reason)" == "diverged: loss was 1200 times the first step's at step 13")
        #expect(result.best?.step == 10)
        #expect(try value == ScriptedMethod.value(after: 10))
        // Without a limit whatever is finite goes on.
        #expect(try run(self.rules()) { $0.losses = losses }.result.reason == .completed)
    }

    @Test("a model that was never finite has no best")
    func neverFinite() throws {
        let result = try run(rules()) { $0.scores = [0: .nan] }.result
        #expect(result.best == nil)
        #expect(result.reason == .diverged(metric: "score", step: 0))
    }

    @Test("someone asks to stop: the step under way is the last")
    func interrupted() throws {
        let stop = StopSwitch()
        let method = ScriptedMethod()
        let result = try Trainer(
            method, rules: rules(), evaluateEvery: 5, stopSwitch: stop
        ).run { event in
            if case .step(let progress, _, _) = event, progress.completed == 7 { stop.stop() }
        }
        #expect(result.reason == .interrupted)
        #expect(result.steps == 7)
        #expect(result.best?.step == 5)
        #expect(method.evaluations == 2)
    }

    @Test("events come in order")
    func events() throws {
        let place = CheckpointPlace()
        var names: [String] = []
        _ = try Trainer(
            ScriptedMethod(total: 2), rules: rules(), evaluateEvery: 2,
            checkpoints: place.folder()
        ).run { event in
            switch event {
            case .started: names.append("started")
            case .step: names.append("step")
            case .evaluated(_, let isBest): names.append(isBest ? "best" : "evaluated")
            case .checkpointing: break
            case .checkpointed: names.append("checkpoint")
            case .finished: names.append("finished")
            }
        }
        #expect(
            names == [
                "started", "best", "checkpoint", "step", "step", "best", "checkpoint", "finished",
            ]
                || names == [
                    "started", "best", "checkpoint", "step", "step", "best", "checkpoint",
                    "checkpoint", "finished",
                ])
    }

    private struct Broken: Error {}

    @Test("what the method throws comes through, and training can go on from the last checkpoint")
    func failure() throws {
        let place = CheckpointPlace()
        let method = ScriptedMethod()
        method.failure = (12, Broken())
        let trainer = Trainer(
            method, rules: rules(), evaluateEvery: 5, checkpoints: try place.folder())
        #expect(throws: Broken.self) { try trainer.run() }
        let again = ScriptedMethod()
        let resumed = Trainer(
            again, rules: rules(), evaluateEvery: 5, checkpoints: try place.folder())
        #expect(try resumed.resume() == 10)
        #expect(try resumed.run().steps == 20)
        #expect(try again.value == ScriptedMethod.value(after: 20))
    }
}
