import CHindsightKernels

/// Two links to be swung up by a motor between them: Gymnasium's Acrobot-v1, bit for bit.
///
/// Dynamics of Sutton and Barto's book (Sutton 1996), a Runge-Kutta step of 0.2 s. Observations are
/// `[cos θ₁, sin θ₁, cos θ₂, sin θ₂, θ̇₁, θ̇₂]`; actions 0, 1, 2 are torques of -1, 0, 1 Nm. The reward is -1
/// at each step but the last. An episode ends when the tip is a link's length above the base; the usual
/// time limit is 500 steps, and a mean return of -100 counts as solved.
public struct Acrobot: Environment, Codable, Sendable {
    /// θ₁ from hanging down, θ₂ relative to the first link, in rad, and their velocities in rad/s.
    public internal(set) var state: SIMD4<Double> = .zero
    private var episode = EpisodeRandom()

    static let speedLimits = (4 * Double.pi, 9 * Double.pi)

    /// Two links, hanging down.
    public init() {}

    /// Cosine and sine of both angles, both velocities.
    public var observationSpace: Space {
        let high: [Float] = [1, 1, 1, 1, Float(Self.speedLimits.0), Float(Self.speedLimits.1)]
        return .box(Space.Box(shape: [6], low: high.map { -$0 }, high: high))
    }

    /// A torque of -1, 0 or 1 Nm.
    public var actionSpace: Space { .discrete(3) }

    /// Draws angles and velocities of ±0.1.
    public mutating func reset(seed: UInt64?) -> SpaceValue {
        episode.begin(seed: seed)
        let start = (0..<4).map { _ in Float(episode.numbers.uniform(-0.1, 0.1)) }
        for index in 0..<4 { state[index] = Double(start[index]) }
        // The reference's state is float32 now, and NumPy's float32 functions are its own.
        return .box([
            hs_exact_cosf(start[0]), hs_exact_sinf(start[0]), hs_exact_cosf(start[1]),
            hs_exact_sinf(start[1]), start[2], start[3],
        ])
    }

    /// Turns the motor for 0.2 s.
    ///
    /// - Throws: `EnvironmentError` for an action that is none, or outside an episode.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        try episode.check("acrobot")
        let torque = Double(try action.action(below: 3, in: "acrobot") - 1)
        state = Self.moved(state, torque: torque)
        let isTerminated = -hs_exact_cos(state[0]) - hs_exact_cos(state[1] + state[0]) > 1
        if isTerminated { episode.end() }
        return EnvironmentStep(
            observation, reward: isTerminated ? 0 : -1, isTerminated: isTerminated)
    }

    /// The state 0.2 s later. The order of operations is Gymnasium's, since roundings depend on it.
    static func moved(_ state: SIMD4<Double>, torque: Double) -> SIMD4<Double> {
        let step = 0.2
        let half = step / 2
        let first = slope(state, torque)
        let second = slope(state + half * first, torque)
        let third = slope(state + half * second, torque)
        let fourth = slope(state + step * third, torque)
        var next = state + step / 6 * (first + 2 * second + 2 * third + fourth)
        next[0] = wrapped(next[0])
        next[1] = wrapped(next[1])
        next[2] = min(max(next[2], -speedLimits.0), speedLimits.0)
        next[3] = min(max(next[3], -speedLimits.1), speedLimits.1)
        return next
    }

    /// The derivative of the state. Masses, lengths and inertia are 1, centres of mass at 0.5.
    private static func slope(_ state: SIMD4<Double>, _ torque: Double) -> SIMD4<Double> {
        let (angle1, angle2, speed1, speed2) = (state[0], state[1], state[2], state[3])
        let cosine2 = hs_exact_cos(angle2)
        let sine2 = hs_exact_sin(angle2)
        let d1 = 0.25 + (1.25 + cosine2) + 1 + 1
        let d2 = 0.25 + 0.5 * cosine2 + 1
        let phi2 = 0.5 * 9.8 * hs_exact_cos(angle1 + angle2 - Double.pi / 2)
        let phi1 =
            -0.5 * hs_exact_square(speed2) * sine2 - speed2 * speed1 * sine2
            + 1.5 * 9.8 * hs_exact_cos(angle1 - Double.pi / 2) + phi2
        let acceleration2 =
            (torque + d2 / d1 * phi1 - 0.5 * hs_exact_square(speed1) * sine2 - phi2)
            / (1.25 - hs_exact_square(d2) / d1)
        let acceleration1 = -(d2 * acceleration2 + phi1) / d1
        return SIMD4(speed1, speed2, acceleration1, acceleration2)
    }

    /// An angle from -π to π.
    private static func wrapped(_ angle: Double) -> Double {
        var angle = angle
        while angle > .pi { angle -= 2 * .pi }
        while angle < -.pi { angle += 2 * .pi }
        return angle
    }

    private var observation: SpaceValue {
        .box([
            Float(hs_exact_cos(state[0])), Float(hs_exact_sin(state[0])),
            Float(hs_exact_cos(state[1])), Float(hs_exact_sin(state[1])), Float(state[2]),
            Float(state[3]),
        ])
    }
}
