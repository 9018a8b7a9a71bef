import Foundation
import HindsightLearning
import HindsightReinforcementLearning
import HindsightRunStore
import HindsightTensors

/// The training of one seed of a plan.
struct SeedTraining {
    let plan: TrainPlan
    let seed: UInt64
    let store: RunStore
    let run: Run
    /// Nil until the seed has begun.
    let stopSwitch: StopSwitch

    /// How it ended.
    struct Outcome: Sendable {
        let seed: UInt64
        let result: TrainingResult
        /// Environment steps that this process took, and in which time.
        let taken: (steps: Int, seconds: Double)
        /// How the best policy's episodes went; empty if it was interrupted.
        let episodes: [Evaluator.Episode]
        let policy: TrainedPolicy
    }

    /// The folder of the seed's files.
    var folder: String {
        plan.seeds == 1 ? store.folder(of: run) : "\(store.folder(of: run))/seed-\(seed)"
    }

    /// Learns from where the newest checkpoint is, or from the beginning.
    ///
    /// - Parameter observe: told what happens, on this thread.
    func train(_ observe: (TrainerEvent) -> Void) throws -> Outcome {
        let agent = try plan.makeAgent(seed: seed)
        watch(agent.environment)
        agent.keepExperience(in: "\(folder)/replay")
        let trainer = Trainer(
            agent, rules: StoppingRules(goal: Goal("mean_return")),
            evaluateEvery: plan.evaluateEvery,
            checkpoints: try CheckpointFolder("\(folder)/checkpoints"), stopSwitch: stopSwitch)
        if try trainer.resume() == nil, let start = plan.start {
            let path = "\(store.folder(of: run))/\(StartPolicy.fileName)"
            _ = try TrainedPolicy(file: path).begin(agent, isPartial: start.isPartial)
        }
        let before = agent.progress.completed
        let recorder = RunRecorder(store, run, seed: plan.seeds == 1 ? nil : seed)
        let begin = ContinuousClock.now
        let result = try trainer.run { event in
            recorder.take(event)
            observe(event)
        }
        let seconds = begin.duration(to: .now) / .seconds(1)
        try recorder.flush()
        try checkDivergence(result)
        let isCut = result.reason == .interrupted
        let judge = try plan.makeEvaluator(
            episodes: plan.finalEpisodes, seed: TrainPlan.finalSeed)
        return Outcome(
            seed: seed, result: result, taken: (agent.progress.completed - before, seconds),
            episodes: isCut ? [] : try judge.play(agent.policy),
            policy: TrainedPolicy(plan: plan, seed: seed, state: try agent.modelState()))
    }

    /// Keeps in the store, and tells, when a worker of the environments had to be started again.
    private func watch(_ environment: any VectorEnvironment) {
        guard let world = environment as? GymnasiumVector else { return }
        world.onRestart = { text in
            let whose = plan.seeds > 1 ? "seed \(seed): " : ""
            _ = try? store.record(Event(whose + text, level: .warning), of: run)
            FileHandle.standardError.write(Data("warning: \(whose)\(text)\n".utf8))
        }
    }

    private func checkDivergence(_ result: TrainingResult) throws {
        guard case .diverged = result.reason, result.best == nil else { return }
        throw JobError(
            "\(result.reason), and no judgement before it was finite; try a smaller learning_rate")
    }
}

extension TrainPlan {
    /// What episodes say: mean return with its interval, length, and the success rate if there are goals.
    func measured(_ episodes: [Evaluator.Episode]) throws -> [MeasuredMetric] {
        guard !episodes.isEmpty else { return [] }
        func mean(_ name: String, _ value: (Evaluator.Episode) -> Double) throws -> MeasuredMetric {
            let values = episodes.map(value)
            let interval = try BootstrapInterval(kind: .percentile).interval(count: values.count) {
                weights in
                zip(values, weights).reduce(0) { $0 + $1.0 * Double($1.1) } / Double(values.count)
            }
            return MeasuredMetric(
                name: name, value: values.reduce(0, +) / Double(values.count), interval: interval)
        }
        var list = [try mean("mean_return", \.sum), try mean("mean_length") { Double($0.length) }]
        if try hasGoals() {
            list.insert(try mean("success_rate") { $0.isSuccess ? 1 : 0 }, at: 1)
        }
        return list
    }
}
