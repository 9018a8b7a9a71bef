import CHindsightKernels

/// The weak car with a throttle: Gymnasium's MountainCarContinuous-v0, bit for bit.
///
/// Observations are `[position, velocity]`; the action is a force from -1 to 1. The reward is 100 for
/// reaching position 0.45, less a tenth of the square of each action. The usual time limit is 999 steps,
/// and a mean return of 90 counts as solved.
public struct MountainCarContinuous: Environment, Codable, Sendable {
    /// From -1.2 to 0.6; the valley is at -0.52.
    public internal(set) var position = 0.0
    /// From -0.07 to 0.07 a step.
    public internal(set) var velocity = 0.0
    /// The reference's state becomes `float32` with the first step.
    var isFirst = true
    private var episode = EpisodeRandom()

    /// A car in the valley.
    public init() {}

    /// Position and velocity.
    public var observationSpace: Space { MountainCar.observations }

    /// The force.
    public var actionSpace: Space { .box([1], from: -1, to: 1) }

    /// Draws a position from -0.6 to -0.4, at rest.
    public mutating func reset(seed: UInt64?) -> SpaceValue {
        episode.begin(seed: seed)
        position = episode.numbers.uniform(-0.6, -0.4)
        velocity = 0
        isFirst = true
        return observation
    }

    /// Drives for a step. Forces beyond ±1 act as ±1, but cost what they are.
    ///
    /// - Throws: `EnvironmentError` for an action that is no number, or outside an episode.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        try episode.check("mountaincar-continuous")
        let force = try action.action(count: 1, in: "mountaincar-continuous")[0]
        let isTerminated = isFirst ? firstMove(force) : furtherMove(force)
        isFirst = false
        if isTerminated { episode.end() }
        let cost = Double(force) * Double(force) * 0.1
        return EnvironmentStep(
            observation, reward: (isTerminated ? 100 : 0) - cost, isTerminated: isTerminated)
    }

    /// From the state that `reset` made, in double precision but for the force.
    private mutating func firstMove(_ force: Float) -> Bool {
        let slope = 0.0025 * hs_exact_cos(3 * position)
        let push =
            abs(force) > 1
            ? (force > 0 ? 1.0 : -1.0) * 0.0015 - slope
            : Double(force * Float(0.0015) - Float(slope))
        var speed = velocity + push
        if speed > 0.07 { speed = 0.07 }
        if speed < -0.07 { speed = -0.07 }
        var place = position + speed
        if place > 0.6 { place = 0.6 }
        if place < -1.2 { place = -1.2 }
        if place == -1.2 && speed < 0 { speed = 0 }
        (position, velocity) = (Double(Float(place)), Double(Float(speed)))
        return place >= 0.45 && speed >= 0
    }

    /// From a state of `float32` numbers; numbers of the program then act as `float32` too.
    private mutating func furtherMove(_ force: Float) -> Bool {
        let from = Float(position)
        let slope = 0.0025 * hs_exact_cos(Double(3 * from))
        let push =
            abs(force) > 1
            ? Float((force > 0 ? 1.0 : -1.0) * 0.0015 - slope)
            : force * Float(0.0015) - Float(slope)
        var speed = Float(velocity) + push
        if speed > 0.07 { speed = 0.07 }
        if speed < -0.07 { speed = -0.07 }
        var place = from + speed
        if place > 0.6 { place = 0.6 }
        if place < -1.2 { place = -1.2 }
        if place == -1.2 && speed < 0 { speed = 0 }
        (position, velocity) = (Double(place), Double(speed))
        return place >= 0.45 && speed >= 0
    }

    private var observation: SpaceValue { .box([Float(position), Float(velocity)]) }
}
