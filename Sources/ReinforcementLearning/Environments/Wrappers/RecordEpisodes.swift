/// An environment that notes return and length of its finished episodes.
public struct RecordEpisodes<Base: Environment>: Environment {
    /// A finished episode.
    public struct Episode: Sendable, Hashable, Codable {
        /// The sum of its rewards.
        public let totalReward: Double
        /// Its steps.
        public let length: Int
    }

    /// The environment within.
    public private(set) var base: Base
    /// The last finished episodes, the oldest first.
    public private(set) var episodes: [Episode] = []
    /// How many are kept.
    public let capacity: Int
    private var total = 0.0
    private var length = 0

    /// An environment whose last episodes are kept.
    public init(_ base: Base, capacity: Int = 100) {
        self.base = base
        self.capacity = max(1, capacity)
    }

    /// The environment's.
    public var observationSpace: Space { base.observationSpace }
    /// The environment's.
    public var actionSpace: Space { base.actionSpace }
    /// The environment's.
    public var actionMask: [Bool]? { base.actionMask }

    /// Begins an episode; one under way is forgotten.
    public mutating func reset(seed: UInt64?) throws -> SpaceValue {
        (total, length) = (0, 0)
        return try base.reset(seed: seed)
    }

    /// Does an action; the last step's `info` has `episode_return` and `episode_length`.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        var step = try base.step(action)
        total += step.reward
        length += 1
        if step.isTerminated || step.isTruncated {
            if episodes.count == capacity { episodes.removeFirst() }
            episodes.append(Episode(totalReward: total, length: length))
            step.info["episode_return"] = total
            step.info["episode_length"] = Double(length)
        }
        return step
    }
}

extension RecordEpisodes: GoalEnvironment where Base: GoalEnvironment {
    /// The environment's.
    public var goalReward: GoalReward { base.goalReward }
}
extension RecordEpisodes: Encodable where Base: Encodable {}
extension RecordEpisodes: Decodable where Base: Decodable {}
extension RecordEpisodes: Sendable where Base: Sendable {}
