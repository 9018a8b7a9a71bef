/// An environment whose episodes are cut off after so many steps.
public struct TimeLimit<Base: Environment>: Environment {
    /// The environment within.
    public private(set) var base: Base
    /// Steps after which an episode is cut off.
    public let steps: Int
    private var taken = 0
    private var isRunning = false

    /// An environment with a limit of at least one step.
    public init(_ base: Base, steps: Int) {
        self.base = base
        self.steps = max(1, steps)
    }

    /// The environment's.
    public var observationSpace: Space { base.observationSpace }
    /// The environment's.
    public var actionSpace: Space { base.actionSpace }
    /// The environment's.
    public var actionMask: [Bool]? { base.actionMask }

    /// Begins an episode, and counts from zero.
    public mutating func reset(seed: UInt64?) throws -> SpaceValue {
        (taken, isRunning) = (0, true)
        return try base.reset(seed: seed)
    }

    /// Does an action; the last one allowed truncates.
    ///
    /// - Throws: `EnvironmentError.notReset` after the limit, and what the environment throws.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        guard isRunning else { throw EnvironmentError.notReset(environment: "\(Base.self)") }
        var step = try base.step(action)
        taken += 1
        if taken >= steps { step.isTruncated = true }
        isRunning = !step.isTerminated && !step.isTruncated
        return step
    }
}

extension TimeLimit: GoalEnvironment where Base: GoalEnvironment {
    /// The environment's.
    public var goalReward: GoalReward { base.goalReward }
}
extension TimeLimit: Encodable where Base: Encodable {}
extension TimeLimit: Decodable where Base: Decodable {}
extension TimeLimit: Sendable where Base: Sendable {}
