import HindsightLearning
import HindsightReinforcementLearning
import HindsightRunStore

/// Which policy a training began with, for the record.
public struct StartSource: Sendable, Codable, Equatable {
    /// The run that learnt it.
    public var run: String
    /// The seed that it was learnt with.
    public var seed: UInt64
    /// The algorithm that it was learnt with.
    public var algorithm: String
    /// The environment that it was learnt in.
    public var environment: String
    /// What was set about that.
    public var environmentSettings: [String: String]
    /// Steps that were spent on it.
    public var steps: Int
    /// Whether weights that do not fit were left as they were.
    public var isPartial: Bool
    /// Weights that begin anew, each with the reason.
    public var fresh: [String] = []

    /// What it is, for people.
    public var summary: String {
        let settings = environmentSettings.sorted { $0.key < $1.key }.map {
            "\($0.key)=\($0.value)"
        }
        return "\(run), \(algorithm) in \(environment)"
            + (settings.isEmpty ? "" : " with \(settings.joined(separator: ", "))")
    }
}

/// A policy of an earlier run to begin with.
public struct StartPolicy: Sendable {
    /// The policy with its plan.
    public let policy: TrainedPolicy
    let source: StartSource
    /// The copy in a run's folder, so that it does not depend on the other run.
    static let fileName = "start.safetensors"

    /// The policy of a run that was trained to its end.
    ///
    /// - Parameters:
    ///   - run: its name.
    ///   - store: where it is kept.
    ///   - seed: whose policy, of a run of several seeds; nil for the best one's.
    ///   - isPartial: whether weights that do not fit are left fresh instead of refused.
    /// - Throws: `StoreError`, `JobError` if there is no such policy.
    public init(
        run: String, in store: RunStore, seed: UInt64? = nil, isPartial: Bool = false
    ) throws {
        let job = try PolicyJob(run: run, in: store, seed: seed)
        policy = job.policy
        let plan = policy.plan
        source = StartSource(
            run: job.run.name, seed: policy.seed, algorithm: plan.algorithm,
            environment: plan.environment, environmentSettings: plan.environmentSettings,
            steps: plan.allSteps, isPartial: isPartial)
    }

    private static let shapes = ["hidden", "critics", "normalizes_critics", "activation"]

    /// The settings to go on with: all of the earlier run's for the same algorithm, for another one only what
    /// gives networks their shapes. The policy itself takes the first steps instead of chance.
    func settings(for entry: AlgorithmCatalog.Entry) -> [(key: String, value: String)] {
        let known = Set(entry.settings.map(\.name))
        let isSame = entry.name == policy.plan.algorithm
        let kept = policy.plan.settings.filter { name, _ in
            known.contains(name) && (isSame || StartPolicy.shapes.contains(name))
        }
        return kept.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            + (known.contains("starts_with_policy") ? [("starts_with_policy", "true")] : [])
    }
}
