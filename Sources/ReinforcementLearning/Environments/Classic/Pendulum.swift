import CHindsightKernels

/// A pendulum to be swung up and held with little torque: Gymnasium's Pendulum-v1, bit for bit.
///
/// Observations are `[cos θ, sin θ, θ̇]`, θ from upright; the action is a torque from -2 to 2 Nm. The reward
/// is -(θ² + 0.1 θ̇² + 0.001 torque²). Episodes do not end by themselves; the usual time limit is 200 steps.
public struct Pendulum: Environment, Codable, Sendable {
    /// From upright, in rad; it goes on after a whole turn.
    public internal(set) var angle = 0.0
    /// In rad/s, from -8 to 8.
    public internal(set) var speed = 0.0
    private let gravity: Double
    private let mass: Double
    private let length: Double
    private var episode = EpisodeRandom()

    /// A pendulum, of 1 kg and 1 m unless set otherwise.
    ///
    /// - Parameters:
    ///   - gravity: in m/s².
    ///   - mass: in kg, above 0.
    ///   - length: in m, above 0.
    public init(gravity: Double = 10, mass: Double = 1, length: Double = 1) {
        self.gravity = gravity
        self.mass = mass
        self.length = length
    }

    /// Cosine and sine of the angle, and the velocity.
    public var observationSpace: Space {
        .box(Space.Box(shape: [3], low: [-1, -1, -8], high: [1, 1, 8]))
    }

    /// The torque.
    public var actionSpace: Space { .box([1], from: -2, to: 2) }

    /// Draws any angle, and a velocity of ±1.
    public mutating func reset(seed: UInt64?) -> SpaceValue {
        episode.begin(seed: seed)
        angle = episode.numbers.uniform(-Double.pi, Double.pi)
        speed = episode.numbers.uniform(-1, 1)
        return observation
    }

    /// Turns for 0.05 s. Torques beyond ±2 act as ±2.
    ///
    /// - Throws: `EnvironmentError` for an action that is no number, or outside an episode.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        try episode.check("pendulum")
        let wanted = try action.action(count: 1, in: "pendulum")[0]
        let torque = min(max(wanted, -2), 2)
        let cost =
            hs_exact_square(Self.normalized(angle)) + 0.1 * hs_exact_square(speed)
            + Double(Float(0.001) * hs_exact_squaref(torque))
        let pull =
            3 * gravity / (2 * length) * hs_exact_sin(angle)
            + Double(Float(3 / (mass * (length * length))) * torque)
        speed = min(max(speed + pull * 0.05, -8), 8)
        angle += speed * 0.05
        return EnvironmentStep(observation, reward: -cost)
    }

    /// The angle from -π to π, by Python's remainder, which has the divisor's sign.
    private static func normalized(_ angle: Double) -> Double {
        var rest = (angle + .pi).truncatingRemainder(dividingBy: 2 * .pi)
        if rest < 0 { rest += 2 * .pi }
        return rest - .pi
    }

    private var observation: SpaceValue {
        .box([Float(hs_exact_cos(angle)), Float(hs_exact_sin(angle)), Float(speed)])
    }
}
