import CHindsightKernels
import HindsightLearning
import HindsightNeuralNetworks
import HindsightTensors

/// What an on-policy algorithm consists of beside the common loop.
public protocol OnPolicyLearner: Learner {
    /// Time steps of a rollout.
    var rolloutSteps: Int { get }
    /// γ and λ of the advantages.
    var discounts: (discount: Double, lambda: Double) { get }

    /// Draws actions, with their log-probabilities and the values of what is seen.
    ///
    /// - Parameters:
    ///   - batch: what to act on is its `current`.
    ///   - rollout: where to write them, at its `time`.
    func sample(
        _ batch: EnvironmentBatch, into rollout: Rollout, random: inout RandomGenerator) throws

    /// Values of what the last actions led to, or of what to act on.
    func values(_ batch: EnvironmentBatch, ofNext: Bool) throws -> [Float]

    /// Learns from a whole rollout.
    ///
    /// - Parameter part: how much of the learning is done, 0 ... 1.
    /// - Returns: what was measured.
    func learn(from rollout: Rollout, part: Double, random: inout RandomGenerator) throws
        -> Metrics
}

/// What was seen and done in some time steps of several environments: rows `[steps · environments, …]`.
public final class Rollout {
    /// Time steps there is room for, and environments.
    public let capacity, environments: Int
    /// Time steps it is to hold: fewer than there is room for where learning ends.
    public internal(set) var steps: Int
    /// The time step that is being written.
    public internal(set) var time = 0
    let observations, desired, actions, logProbabilities, values, rewards, advantages,
        returns: ReplayBuffer.Rows
    let masks: UnsafeMutablePointer<UInt8>
    let ends: UnsafeMutablePointer<UInt8>
    let maskCount: Int

    /// Rows in all.
    public var count: Int { steps * environments }

    init(steps: Int, batch: EnvironmentBatch, actionCount: Int) {
        self.steps = steps
        capacity = steps
        environments = batch.count
        maskCount = batch.maskCount
        let all = steps * batch.count
        observations = .init(all, batch.observationCount)
        desired = .init(all, batch.goalCount)
        actions = .init(all, actionCount)
        logProbabilities = .init(all, 1)
        values = .init(all, 1)
        rewards = .init(all, 1)
        advantages = .init(all, 1)
        returns = .init(all, 1)
        ends = .allocate(capacity: all)
        masks = .allocate(capacity: max(all * maskCount, 1))
    }

    deinit {
        for part in [
            observations, desired, actions, logProbabilities, values, rewards, advantages, returns,
        ] {
            part.base.deallocate()
        }
        ends.deallocate()
        masks.deallocate()
    }

    /// The first row of the time step that is being written.
    var row: Int { time * environments }
}

/// The loop of on-policy algorithms: act for some time steps, estimate advantages, learn, forget.
///
/// One `step()` is one rollout with the learning that follows; `progress` counts environment steps.
public final class OnPolicyAgent<Learner: OnPolicyLearner>: Agent {
    /// The algorithm.
    public let learner: Learner
    /// Where it learns.
    public let environment: any VectorEnvironment
    private let evaluator: Evaluator
    private let scaling: ActionScaling
    private let rollout: Rollout
    private let total: Int?
    private let seed: UInt64
    private var random: RandomGenerator
    private var steps = 0
    private var window: EpisodeWindow
    private var hasBegun = false

    /// - Parameters:
    ///   - learner: the algorithm, made for this environment.
    ///   - environment: to learn in.
    ///   - evaluator: judges the policy.
    ///   - steps: environment steps there are to take, rounded up to whole steps of all environments: the last
    ///     rollout is shortened; nil for no end.
    ///   - seed: where all chance comes from.
    public init(
        _ learner: Learner, in environment: any VectorEnvironment, evaluator: Evaluator,
        steps: Int? = nil, seed: UInt64 = 0
    ) throws {
        self.learner = learner
        self.environment = environment
        self.evaluator = evaluator
        self.seed = seed
        total = steps
        scaling = try ActionScaling(environment.actionSpace, environment: environment.name)
        rollout = Rollout(
            steps: learner.rolloutSteps, batch: environment.batch,
            actionCount: environment.batch.actionCount)
        random = RandomGenerator(seed: seed)
        window = EpisodeWindow(environments: environment.count)
    }

    /// The policy as it is now.
    public var policy: any Policy { learner }

