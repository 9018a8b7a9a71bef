/// An environment whose actions are clipped to their box, instead of refused.
public struct ClipAction<Base: Environment>: Environment {
    /// The environment within.
    public private(set) var base: Base

    /// An environment with a box of actions; other actions pass as they are.
    public init(_ base: Base) { self.base = base }

    /// The environment's.
    public var observationSpace: Space { base.observationSpace }
    /// The environment's without bounds.
    public var actionSpace: Space {
        if case .box(let box) = base.actionSpace { .box(box.shape) } else { base.actionSpace }
    }
    /// The environment's.
    public var actionMask: [Bool]? { base.actionMask }

    /// Begins an episode.
    public mutating func reset(seed: UInt64?) throws -> SpaceValue { try base.reset(seed: seed) }

    /// Does the nearest action within the bounds.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        guard case .box(let box) = base.actionSpace, let numbers = action.numbers,
            numbers.count == box.low.count
        else { return try base.step(action) }
        let clipped = numbers.indices.map { min(max(numbers[$0], box.low[$0]), box.high[$0]) }
        return try base.step(.box(clipped))
    }
}

/// An environment whose box of actions is stretched to other bounds, -1 to 1 unless others are given.
public struct RescaleAction<Base: Environment>: Environment {
    /// The environment within.
    public private(set) var base: Base
    private let low: Float
    private let high: Float

    /// An environment with a box of bounded actions; other actions pass as they are.
    public init(_ base: Base, from low: Float = -1, to high: Float = 1) {
        self.base = base
        self.low = low
        self.high = high
    }

    /// The environment's.
    public var observationSpace: Space { base.observationSpace }
    /// The environment's with the new bounds.
    public var actionSpace: Space {
        if case .box(let box) = base.actionSpace {
            .box(box.shape, from: low, to: high)
        } else {
            base.actionSpace
        }
    }
    /// The environment's.
    public var actionMask: [Bool]? { base.actionMask }

    /// Begins an episode.
    public mutating func reset(seed: UInt64?) throws -> SpaceValue { try base.reset(seed: seed) }

    /// Does an action that is between the new bounds as the environment's between its own.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        guard case .box(let box) = base.actionSpace, let numbers = action.numbers,
            numbers.count == box.low.count
        else { return try base.step(action) }
        let stretched = numbers.indices.map { index in
            let (least, greatest) = (box.low[index], box.high[index])
            let place = (numbers[index] - low) / (high - low)
            return min(max(least + (greatest - least) * place, least), greatest)
        }
        return try base.step(.box(stretched))
    }
}

extension ClipAction: GoalEnvironment where Base: GoalEnvironment {
    /// The environment's.
    public var goalReward: GoalReward { base.goalReward }
}
extension ClipAction: Encodable where Base: Encodable {}
extension ClipAction: Decodable where Base: Decodable {}
extension ClipAction: Sendable where Base: Sendable {}

extension RescaleAction: GoalEnvironment where Base: GoalEnvironment {
    /// The environment's.
    public var goalReward: GoalReward { base.goalReward }
}
extension RescaleAction: Encodable where Base: Encodable {}
extension RescaleAction: Decodable where Base: Decodable {}
extension RescaleAction: Sendable where Base: Sendable {}
