/// An environment whose observations, a box, have mean 0 and variance 1 by what was seen so far.
///
/// The statistics are part of the environment and saved with it. For evaluation set `isLearning` to false.
public struct NormalizeObservation<Base: Environment>: Environment {
    /// The environment within.
    public private(set) var base: Base
    /// What was seen so far.
    public private(set) var statistics: RunningStatistics
    /// Whether further observations change the statistics.
    public var isLearning = true
    /// The greatest size of a number.
    public let clip: Float

    /// An environment with a box of observations.
    ///
    /// - Throws: `EnvironmentError.unsuitable` for other observations.
    public init(_ base: Base, clip: Float = 10) throws {
        guard case .box = base.observationSpace else {
            throw EnvironmentError.unsuitable(
                "NormalizeObservation needs a box of observations, not \(base.observationSpace)")
        }
        self.base = base
        self.clip = clip
        statistics = RunningStatistics(width: base.observationSpace.flatCount)
    }

    /// The environment's shape, between the clipping bounds.
    public var observationSpace: Space {
        if case .box(let box) = base.observationSpace {
            .box(box.shape, from: -clip, to: clip)
        } else {
            base.observationSpace
        }
    }
    /// The environment's.
    public var actionSpace: Space { base.actionSpace }
    /// The environment's.
    public var actionMask: [Bool]? { base.actionMask }

    /// Begins an episode.
    public mutating func reset(seed: UInt64?) throws -> SpaceValue {
        normalized(try base.reset(seed: seed))
    }

    /// Does an action.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        var step = try base.step(action)
        step.observation = normalized(step.observation)
        return step
    }

    private mutating func normalized(_ value: SpaceValue) -> SpaceValue {
        guard let numbers = value.numbers else { return value }
        // Numbers that break the contract pass, to be refused with their place, and spoil nothing.
        guard numbers.allSatisfy(\.isFinite) else { return value }
        if isLearning { statistics.add(numbers) }
        return .box(statistics.normalized(numbers, clip: clip))
    }
}

/// An environment whose rewards are divided by the deviation of the discounted return so far.
///
/// The statistics are part of the environment and saved with it. For evaluation set `isLearning` to false,
/// or use the environment without this.
public struct NormalizeReward<Base: Environment>: Environment {
    /// The environment within.
    public private(set) var base: Base
    /// Returns seen so far.
    public private(set) var statistics = RunningStatistics(width: 1)
    /// Whether further rewards change the statistics.
    public var isLearning = true
    /// The discount of the return.
    public let discount: Double
    private var discounted = 0.0

    /// An environment.
    public init(_ base: Base, discount: Double = 0.99) {
        self.base = base
        self.discount = discount
    }

    /// The environment's.
    public var observationSpace: Space { base.observationSpace }
    /// The environment's.
    public var actionSpace: Space { base.actionSpace }
    /// The environment's.
    public var actionMask: [Bool]? { base.actionMask }

    /// Begins an episode.
    public mutating func reset(seed: UInt64?) throws -> SpaceValue {
        discounted = 0
        return try base.reset(seed: seed)
    }

    /// Does an action.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        var step = try base.step(action)
        guard step.reward.isFinite else { return step }
        discounted = discounted * discount + step.reward
        if isLearning { statistics.add([Float(discounted)]) }
        step.reward /= (statistics.variances[0] + 1e-8).squareRoot()
        return step
    }
}

extension NormalizeObservation: Encodable where Base: Encodable {}
extension NormalizeObservation: Decodable where Base: Decodable {}
extension NormalizeObservation: Sendable where Base: Sendable {}
extension NormalizeReward: Encodable where Base: Encodable {}
extension NormalizeReward: Decodable where Base: Decodable {}
extension NormalizeReward: Sendable where Base: Sendable {}
