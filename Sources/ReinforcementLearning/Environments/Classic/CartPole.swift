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
    /// What cart and pole are like.
    public let body: Body
    private let hasFailureReward: Bool
    private var episode = EpisodeRandom()

    static let positionLimit = 2.4
    static let angleLimit = 12 * 2 * Double.pi / 360

    /// What cart and pole are like; Gymnasium's unless set otherwise.
    public struct Body: Codable, Sendable, Hashable {
        /// In m/s².
        public var gravity = 9.8
        /// In kg.
        public var massOfCart = 1.0
        /// In kg.
        public var massOfPole = 0.1
        /// Half of the pole, in m.
        public var halfLength = 0.5
        /// Of a push, in N; negative to push the other way.
        public var force = 10.0

        /// Gymnasium's.
        public init() {}

        // The order of operations is Gymnasium's.
        fileprivate var totalMass: Double { massOfPole + massOfCart }
        fileprivate var poleMassLength: Double { massOfPole * halfLength }
    }

    /// A cart with its pole.
    ///
    /// - Parameters:
    ///   - hasFailureReward: whether the reward is that of Sutton and Barto's book, -1 for the step that fails
    ///     and 0 before, instead of 1 for each step.
    ///   - body: what cart and pole are like.
    public init(hasFailureReward: Bool = false, body: Body = Body()) {
        self.hasFailureReward = hasFailureReward
        self.body = body
    }

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
        let isRight = try action.action(below: 2, in: "cartpole") == 1
        state = Self.moved(state, force: isRight ? body.force : -body.force, body)
        let isTerminated =
            state[0] < -Self.positionLimit || state[0] > Self.positionLimit
            || state[2] < -Self.angleLimit || state[2] > Self.angleLimit
        if isTerminated { episode.end() }
        let reward = hasFailureReward ? (isTerminated ? -1.0 : 0) : 1
        return EnvironmentStep(observation, reward: reward, isTerminated: isTerminated)
    }

    /// The state 0.02 s after a push of so many newtons. The order of operations is Gymnasium's, since
    /// roundings depend on it.
    public static func moved(
        _ state: [Double], force: Double, _ body: Body = Body()
    ) -> [Double] {
        let (velocity, angle, turning) = (state[1], state[2], state[3])
        let cosine = hs_exact_cos(angle)
        let sine = hs_exact_sin(angle)
        let mass = body.totalMass
        let push = (force + body.poleMassLength * (turning * turning) * sine) / mass
        let angular =
            (body.gravity * sine - cosine * push)
            / (body.halfLength * (4.0 / 3.0 - body.massOfPole * (cosine * cosine) / mass))
        let linear = push - body.poleMassLength * angular * cosine / mass
        return [
            state[0] + 0.02 * velocity, velocity + 0.02 * linear, angle + 0.02 * turning,
            turning + 0.02 * angular,
        ]
    }

    private var observation: SpaceValue { .box(state.map { Float($0) }) }
}
