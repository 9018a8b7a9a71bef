import HindsightLearning

/// Judges a policy by whole episodes in environments of their own, which begin alike at every judgement.
public final class Evaluator {
    private let environment: any VectorEnvironment
    private let episodes: Int
    private let seed: UInt64

    /// - Parameters:
    ///   - environment: apart from the one that is learnt in.
    ///   - episodes: how many to play; each environment plays an equal share, rounded up.
    ///   - seed: where start states come from.
    public init(_ environment: any VectorEnvironment, episodes: Int, seed: UInt64) {
        self.environment = environment
        self.episodes = episodes
        self.seed = seed
    }

    /// Plays the episodes.
    ///
    /// - Returns: `mean_return`, `return_deviation`, `mean_length`, `episodes` and, for goal environments,
    ///   `success_rate`.
    public func evaluate(_ policy: any Policy) throws -> Metrics {
        let results = try play(policy)
        let count = Double(results.count)
        let mean = results.reduce(0) { $0 + $1.sum } / count
        let variance = results.reduce(0) { $0 + ($1.sum - mean) * ($1.sum - mean) } / count
        var metrics: Metrics = [
            "mean_return": mean, "return_deviation": variance.squareRoot(),
            "mean_length": results.reduce(0) { $0 + Double($1.length) } / count, "episodes": count,
        ]
        if environment.goalReward != nil {
            metrics["success_rate"] = Double(results.count { $0.isSuccess }) / count
        }
        return metrics
    }

    /// How an episode went.
    public struct Episode: Sendable {
        /// The undiscounted return.
        public var sum = 0.0
        /// Its steps.
        public var length = 0
        /// Whether its last step reached the goal.
        public var isSuccess = false
    }

    /// Plays the episodes.
    ///
    /// - Returns: how they went, in an order that does not depend on how long they were.
    public func play(_ policy: any Policy) throws -> [Episode] {
        let batch = environment.batch
        try environment.reset(seed: seed)
        let share = (episodes + batch.count - 1) / batch.count
        var finished = [[Episode]](repeating: [], count: batch.count)
        var running = [Episode](repeating: Episode(), count: batch.count)
        while finished.contains(where: { $0.count < share }) {
            try policy.act(on: batch)
            try environment.step()
            for index in 0..<batch.count {
                running[index].sum += Double(batch.rewards[index])
                running[index].length += 1
                guard batch.terminated[index] != 0 || batch.truncated[index] != 0 else { continue }
                running[index].isSuccess = environment.isSuccess(index)
                if finished[index].count < share { finished[index].append(running[index]) }
                running[index] = Episode()
            }
        }
        return finished.flatMap { $0 }
    }
}

/// Returns of the newest training episodes, as they come in.
struct EpisodeWindow: Codable {
    private var sums: [Double]
    private var newest: [Double] = []
    private(set) var episodes = 0

    init(environments: Int) { sums = Array(repeating: 0, count: environments) }

    /// Notes the last step of all environments.
    mutating func note(_ batch: EnvironmentBatch) {
        for index in 0..<batch.count {
            sums[index] += Double(batch.rewards[index])
            guard batch.terminated[index] != 0 || batch.truncated[index] != 0 else { continue }
            newest.append(sums[index])
            if newest.count > 100 { newest.removeFirst() }
            sums[index] = 0
            episodes += 1
        }
    }

    /// Forgets the episodes under way, which will not come to an end.
    mutating func forgetRunning() { sums = Array(repeating: 0, count: sums.count) }

    /// The mean return of up to a hundred episodes; nil before the first has ended.
    var mean: Double? { newest.isEmpty ? nil : newest.reduce(0, +) / Double(newest.count) }
}
