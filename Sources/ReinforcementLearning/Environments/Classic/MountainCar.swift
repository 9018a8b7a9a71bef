import CHindsightKernels

/// A car too weak to drive up the hill at once: Gymnasium's MountainCar-v0, bit for bit (Moore 1990).
///
/// Observations are `[position, velocity]`; actions 0, 1, 2 accelerate to the left, not at all, to the
/// right. The reward is -1 at each step, and an episode ends at position 0.5. The usual time limit is 200
/// steps, and a mean return of -110 counts as solved.
public struct MountainCar: Environment, Codable, Sendable {
    /// From -1.2 to 0.6; the valley is at -0.52.
    public internal(set) var position = 0.0
    /// From -0.07 to 0.07 a step.
    public internal(set) var velocity = 0.0
    private var episode = EpisodeRandom()

    /// A car in the valley.
    public init() {}

    static let observations = Space.box(
        Space.Box(shape: [2], low: [-1.2, -0.07], high: [0.6, 0.07]))

    /// Position and velocity.
    public var observationSpace: Space { Self.observations }

    /// To the left, not at all, to the right.
    public var actionSpace: Space { .discrete(3) }

    /// Draws a position from -0.6 to -0.4, at rest.
    public mutating func reset(seed: UInt64?) -> SpaceValue {
        episode.begin(seed: seed)
        position = episode.numbers.uniform(-0.6, -0.4)
        velocity = 0
        return observation
    }

    /// Drives for a step.
    ///
    /// - Throws: `EnvironmentError` for an action that is none, or outside an episode.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        try episode.check("mountaincar")
        let choice = try action.action(below: 3, in: "mountaincar")
        velocity += Double(choice - 1) * 0.001 + hs_exact_cos(3 * position) * -0.0025
        velocity = min(max(velocity, -0.07), 0.07)
        position = min(max(position + velocity, -1.2), 0.6)
        if position == -1.2 && velocity < 0 { velocity = 0 }
        let isTerminated = position >= 0.5 && velocity >= 0
        if isTerminated { episode.end() }
        return EnvironmentStep(observation, reward: -1, isTerminated: isTerminated)
    }

    private var observation: SpaceValue { .box([Float(position), Float(velocity)]) }
}
