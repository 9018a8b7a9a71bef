import HindsightTensors

/// Lets a policy act and logs its episodes; with noise or random actions in between if asked for, so that
/// data of several qualities come out.
///
/// Every environment plays an equal share of the episodes, so that short ones are not more likely to be in.
public struct TrajectoryCollector {
    private let environment: any VectorEnvironment
    private let policy: any Policy
    private let scaling: ActionScaling

    /// How actions differ from the policy's.
    public struct Disturbance: Sendable, Equatable {
        /// The part of actions that are random.
        public var randomPart: Double
        /// The normal noise on continuous actions, whose bounds count as -1 and 1.
        public var noise: Double

        /// - Parameters:
        ///   - randomPart: the part of actions that are random, 0 ... 1.
        ///   - noise: the noise's deviation.
        public init(randomPart: Double = 0, noise: Double = 0) {
            self.randomPart = randomPart
            self.noise = noise
        }
    }

    /// - Parameters:
    ///   - environment: where to act.
    ///   - policy: what acts.
    /// - Throws: `EnvironmentError.unsuitable` if actions have no bounds.
    public init(_ environment: any VectorEnvironment, policy: any Policy) throws {
        self.environment = environment
        self.policy = policy
        scaling = try ActionScaling(environment.actionSpace, environment: environment.name)
    }

    /// Plays episodes.
    ///
    /// - Parameters:
    ///   - episodes: how many.
    ///   - disturbance: how actions differ from the policy's.
    ///   - source: what to note about them; its seed is where start states and random actions come from.
    ///   - note: told how many episodes have ended.
    /// - Throws: `EnvironmentError.unsuitable` for noise on discrete actions; what the environment throws.
    public func collect(
        episodes: Int, _ disturbance: Disturbance = Disturbance(), source: Trajectories.Source,
        note: (Int) -> Void = { _ in }
    ) throws -> Trajectories {
        if case .discrete = environment.actionSpace, disturbance.noise > 0 {
            throw EnvironmentError.unsuitable(
                "\(environment.name) has discrete actions, which noise cannot change; mix in random "
                    + "actions instead")
        }
        let batch = environment.batch
        let share = (episodes + batch.count - 1) / batch.count
        var random = RandomGenerator(seed: source.seed)
        var finished = [[Trajectories]](repeating: [], count: batch.count)
        let empty = Trajectories(source, of: environment)
        var running = [Trajectories](repeating: empty, count: batch.count)
        try environment.reset(seed: source.seed)
        while finished.contains(where: { $0.count < share }) {
            try policy.act(on: batch)
            disturb(disturbance, &random)
            for index in 0..<batch.count { running[index].noteBefore(batch, index) }
            try environment.step()
            for index in 0..<batch.count {
                guard running[index].noteAfter(batch, index) else { continue }
                if finished[index].count < share {
                    running[index].randomParts = [Float(disturbance.randomPart)]
                    finished[index].append(running[index])
                }
                running[index] = empty
                note(min(finished.reduce(0) { $0 + $1.count }, episodes))
            }
        }
        return finished.flatMap { $0 }.prefix(episodes).reduce(into: empty) { $0.append($1) }
    }

    private func disturb(_ disturbance: Disturbance, _ random: inout RandomGenerator) {
        let batch = environment.batch
        let width = batch.actionCount
        if disturbance.noise > 0 {
            scaling.disturb(batch, deviation: disturbance.noise, random: &random)
        }
        guard disturbance.randomPart > 0 else { return }
        for index in 0..<batch.count {
            guard Double.random(in: 0..<1, using: &random) < disturbance.randomPart else {
                continue
            }
            if case .discrete(let choices, _) = environment.actionSpace {
                let choice = batch.randomChoice(choices, in: index, random: &random)
                batch.actions[index] = Float(choice)
                continue
            }
            for place in 0..<width {
                let part = Float.random(in: -1...1, using: &random)
                batch.actions[index * width + place] = scaling.scaled(part, place)
            }
        }
    }
}

extension Trajectories {
    /// Keeps what an environment is to be acted on with, and the action, of the only episode.
    fileprivate mutating func noteBefore(_ batch: EnvironmentBatch, _ index: Int) {
        noteSeen(batch.current, batch, index)
        let width = batch.actionCount
        actions += UnsafeBufferPointer(start: batch.actions + index * width, count: width)
    }

    /// Keeps what an action led to.
    ///
    /// - Returns: whether the episode has ended.
    fileprivate mutating func noteAfter(_ batch: EnvironmentBatch, _ index: Int) -> Bool {
        rewards.append(batch.rewards[index])
        terminated.append(batch.terminated[index] != 0 ? 1 : 0)
        truncated.append(batch.truncated[index] != 0 ? 1 : 0)
        guard batch.terminated[index] != 0 || batch.truncated[index] != 0 else { return false }
        noteSeen(batch.next, batch, index)
        lengths = [rewards.count]
        return true
    }

    private mutating func noteSeen(
        _ rows: EnvironmentBatch.Observations, _ batch: EnvironmentBatch, _ index: Int
    ) {
        func row(_ base: UnsafeMutablePointer<Float>, _ width: Int) -> UnsafeBufferPointer<Float> {
            UnsafeBufferPointer(start: base + index * width, count: width)
        }
        observations += row(rows.observations, batch.observationCount)
        achieved += row(rows.achieved, batch.goalCount)
        desired += row(rows.desired, batch.goalCount)
    }
}
