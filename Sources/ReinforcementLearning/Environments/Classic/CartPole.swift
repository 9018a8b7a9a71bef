import CHindsightKernels

/// A pole to be balanced on a cart by pushing the cart left or right: Gymnasium's CartPole-v1, bit for bit.
///
/// Dynamics of Barto, Sutton and Anderson (1983) in Florian's form, Euler steps of 0.02 s. Observations are
/// `[position, velocity, angle, angular velocity]`; actions 0 and 1 push left and right. The reward is 1 at
/// each step. An episode ends when the cart is 2.4 m from the middle or the pole 12° from upright; the
/// usual time limit is 500 steps, and a mean return of 475 counts as solved.
public struct CartPole: Environment, Codable, Sendable {
    /// Position in m, velocity in m/s, angle in rad and angular velocity in rad/s.
    public internal(set) var state: [Double] = [0, 0, 0, 0]
    private let hasFailureReward: Bool
    private var episode = EpisodeRandom()

    static let massOfPole = 0.1
    static let totalMass = 0.1 + 1.0
    static let halfLength = 0.5
    static let poleMassLength = 0.1 * 0.5
    static let positionLimit = 2.4
    static let angleLimit = 12 * 2 * Double.pi / 360

    /// A cart with its pole.
    ///
    /// - Parameter hasFailureReward: whether the reward is that of Sutton and Barto's book, -1 for the step
    ///   that fails and 0 before, instead of 1 for each step.
    public init(hasFailureReward: Bool = false) { self.hasFailureReward = hasFailureReward }

    /// Position, velocity, angle, angular velocity.
    public var observationSpace: Space {
        let high: [Float] = [
            Float(Self.positionLimit * 2), .infinity, Float(Self.angleLimit * 2), .infinity,
        ]
        return .box(Space.Box(shape: [4], low: high.map { -$0 }, high: high))
    }

    /// Push left, push right.
    public var actionSpace: Space { .discrete(2) }

    /// Draws a state of small numbers, ±0.05.
    public mutating func reset(seed: UInt64?) -> SpaceValue {
        episode.begin(seed: seed)
        for index in state.indices { state[index] = episode.numbers.uniform(-0.05, 0.05) }
        return observation
    }

    /// Pushes for 0.02 s.
    ///
    /// - Throws: `EnvironmentError` for an action that is none, or outside an episode.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        try episode.check("cartpole")
        let force = try action.action(below: 2, in: "cartpole") == 1 ? 10.0 : -10.0
        state = Self.moved(state, force: force)
        let isTerminated =
            state[0] < -Self.positionLimit || state[0] > Self.positionLimit
            || state[2] < -Self.angleLimit || state[2] > Self.angleLimit
        if isTerminated { episode.end() }
        let reward = hasFailureReward ? (isTerminated ? -1.0 : 0) : 1
        return EnvironmentStep(observation, reward: reward, isTerminated: isTerminated)
    }

    /// The state 0.02 s after a push of so many newtons. The order of operations is Gymnasium's, since
    /// roundings depend on it.
    public static func moved(_ state: [Double], force: Double) -> [Double] {
        let (velocity, angle, turning) = (state[1], state[2], state[3])
        let cosine = hs_exact_cos(angle)
        let sine = hs_exact_sin(angle)
        let push = (force + poleMassLength * (turning * turning) * sine) / totalMass
        let angular =
            (9.8 * sine - cosine * push)
            / (halfLength * (4.0 / 3.0 - massOfPole * (cosine * cosine) / totalMass))
        let linear = push - poleMassLength * angular * cosine / totalMass
        return [
            state[0] + 0.02 * velocity, velocity + 0.02 * linear, angle + 0.02 * turning,
            turning + 0.02 * angular,
        ]
    }

    private var observation: SpaceValue { .box(state.map { Float($0) }) }
}
