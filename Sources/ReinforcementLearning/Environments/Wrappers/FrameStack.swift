/// An environment that shows its last observations, a box each, the oldest first.
public struct FrameStack<Base: Environment>: Environment {
    /// The environment within.
    public private(set) var base: Base
    /// How many observations are shown.
    public let count: Int
    private var frames: [[Float]] = []

    /// An environment with a box of observations. Before there are enough, the first one is repeated.
    ///
    /// - Throws: `EnvironmentError.unsuitable` for other observations.
    public init(_ base: Base, count: Int = 4) throws {
        guard case .box = base.observationSpace, count > 0 else {
            throw EnvironmentError.unsuitable(
                "FrameStack needs a box of observations and at least one frame, not "
                    + "\(base.observationSpace) and \(count)")
        }
        self.base = base
        self.count = count
    }

    /// `[count] + shape`.
    public var observationSpace: Space {
        guard case .box(let box) = base.observationSpace else { return base.observationSpace }
        return .box(
            Space.Box(
                shape: [count] + box.shape,
                low: Array(repeatElement(box.low, count: count).joined()),
                high: Array(repeatElement(box.high, count: count).joined())))
    }
    /// The environment's.
    public var actionSpace: Space { base.actionSpace }
    /// The environment's.
    public var actionMask: [Bool]? { base.actionMask }

    /// Begins an episode.
    public mutating func reset(seed: UInt64?) throws -> SpaceValue {
        let first = try base.reset(seed: seed)
        frames = Array(repeating: first.numbers ?? [], count: count)
        return .box(Array(frames.joined()))
    }

    /// Does an action.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        var step = try base.step(action)
        frames.append(step.observation.numbers ?? [])
        frames.removeFirst(frames.count - min(frames.count, count))
        step.observation = .box(Array(frames.joined()))
        return step
    }
}

extension FrameStack: Encodable where Base: Encodable {}
extension FrameStack: Decodable where Base: Decodable {}
extension FrameStack: Sendable where Base: Sendable {}
