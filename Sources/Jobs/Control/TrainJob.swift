import Foundation
import HindsightLearning
import HindsightReinforcementLearning
import HindsightReports
import HindsightRunStore
import HindsightTensors

/// Trains agents as a plan says, and keeps everything in a run store.
///
/// One seed uses all cores; several learn side by side, one core each. A run that was cut off goes on as if
/// it never had been: replay buffers, generators and environments are in its checkpoints.
public struct TrainJob {
    /// What is to be learnt.
    public let plan: TrainPlan
    /// Where runs are kept.
    public let store: RunStore
    /// The run.
    public let run: Run
    private let stopSwitch: StopSwitch
    let isResumed: Bool

    /// A new run.
    ///
    /// - Parameters:
    ///   - plan: what to learn.
    ///   - folder: of the run store.
    ///   - start: the policy to begin with, if the plan says so; it is copied into the run's folder.
    ///   - stopSwitch: how a signal ends training.
    /// - Throws: `StoreError`.
    public init(
        _ plan: TrainPlan, store folder: String, start: StartPolicy? = nil,
        stopSwitch: StopSwitch = StopSwitch()
    ) throws {
        self.plan = plan
        self.stopSwitch = stopSwitch
        isResumed = false
        store = try RunStore(folder: FilePaths.absolute(folder))
        run = try store.create(
            NewRun(
                kind: "train", task: "\(plan.environment) with \(plan.algorithm)",
                recipe: try plan.text(), softwareVersion: hindsightVersion, seed: plan.seed,
                kernelVariant: Kernels.variant, threads: Threads.limit))
        try start?.policy.write(to: "\(store.folder(of: run))/\(StartPolicy.fileName)")
    }

    /// A run that was cut off.
    ///
    /// - Throws: `StoreError`, `JobError` if it came to its end or is no training of an agent.
    public init(
        resuming name: String, in store: RunStore, stopSwitch: StopSwitch = StopSwitch()
    ) throws {
        let found = try store.find(name)
        plan = try TrainJob.plan(of: found, in: store)
        guard found.status != .finished else {
            throw JobError(
                "\(found.name) came to its end (\(found.reason ?? "finished")); there is nothing to "
                    + "resume. To see what it learnt: hindsight evaluate \(found.name)")
        }
        self.store = store
        self.stopSwitch = stopSwitch
        isResumed = true
        run = try store.resume(found)
    }

    /// What a run was to learn.
    ///
    /// - Throws: `JobError` if it is no training of an agent.
    static func plan(of run: Run, in store: RunStore) throws -> TrainPlan {
        guard run.kind == "train" else {
            throw JobError(
                "\(run.name) is no training of an agent; list the runs with: hindsight runs"
            )
        }
        guard let text = try store.recipe(of: run) else {
            throw JobError("\(run.name) has no plan in the store")
        }
        return try TrainPlan(text: text, of: run.name)
    }

    /// Does it.
    ///
    /// - Parameter observe: told what happens, one call at a time; with several seeds on their threads.
    /// - Returns: how it ended.
    /// - Throws: what went wrong; the run is then marked as failed, and can be resumed.
    public func perform(_ observe: (TrainJobEvent) -> Void) throws -> TrainSummary {
        do {
            return try work(observe)
        } catch {
            _ = try? store.end(run, .failed, reason: "\(error)")
            throw error
        }
    }

    private func work(_ observe: (TrainJobEvent) -> Void) throws -> TrainSummary {
        let folder = store.folder(of: run)
        observe(.run(name: run.name, folder: folder, plan: plan))
        try tellBeginning(observe)
        try noteGymnasium(observe)
        let begin = ContinuousClock.now
        let trainings = plan.allSeeds.map {
            SeedTraining(plan: plan, seed: $0, store: store, run: run, stopSwitch: stopSwitch)
        }
        let outcomes = try SeedRunner(trainings, stopSwitch).run(observe)
        let seconds = begin.duration(to: .now) / .seconds(1)
        var summary = try TrainSummary(outcomes, plan, run.name, folder, seconds: seconds)
        guard summary.reason != StopReason.interrupted.name else {
            _ = try store.end(run, .stopped, reason: StopReason.interrupted.name)
            return summary
        }
        try warn(outcomes, observe)
        try keep(summary)
        try keepPolicies(outcomes, trainings, summary)
        let hasDiverged = summary.reason == "diverged"
        _ = try store.end(run, hasDiverged ? .stopped : .finished, reason: summary.explanation)
        summary.report = try TrainReport(summary, run, store).write()
        return summary
    }

    /// What learning begins with, and what about it may be wrong.
    private func tellBeginning(_ observe: (TrainJobEvent) -> Void) throws {
        if let offline = plan.offline {
            observe(.note("offline: \(offline.summary)"))
            if offline.environment != plan.environment {
                observe(.warning("the data were logged in \(offline.environment)"))
            }
        }
        guard let start = plan.start else { return }
        observe(.note("begins with the policy of \(start.summary)"))
        for part in start.fresh { observe(.note("begins anew: \(part)")) }
    }

    private func warn(
        _ outcomes: [SeedTraining.Outcome], _ observe: (TrainJobEvent) -> Void
    ) throws {
        for outcome in outcomes {
            guard case .diverged = outcome.result.reason else { continue }
            let text =
                "seed \(outcome.seed) \(outcome.result.reason); its best policy so far is kept; try a "
                + "smaller learning_rate"
            try store.record(Event(text, level: .warning), of: run)
            observe(.warning(text))
        }
    }

    /// Keeps the judgements, unless a run that was cut off after this has them already.
    private func keep(_ summary: TrainSummary) throws {
        let known = try store.evaluations(of: run)
        func record(_ measured: [MeasuredMetric], _ dataset: String, _ step: Int) throws {
            guard !known.contains(where: { $0.dataset == dataset }) else { return }
            try store.record(
                HindsightRunStore.Evaluation(
                    step: step, dataset: dataset, model: plan.algorithm,
                    results: .init(measured, count: plan.finalEpisodes)), of: run)
        }
        if plan.seeds > 1 {
            for seed in summary.seeds {
                try record(seed.judged, "seed \(seed.seed)", seed.best?.step ?? 0)
            }
        }
        try record(
            summary.evaluation, TrainReport.dataset,
            plan.seeds == 1 ? summary.seeds.first?.best?.step ?? 0 : plan.allSteps)
    }

    /// Keeps each seed's policy, and that of the best seed as the run's.
    private func keepPolicies(
        _ outcomes: [SeedTraining.Outcome], _ trainings: [SeedTraining], _ summary: TrainSummary
    ) throws {
        if plan.seeds > 1 {
            for (outcome, training) in zip(outcomes, trainings) {
                try outcome.policy.write(to: "\(training.folder)/\(TrainedPolicy.fileName)")
            }
        }
        let returns = summary.seeds.map { $0.judged.first?.value ?? -.infinity }
        guard
            let best = returns.indices.reduce(
                nil,
                { best, index in
                    best.map { returns[index] > returns[$0] ? index : $0 } ?? index
                })
        else { return }
        try outcomes[best].policy.write(
            to: "\(store.folder(of: run))/\(TrainedPolicy.fileName)")
    }
}

extension HindsightRunStore.Evaluation.Results {
    /// What the store keeps of measurements.
    init(_ measured: [MeasuredMetric], count: Int) {
        self.init(count: count)
        for metric in measured {
            metrics[metric.name] = HindsightRunStore.Evaluation.Estimate(
                metric.value, low: metric.interval?.lowerBound, high: metric.interval?.upperBound)
        }
    }
}
