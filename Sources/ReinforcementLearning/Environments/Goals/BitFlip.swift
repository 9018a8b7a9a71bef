/// Switches to be set to a pattern, one at a step: the example of hindsight experience replay
/// (Andrychowicz et al. 2017, section 3.1).
///
/// Start and goal are drawn evenly, and differ. An action flips one switch. The reward is 0 when all are
/// as desired, which ends the episode, and -1 before: without hindsight, nobody ever sees a reward of
/// more than a few switches.
public struct BitFlip: GoalEnvironment, Codable, Sendable {
    /// How many switches there are; also the usual time limit.
    public let bits: Int
    private(set) var state: [Bool]
    private(set) var goal: [Bool]
    private var episode = EpisodeRandom()

    /// Switches, at least one.
    public init(bits: Int = 15) {
        self.bits = max(1, bits)
        state = [Bool](repeating: false, count: self.bits)
        goal = state
    }

    /// The switches as they are, twice, and as they should be.
    public var observationSpace: Space {
        .goal(observation: .multiBinary(bits), goal: .multiBinary(bits))
    }

    /// Which switch to flip.
    public var actionSpace: Space { .discrete(bits) }

    /// 0 and the end when all switches are as desired, else -1.
    public var goalReward: GoalReward {
        GoalReward(goalCount: bits) { achieved, desired in
            for index in 0..<achieved.count where achieved[index] != desired[index] {
                return (-1, false)
            }
            return (0, true)
        }
    }

    /// Draws start and goal.
    public mutating func reset(seed: UInt64?) -> SpaceValue {
        episode.begin(seed: seed)
        for index in state.indices { state[index] = episode.numbers.integer(below: 2) == 1 }
        repeat {
            for index in goal.indices { goal[index] = episode.numbers.integer(below: 2) == 1 }
        } while goal == state
        return observation
    }

    /// Flips a switch.
    ///
    /// - Throws: `EnvironmentError` for an action that is none, or outside an episode.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        try episode.check("bitflip")
        state[try action.action(below: bits, in: "bitflip")].toggle()
        let isReached = state == goal
        if isReached { episode.end() }
        return EnvironmentStep(
            observation, reward: isReached ? 0 : -1, isTerminated: isReached,
            info: ["is_success": isReached ? 1 : 0])
    }

    private var observation: SpaceValue {
        .goal(
            observation: .multiBinary(state), achieved: .multiBinary(state),
            desired: .multiBinary(goal))
    }
}
