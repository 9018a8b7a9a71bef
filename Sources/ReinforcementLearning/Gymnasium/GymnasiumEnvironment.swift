/// One environment of Gymnasium with values of spaces, as `Environment` has it.
///
/// A copy is the same environment in the same process. Many environments that step together are faster as a
/// `GymnasiumVector`.
public class GymnasiumEnvironment: Environment {
    let vector: GymnasiumVector

    /// What the environment says about itself.
    public var description: GymnasiumDescription { vector.description }
    /// What observations are.
    public var observationSpace: Space { vector.observationSpace }
    /// What actions are.
    public var actionSpace: Space { vector.actionSpace }

    fileprivate init(_ vector: GymnasiumVector) { self.vector = vector }

    /// An environment in a process of its own; a `GoalEnvironment` if it has goals that can be replaced.
    ///
    /// - Parameters:
    ///   - name: `NAME` or `module:NAME`.
    ///   - settings: as `GymnasiumVector` takes them.
    ///   - python: what runs it.
    /// - Throws: `GymnasiumError` if it cannot be made; `EnvironmentError` for wrong settings.
    public static func make(
        _ name: String, settings: [String: String] = [:], python: GymnasiumPython = .find()
    ) throws -> GymnasiumEnvironment {
        let vector = try GymnasiumVector(
            name, settings: settings, python: python, autoreset: .disabled)
        guard let reward = vector.goalReward else { return GymnasiumEnvironment(vector) }
        return GymnasiumGoalEnvironment(vector, reward)
    }

    /// Begins an episode.
    public func reset(seed: UInt64?) throws -> SpaceValue {
        try vector.reset(seed: seed)
        return value(vector.batch.current)
    }

    /// Does an action.
    public func step(_ action: SpaceValue) throws -> EnvironmentStep {
        if let problem = actionSpace.problem(with: action) {
            throw EnvironmentError.action(environment: vector.name, problem: problem)
        }
        let batch = vector.batch
        for (place, number) in actionSpace.flat(action).enumerated() {
            batch.actions[place] = number
        }
        try vector.step()
        return EnvironmentStep(
            value(batch.next), reward: vector.exactReward(0),
            isTerminated: batch.terminated[0] != 0, isTruncated: batch.truncated[0] != 0,
            info: ["is_success": vector.isSuccess(0) ? 1 : 0])
    }

    private func value(_ rows: EnvironmentBatch.Observations) -> SpaceValue {
        let batch = vector.batch
        func part(_ space: Space, _ base: UnsafeMutablePointer<Float>, _ count: Int) -> SpaceValue {
            space.value(flat: UnsafeBufferPointer(start: base, count: count))
        }
        guard batch.goalCount > 0, let seen = observationSpace["observation"],
            let goal = observationSpace["desired_goal"]
        else { return part(observationSpace, rows.observations, batch.observationCount) }
        return .goal(
            observation: part(seen, rows.observations, batch.observationCount),
            achieved: part(goal, rows.achieved, batch.goalCount),
            desired: part(goal, rows.desired, batch.goalCount))
    }
}

/// One environment of Gymnasium whose goals can be replaced.
public final class GymnasiumGoalEnvironment: GymnasiumEnvironment, GoalEnvironment {
    /// Reward and end of an episode from achieved and desired goals.
    public let goalReward: GoalReward

    fileprivate init(_ vector: GymnasiumVector, _ reward: GoalReward) {
        goalReward = reward
        super.init(vector)
    }
}
