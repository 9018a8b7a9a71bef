import Hindsight

/// A ferry in a stream that carries it along is to be brought to a landing, by four short pushes.
struct Ferry: GoalEnvironment, Codable {
    var place: [Float] = [0, 0]
    var landing: [Float] = [0, 0]
    var random = PCG64(seed: 0)

    var observationSpace: Space {
        .goal(observation: .box([2], from: -1, to: 1), goal: .box([2], from: -1, to: 1))
    }
    var actionSpace: Space { .discrete(4) }
    // 0 within a tenth of the landing, which ends the episode; -1 elsewhere.
    var goalReward: GoalReward { .sparse(goalCount: 2, threshold: 0.1, terminates: true) }

    mutating func reset(seed: UInt64?) -> SpaceValue {
        if let seed { random = PCG64(seed: seed) }
        place = [Float(random.uniform(-1, 1)), Float(random.uniform(-1, 1))]
        landing = [Float(random.uniform(-1, 1)), Float(random.uniform(-1, 1))]
        return observation
    }

    mutating func step(_ action: SpaceValue) -> EnvironmentStep {
        let pushes: [[Float]] = [[0.1, 0], [-0.1, 0], [0, 0.1], [0, -0.1]]
        let push = pushes[action.index ?? 0]
        place = [place[0] + push[0] + 0.03, place[1] + push[1]].map { min(max($0, -1), 1) }
        let (reward, isThere) = goalReward(achieved: place, desired: landing)
        return EnvironmentStep(observation, reward: Double(reward), isTerminated: isThere)
    }

    private var observation: SpaceValue {
        .goal(observation: .box(place), achieved: .box(place), desired: .box(landing))
    }
}
