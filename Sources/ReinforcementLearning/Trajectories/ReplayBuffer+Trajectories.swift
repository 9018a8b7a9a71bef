/// Logged data that an agent learns from before it acts, and while it does.
public struct OfflineData: Sendable {
    /// The episodes.
    public var trajectories: Trajectories
    /// Gradient steps before the first environment step.
    public var updates: Int
    /// What to call the data in messages.
    public var name: String

    /// - Parameters:
    ///   - trajectories: the episodes.
    ///   - updates: gradient steps before the first environment step.
    ///   - name: what to call the data in messages, such as their file.
    public init(_ trajectories: Trajectories, updates: Int, name: String = "the logged data") {
        self.trajectories = trajectories
        self.updates = updates
        self.name = name
    }
}

extension Trajectories {
    /// Whether episodes are such as an environment has: numbers of an observation, goal and action, and the
    /// range of discrete actions.
    ///
    /// - Parameters:
    ///   - environment: where they are to be learnt from.
    ///   - name: what to call them in messages.
    /// - Throws: `TrajectoryError`.
    public func check(for environment: any VectorEnvironment, name: String) throws {
        let wanted = Widths(environment.batch)
        let parts = [
            ("observations", widths.observation, wanted.observation, spaces.observation),
            ("achieved_goals", widths.goal, wanted.goal, spaces.observation),
            ("actions", widths.action, wanted.action, spaces.action),
        ]
        for (tensor, found, expected, space) in parts where found != expected {
            throw TrajectoryError(
                name, tensor,
                "expected \(expected) numbers a row for \(environment.name), found \(found) "
                    + "(\(space) of \(source.environment))")
        }
        guard case .discrete(let choices, _) = environment.actionSpace else { return }
        let range = 0..<Float(choices)
        if let place = actions.firstIndex(where: { !range.contains($0) || $0 != $0.rounded() }) {
            throw TrajectoryError(
                name, "actions",
                "step \(place) has action \(actions[place]), but \(environment.name) has "
                    + "\(environment.actionSpace)")
        }
    }
}

extension ReplayBuffer {
    /// A full buffer of logged episodes, one after another.
    ///
    /// - Parameters:
    ///   - trajectories: the episodes.
    ///   - environment: whose observations and actions they have.
    ///   - name: what to call them in messages.
    /// - Throws: `TrajectoryError` if they do not fit the environment.
    public convenience init(
        _ trajectories: Trajectories, for environment: any VectorEnvironment, name: String
    ) throws {
        try trajectories.check(for: environment, name: name)
        let rows = EnvironmentBatch(
            count: 1, observationSpace: environment.observationSpace,
            actionSpace: environment.actionSpace)
        let scaling = try ActionScaling(environment.actionSpace, environment: environment.name)
        self.init(capacity: trajectories.steps, batch: rows, actionCount: rows.actionCount)
        var (row, step) = (0, 0)
        for length in trajectories.lengths {
            for _ in 0..<length {
                trajectories.copy(row, to: rows.current)
                trajectories.copy(row + 1, to: rows.next)
                scaling.readAction(trajectories.actions, step, to: rows.actions)
                rows.rewards[0] = trajectories.rewards[step]
                rows.terminated[0] = trajectories.terminated[step]
                rows.truncated[0] = trajectories.truncated[step]
                noteBefore(rows)
                noteAfter(rows, actions: rows.actions)
                row += 1
                step += 1
            }
            row += 1
        }
    }
}

extension Trajectories {
    /// Copies a row of what was seen.
    fileprivate func copy(_ row: Int, to rows: EnvironmentBatch.Observations) {
        func copy(_ source: [Float], _ width: Int, _ target: UnsafeMutablePointer<Float>) {
            source.withUnsafeBufferPointer { numbers in
                guard let base = numbers.baseAddress else { return }
                target.update(from: base + row * width, count: width)
            }
        }
        copy(observations, widths.observation, rows.observations)
        guard widths.goal > 0 else { return }
        copy(achieved, widths.goal, rows.achieved)
        copy(desired, widths.goal, rows.desired)
    }
}
