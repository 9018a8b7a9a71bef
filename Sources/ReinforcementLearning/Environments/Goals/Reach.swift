import CHindsightKernels

/// An arm whose hand has to reach a point, in the plane or in space.
///
/// In the plane the arm has three joints and links of 0.4, 0.35 and 0.25 m; in space it turns about the
/// vertical, at its shoulder and at its elbow, with links of 0.5 m. Observations are cosine, sine and velocity
/// of each joint and the hand's position; the action is each joint's wanted velocity, from -1 to 1. The
/// achieved goal is the hand's position. The reward is 0 within 5 cm of the goal and -1 elsewhere. Episodes
/// do not end by themselves; the usual time limit is 50 steps.
public struct Reach: GoalEnvironment, Codable, Sendable {
    /// 2 for the plane, 3 for space.
    public let dimensions: Int
    /// The joints' angles in rad.
    public internal(set) var angles = [Double](repeating: 0, count: 3)
    /// The joints' velocities in rad a step.
    public internal(set) var velocities = [Double](repeating: 0, count: 3)
    /// Where the hand should be, in m.
    public internal(set) var goal: [Float]
    /// How far goals are at most from where the hand begins, in m; nil for as far as it reaches.
    public let goalRange: Double?
    private var episode = EpisodeRandom()

    static let threshold: Float = 0.05
    static let planeLinks = [0.4, 0.35, 0.25]
    private static let topVelocity = 0.15

    /// An arm.
    ///
    /// - Parameters:
    ///   - dimensions: 2 for the plane, 3 for space; 2 for anything less than 3.
    ///   - goalRange: how far goals are at most from where the hand begins, in m; nil for as far as it reaches.
    public init(dimensions: Int = 2, goalRange: Double? = nil) {
        self.goalRange = goalRange
        self.dimensions = dimensions < 3 ? 2 : 3
        goal = [Float](repeating: 0, count: self.dimensions)
    }

    /// Cosines, sines, velocities and the hand; goals are places of the hand.
    public var observationSpace: Space {
        .goal(
            observation: .box([9 + dimensions], from: -1.1, to: 1.1),
            goal: .box([dimensions], from: -1.1, to: 1.1))
    }

    /// The wanted velocity of each joint.
    public var actionSpace: Space { .box([3], from: -1, to: 1) }

    /// 0 within 5 cm of the goal, else -1.
    public var goalReward: GoalReward {
        .sparse(goalCount: dimensions, threshold: Self.threshold)
    }

    /// Draws the arm's pose, and a goal that it can reach.
    public mutating func reset(seed: UInt64?) -> SpaceValue {
        episode.begin(seed: seed)
        angles = pose()
        goal = drawnGoal()
        velocities = [0, 0, 0]
        return observation
    }

    /// Moves the joints.
    ///
    /// - Throws: `EnvironmentError` for an action that is not three numbers, or outside an episode.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        try episode.check("reach")
        let wanted = try action.action(count: 3, in: "reach")
        for joint in 0..<3 {
            let wish = Double(min(max(wanted[joint], -1), 1)) * Self.topVelocity
            velocities[joint] += 0.6 * (wish - velocities[joint])
            angles[joint] += velocities[joint]
            let limits = limits(joint)
            if !limits.contains(angles[joint]) {
                angles[joint] = min(max(angles[joint], limits.lowerBound), limits.upperBound)
                velocities[joint] = 0
            }
        }
        let (reward, _) = goalReward(achieved: hand(angles), desired: goal)
        return EnvironmentStep(
            observation, reward: Double(reward), info: ["is_success": reward == 0 ? 1 : 0])
    }

    /// How far each joint turns; the base turns without end.
    private func limits(_ joint: Int) -> ClosedRange<Double> {
        if joint == 0 { return -Double.infinity...Double.infinity }
        if dimensions == 2 { return -2.6...2.6 }
        return joint == 1 ? 0.0...(Double.pi / 2) : 0.1...2.6
    }

    /// A place that the hand can reach, the nearest of many if none is near enough.
    private mutating func drawnGoal() -> [Float] {
        var best = hand(pose())
        guard let goalRange else { return best }
        let start = hand(angles)
        func distance(_ place: [Float]) -> Double {
            zip(place, start).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }.squareRoot()
        }
        for _ in 0..<200 where distance(best) > goalRange {
            let other = hand(pose())
            if distance(other) < distance(best) { best = other }
        }
        return best
    }

    private mutating func pose() -> [Double] {
        (0..<3).map { joint in
            let limits = joint == 0 ? -Double.pi...Double.pi : limits(joint)
            return episode.numbers.uniform(limits.lowerBound, limits.upperBound)
        }
    }

    /// Where the joints of the arm are from base to hand, in m.
    func joints(_ angles: [Double]) -> [[Double]] {
        var points = [[Double](repeating: 0, count: dimensions)]
        if dimensions == 2 {
            var (x, y, angle) = (0.0, 0.0, 0.0)
            for (length, turn) in zip(Self.planeLinks, angles) {
                angle += turn
                x += length * hs_exact_cos(angle)
                y += length * hs_exact_sin(angle)
                points.append([x, y])
            }
        } else {
            // The elbow bends down from the upper arm's direction.
            var (out, up) = (0.0, 0.0)
            for lift in [angles[1], angles[1] - angles[2]] {
                out += 0.5 * hs_exact_cos(lift)
                up += 0.5 * hs_exact_sin(lift)
                points.append([
                    out * hs_exact_cos(angles[0]), out * hs_exact_sin(angles[0]), up,
                ])
            }
        }
        return points
    }

    private func hand(_ angles: [Double]) -> [Float] {
        joints(angles)[dimensions == 2 ? 3 : 2].map { Float($0) }
    }

    private var observation: SpaceValue {
        let hand = hand(angles)
        let seen =
            angles.map { Float(hs_exact_cos($0)) } + angles.map { Float(hs_exact_sin($0)) }
            + velocities.map { Float($0 / Self.topVelocity) } + hand
        return .goal(observation: .box(seen), achieved: .box(hand), desired: .box(goal))
    }
}