    /// Environment steps taken and to take.
    public var progress: LearningProgress {
        LearningProgress(completed: steps, total: total, unit: "steps", units: steps)
    }

    /// One rollout, and learning from it.
    ///
    /// - Returns: what the algorithm measured, `training_return` and `episodes`.
    public func step() throws -> Metrics {
        if !hasBegun {
            try environment.reset(seed: seed)
            hasBegun = true
        }
        rollout.time = 0
        rollout.steps = timeSteps
        while rollout.time < rollout.steps { try act() }
        let last = try learner.values(environment.batch, ofNext: false)
        let (discount, lambda) = learner.discounts
        hs_advantages(
            rollout.rewards.base, rollout.values.base, rollout.ends, last, Int64(rollout.steps),
            Int64(rollout.environments), discount, lambda, rollout.advantages.base,
            rollout.returns.base)
        let part = total.map { min(Double(steps) / Double($0), 1) } ?? 0
        steps += rollout.count
        var metrics = try learner.learn(from: rollout, part: part, random: &random)
        if let mean = window.mean { metrics["training_return"] = mean }
        metrics["episodes"] = Double(window.episodes)
        return metrics
    }

    /// Time steps of the next rollout.
    private var timeSteps: Int {
        guard let total, steps < total else { return rollout.capacity }
        let left = (total - steps + rollout.environments - 1) / rollout.environments
        return min(rollout.capacity, left)
    }

    private func act() throws {
        let batch = environment.batch
        let row = rollout.row
        rollout.observations.write(batch.current.observations, at: row, count: batch.count)
        rollout.desired.write(batch.current.desired, at: row, count: batch.count)
        (rollout.masks + row * batch.maskCount).update(
            from: batch.masks, count: batch.count * batch.maskCount)
        try learner.sample(batch, into: rollout, random: &random)
        scaling.write(
            rollout.actions.base + row * batch.actionCount, count: batch.count, to: batch.actions,
            width: batch.actionCount)
        try environment.step()
        rollout.rewards.write(batch.rewards, at: row, count: batch.count)
        try noteEnds(row)
        window.note(batch)
        rollout.time += 1
    }

    /// Where an episode was cut off, what would have followed counts with its value.
    private func noteEnds(_ row: Int) throws {
        let batch = environment.batch
        var isCut = false
        for index in 0..<batch.count {
            let end = batch.terminated[index] != 0 || batch.truncated[index] != 0
            rollout.ends[row + index] = end ? 1 : 0
            isCut = isCut || (batch.truncated[index] != 0 && batch.terminated[index] == 0)
        }
        guard isCut else { return }
        let values = try learner.values(batch, ofNext: true)
        let discount = Float(learner.discounts.discount)
        for index in 0..<batch.count
        where batch.truncated[index] != 0 && batch.terminated[index] == 0 {
            rollout.rewards.base[row + index] += discount * values[index]
        }
    }

    /// Takes over the weights of a policy that was learnt before.
    public func begin(from start: LearningState, isPartial: Bool) throws -> WeightTransfer {
        try learner.begin(from: start, isPartial: isPartial)
    }

    /// Judges the policy in environments of its own.
    public func evaluate() throws -> Metrics { try evaluator.evaluate(learner) }

    // MARK: Saving

    private struct Position: Codable {
        var steps: Int
        var random: RandomGenerator.State
        var window: EpisodeWindow
        var hasBegun: Bool
    }

    /// The networks that acting needs.
    public func modelState() throws -> LearningState {
        learner.policyState()
    }

    /// Puts such networks back.
    public func restore(model: LearningState) throws {
        try learner.restorePolicy(model)
    }

    /// Networks, optimizers, generator and environments: between rollouts there is nothing else.
    public func state() throws -> LearningState {
        var state = try learner.learningState()
        if hasBegun, let worlds = try environment.state() {
            state.merge(worlds, under: "environments")
        }
        try state.set(
            Position(steps: steps, random: random.state, window: window, hasBegun: hasBegun),
            for: "position")
        return state
    }

    /// Goes on from a saved state of the same run.
    public func restore(_ state: LearningState) throws {
        let position: Position = try state.value("position")
        try learner.restoreLearning(state)
        steps = position.steps
        random = RandomGenerator(position.random)
        window = position.window
        hasBegun = position.hasBegun
        let isNew = try environment.resume(
            from: state.part("environments"), hasBegun: hasBegun, seed: seed &+ UInt64(steps))
        if isNew { window.forgetRunning() }
    }
}
