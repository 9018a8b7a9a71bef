import HindsightLearning
import HindsightReinforcementLearning
import HindsightRunStore

/// Acts with the policy of a run, to judge or to watch it.
public struct PolicyJob {
    /// The run.
    public let run: Run
    /// Its policy.
    public let policy: TrainedPolicy
    private let store: RunStore

    /// A job for a run that was trained to its end.
    ///
    /// - Parameters:
    ///   - name: the run.
    ///   - store: where it is kept.
    ///   - seed: whose policy, of a run of several seeds; nil for the best one's.
    /// - Throws: `StoreError`, `JobError` if there is no such policy.
    public init(run name: String, in store: RunStore, seed: UInt64? = nil) throws {
        self.store = store
        run = try store.find(name)
        let plan = try TrainJob.plan(of: run, in: store)
        if let seed, !plan.allSeeds.contains(seed) {
            throw JobError(
                "\(run.name) has no seed \(seed); it has "
                    + plan.allSeeds.map { "\($0)" }.joined(separator: ", "))
        }
        let folder = store.folder(of: run)
        let place = seed == nil || plan.seeds == 1 ? folder : "\(folder)/seed-\(seed ?? 0)"
        let path = "\(place)/\(TrainedPolicy.fileName)"
        guard FilePaths.isFile(path) else {
            throw JobError(
                "\(run.name) has no policy yet (it is \(run.status.rawValue)); finish it with: "
                    + "hindsight train --resume \(run.name)")
        }
        policy = try TrainedPolicy(file: path)
    }

    /// Whether a run is a training of an agent.
    public static func isTraining(_ name: String, in store: RunStore) throws -> Bool {
        try store.find(name).kind == "train"
    }

    /// Judges the policy and keeps the result in the store.
    ///
    /// - Parameters:
    ///   - episodes: how many to play.
    ///   - seed: where their start states come from; nil for those of the training's last judgement.
    /// - Returns: mean return, success rate (of goal environments) and length, with 95 % intervals.
    public func evaluate(episodes: Int, seed: UInt64? = nil) throws -> [MeasuredMetric] {
        let measured = try policy.plan.measured(
            try policy.play(episodes: episodes, seed: seed))
        let name = "\(episodes) episodes" + (seed.map { " of seed \($0)" } ?? "")
        try store.record(
            HindsightRunStore.Evaluation(
                step: policy.plan.allSteps, dataset: name, model: policy.plan.algorithm,
                results: .init(measured, count: episodes)), of: run)
        return measured
    }
}
