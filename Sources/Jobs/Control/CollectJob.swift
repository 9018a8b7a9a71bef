import HindsightLearning
import HindsightReinforcementLearning
import HindsightRunStore

/// Lets the policy of a run act and logs its episodes, for others to learn from.
public struct CollectJob {
    /// What to collect.
    public struct Request: Sendable {
        /// How many episodes in all.
        public var episodes = 100
        /// The parts of random actions, one for each quality of data; each gets an equal share of the episodes.
        public var randomParts: [Double] = [0]
        /// The noise on continuous actions, whose bounds count as -1 and 1.
        public var noise = 0.0
        /// Where start states and random actions come from.
        public var seed: UInt64 = 0

        /// A hundred episodes of the policy as it is.
        public init() {}
    }

    /// What was collected.
    public struct Summary: Sendable, Equatable {
        /// One quality of data.
        public struct Quality: Sendable, Equatable {
            /// The part of random actions.
            public var randomPart: Double
            /// How many episodes.
            public var episodes: Int
            /// Their steps together.
            public var steps: Int
            /// Their mean return.
            public var meanReturn: Double
        }

        /// The qualities in the order asked for.
        public var qualities: [Quality]
        /// How many episodes in all.
        public var episodes: Int
        /// Their steps together.
        public var steps: Int
        /// Their mean return.
        public var meanReturn: Double
    }

    private let job: PolicyJob

    /// The run.
    public var run: Run { job.run }
    /// What the policy was learnt with.
    public var plan: TrainPlan { job.policy.plan }

    /// A job for a run that was trained to its end.
    ///
    /// - Parameters:
    ///   - name: the run.
    ///   - store: where it is kept.
    ///   - seed: whose policy, of a run of several seeds; nil for the best one's.
    /// - Throws: `StoreError`, `JobError` if there is no such policy.
    public init(run name: String, in store: RunStore, policySeed seed: UInt64? = nil) throws {
        job = try PolicyJob(run: name, in: store, seed: seed)
    }

    /// Plays the episodes and writes them to a file, which appears whole or not at all.
    ///
    /// - Parameters:
    ///   - request: what to collect.
    ///   - path: a safetensors file (see `Trajectories`).
    ///   - note: told how many episodes have ended.
    /// - Throws: `EnvironmentError` for noise on discrete actions, what is wrong with the file.
    public func collect(
        _ request: Request, to path: String, note: (Int) -> Void = { _ in }
    ) throws -> Summary {
        let policy = try job.policy.makePolicy()
        var all: Trajectories?
        var qualities: [Summary.Quality] = []
        for (index, part) in request.randomParts.enumerated() {
            let count = request.randomParts.count
            let episodes =
                request.episodes * (index + 1) / count - request.episodes * index / count
            guard episodes > 0 else { continue }
            let world = try plan.makeEndingEnvironments(min(episodes, 10))
            let before = all?.episodes ?? 0
            let part = try TrajectoryCollector(world, policy: policy).collect(
                episodes: episodes, .init(randomPart: part, noise: request.noise),
                source: source(request.seed &+ UInt64(index) &* 1_000_003)
            ) { note(before + $0) }
            qualities.append(
                .init(
                    randomPart: Double(part.randomParts[0]), episodes: part.episodes,
                    steps: part.steps, meanReturn: part.meanReturn))
            if all == nil { all = part } else { all?.append(part) }
        }
        guard var all else { throw JobError("there are no episodes to collect") }
        all.source.seed = request.seed
        try all.write(to: path)
        return Summary(
            qualities: qualities, episodes: all.episodes, steps: all.steps,
            meanReturn: all.meanReturn)
    }

    private func source(_ seed: UInt64) -> Trajectories.Source {
        Trajectories.Source(
            environment: plan.environment, environmentSettings: plan.environmentSettings,
            run: run.name, algorithm: plan.algorithm, seed: seed, software: hindsightVersion)
    }
}
