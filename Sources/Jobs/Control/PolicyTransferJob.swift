import HindsightLearning
import HindsightRunStore

/// Compares trainings that began with something learnt with trainings that began with nothing: did it transfer?
public struct PolicyTransferJob {
    /// The runs on both sides; the first one with transfer gets the page.
    public let transfer, scratch: [Run]
    private let plans: (transfer: [TrainPlan], scratch: [TrainPlan])
    private let store: RunStore

    /// A comparison of finished trainings of agents in one environment.
    ///
    /// - Parameters:
    ///   - runs: trainings with transfer; their seeds count together.
    ///   - others: trainings from scratch.
    /// - Throws: `StoreError`; `JobError` for runs that cannot be compared.
    public init(runs: [String], against others: [String], in store: RunStore) throws {
        guard !runs.isEmpty, !others.isEmpty else {
            throw JobError(
                "a comparison needs runs on both sides: hindsight report RUN --against RUN")
        }
        self.store = store
        transfer = try runs.map { try store.find($0) }
        scratch = try others.map { try store.find($0) }
        plans = (
            try transfer.map { try TrainJob.plan(of: $0, in: store) },
            try scratch.map { try TrainJob.plan(of: $0, in: store) }
        )
        try check()
    }

    private func check() throws {
        let all = zip(transfer + scratch, plans.transfer + plans.scratch)
        guard let (first, plan) = all.first(where: { _ in true }) else { return }
        for (run, other) in all {
            guard
                other.environment == plan.environment,
                other.environmentSettings == plan.environmentSettings
            else {
                throw JobError(
                    "\(run.name) learnt in \(Self.place(other)), \(first.name) in "
                        + "\(Self.place(plan)); curves can only be compared in the same environment"
                )
            }
        }
        let twice = Set(transfer.map(\.name)).intersection(scratch.map(\.name))
        guard let name = twice.sorted().first else { return }
        throw JobError("\(name) is on both sides of the comparison")
    }

    private static func place(_ plan: TrainPlan) -> String {
        let settings = plan.environmentSettings.sorted { $0.key < $1.key }
        return ([plan.environment] + settings.map { "\($0.key)=\($0.value)" }).joined(
            separator: " ")
    }

    /// The comparison.
    ///
    /// - Parameters:
    ///   - metric: `mean_return` or `success_rate`; nil for success where there are goals.
    ///   - threshold: what the time to is measured; nil for nine tenths of what learning from scratch gains.
    /// - Throws: `JobError` if the runs share too few judgements.
    public func perform(metric: String? = nil, threshold: Double? = nil) throws -> PolicyTransfer {
        let name = try metric ?? (plans.transfer[0].hasGoals() ? "success_rate" : "mean_return")
        let (tuned, fresh) = (
            try group(transfer, plans.transfer, name), try group(scratch, plans.scratch, name)
        )
        let measured: CurveTransfer
        do {
            measured = try CurveTransfer(tuned, from: fresh, threshold: threshold)
        } catch let error as MetricError {
            throw JobError(
                "the runs cannot be compared: \(error); train both sides with the same --steps and "
                    + "--evaluate-every")
        }
        return PolicyTransfer(
            runs: transfer.map(\.name), against: scratch.map(\.name),
            environment: Self.place(plans.transfer[0]), metric: name, measured: measured,
            sourceSteps: plans.transfer.compactMap(\.start?.steps).max(),
            warnings: warnings(tuned, fresh))
    }

    /// All seeds of some runs.
    private func group(_ runs: [Run], _ plans: [TrainPlan], _ name: String) throws -> CurveGroup {
        var curves: [[Int: Double]] = []
        for (run, plan) in zip(runs, plans) {
            for seed in plan.allSeeds {
                let split = plan.seeds == 1 ? "validation" : "seed \(seed)"
                let values = try store.metrics(of: run, split: split, name: name)
                guard !values.isEmpty else {
                    throw JobError(
                        "\(run.name) has no \(name) of seed \(seed); it must have been trained to its end"
                    )
                }
                // A run that was resumed may have judged a step twice; the later one counts.
                curves.append(Dictionary(values.map { ($0.step, $0.value) }) { $1 })
            }
        }
        do {
            return try CurveGroup(curves)
        } catch {
            throw JobError(
                "the curves of \(runs.map(\.name).joined(separator: ", ")) cannot be put together: \(error)"
            )
        }
    }

    private func warnings(_ tuned: CurveGroup, _ fresh: CurveGroup) -> [String] {
        var list: [String] = []
        if min(tuned.seeds.count, fresh.seeds.count) < 5 {
            list.append(
                "\(tuned.seeds.count) seeds with transfer and \(fresh.seeds.count) from scratch: intervals of "
                    + "fewer than five seeds are too narrow")
        }
        let budgets = Set((plans.transfer + plans.scratch).map(\.steps))
        if budgets.count > 1 {
            list.append(
                "the runs had different budgets (\(budgets.sorted().map(String.init).joined(separator: ", ")) "
                    + "steps); only what they share is compared")
        }
        let seeds = (
            Set(plans.transfer.flatMap(\.allSeeds)), Set(plans.scratch.flatMap(\.allSeeds))
        )
        if seeds.0 != seeds.1 { list.append("the two sides were trained with different seeds") }
        if plans.transfer.allSatisfy({ $0.start == nil && $0.offline == nil }) {
            list.append(
                "no run of the first side began with an earlier policy or logged data: this compares two "
                    + "trainings, not what was transferred")
        }
        if plans.scratch.contains(where: { $0.start != nil || $0.offline != nil }) {
            list.append("a run of the second side did not begin from scratch")
        }
        return list
    }
}
