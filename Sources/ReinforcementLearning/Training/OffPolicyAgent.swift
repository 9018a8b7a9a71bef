import HindsightLearning
import HindsightNeuralNetworks
import HindsightTensors

/// The loop of all off-policy algorithms: act, remember, look back with hindsight, learn.
///
/// One `step()` takes some environment steps with the learning that goes with them; `progress` counts
/// environment steps.
public final class OffPolicyAgent<Learner: OffPolicyLearner>: Agent {
    /// The algorithm.
    public let learner: Learner
    /// What is known of the environment.
    public let environment: any VectorEnvironment
    /// What was experienced.
    public let replay: ReplayBuffer
    private let settings: OffPolicySettings
    private let evaluator: Evaluator
    private let relabeler: HindsightRelabeler?
    private let prioritized: PrioritizedSampler?
    private let offline: OfflineReplay?
    private let scaling: ActionScaling
    private let stepsPerCall: Int
    private let total: Int?
    private let seed: UInt64
    private var batch: TransitionBatch
    private let actions: UnsafeMutablePointer<Float>
    private var random: RandomGenerator
    private var actionRandom: RandomGenerator
    private var steps = 0
    private var updates = 0
    /// Gradient steps on logged data before the first environment step.
    private var offlineUpdates = 0
    private var window: EpisodeWindow
    private var hasBegun = false

    /// - Parameters:
    ///   - learner: the algorithm, made for this environment.
    ///   - environment: to learn in.
    ///   - evaluator: judges the policy.
    ///   - steps: environment steps there are to take; nil for no end.
    ///   - stepsPerCall: environment steps of one `step()`.
    ///   - offline: logged data to learn from first, and beside what is experienced; `progress` counts the
    ///     gradient steps before the first environment step, too.
    ///   - seed: where all chance comes from.
    /// - Throws: `EnvironmentError.unsuitable` if settings and environment do not go together;
    ///   `TrajectoryError` if the logged data do not fit.
    public init(
        _ learner: Learner, in environment: any VectorEnvironment, evaluator: Evaluator,
        steps: Int? = nil, stepsPerCall: Int = 100, offline: OfflineData? = nil, seed: UInt64 = 0
    ) throws {
        self.learner = learner
        self.environment = environment
        self.evaluator = evaluator
        self.seed = seed
        total = steps
        self.stepsPerCall = max(stepsPerCall, 1)
        settings = learner.loop
        scaling = try ActionScaling(environment.actionSpace, environment: environment.name)
        replay = ReplayBuffer(
            capacity: min(settings.bufferSize, max(steps ?? .max, 1)), batch: environment.batch,
            actionCount: learner.actionCount)
        batch = TransitionBatch(
            settings.batchSize, from: replay, discount: settings.discount,
            steps: settings.returnSteps, lambda: settings.returnLambda)
        prioritized = settings.priority.map {
            [replay, settings] in
            PrioritizedSampler(replay, exponent: $0, correction: settings.priorityCorrection)
        }
        self.offline = try offline.map { [replay, settings] in
            try OfflineReplay($0, for: environment, settings, beside: replay)
        }
        let hindsight = learner.loop
        relabeler = try hindsight.hindsight.map { strategy in
            guard let reward = environment.goalReward else {
                throw EnvironmentError.unsuitable(
                    "\(environment.name) has no goals, so there is nothing for hindsight to replace"
                )
            }
            return HindsightRelabeler(strategy, ratio: hindsight.hindsightRatio, reward: reward)
        }
        let count = environment.count * learner.actionCount
        actions = .allocate(capacity: count)
        actions.initialize(repeating: 0, count: count)
        var seeds = RandomGenerator(seed: seed)
        random = seeds.split()
        actionRandom = seeds.split()
        window = EpisodeWindow(environments: environment.count)
    }

    deinit { actions.deallocate() }

    /// The policy as it is now.
    public var policy: any Policy { learner }

    /// Environment steps taken and to take, with the gradient steps on logged data before them.
    public var progress: LearningProgress {
        let done = steps + offlineUpdates
        return LearningProgress(
            completed: done, total: total.map { $0 + (offline?.updates ?? 0) }, unit: "steps",
            units: done)
    }

    /// Some environment steps and the learning that goes with them.
    ///
    /// - Returns: `loss` (the mean over the updates, once there are any), `training_return` (the mean of the
    ///   last hundred episodes) and `episodes`.
    public func step() throws -> Metrics {
        if let offline, offlineUpdates < offline.updates { return try learnOffline(offline) }
        if !hasBegun {
            try environment.reset(seed: seed)
            hasBegun = true
        }
        var (loss, count) = (0.0, 0)
        let end = min(steps + stepsPerCall, total ?? .max)
        while steps < end {
            try act()
            guard steps >= settings.learningStarts, replay.time % settings.trainEvery == 0 else {
                continue
            }
            for _ in 0..<settings.gradientSteps {
                loss += Double(try learn())
                count += 1
            }
        }
        var metrics = Metrics()
        if count > 0 { metrics["loss"] = loss / Double(count) }
        if let mean = window.mean { metrics["training_return"] = mean }
        metrics["episodes"] = Double(window.episodes)
        return metrics
    }

    /// Some gradient steps on logged data.
    private func learnOffline(_ offline: OfflineReplay) throws -> Metrics {
        let count = min(stepsPerCall, offline.updates - offlineUpdates)
        var loss = 0.0
        for _ in 0..<count {
            loss += Double(try learn())
            offlineUpdates += 1
        }
        return ["loss": loss / Double(count)]
    }

    private func act() throws {
        let rows = environment.batch
        if steps < settings.learningStarts, !settings.startsWithPolicy {
            if replay.time % max(settings.randomActionLength, 1) == 0 { randomActions() }
        } else {
            let part = total.map { Double(steps) / Double($0) } ?? 0
            try learner.explore(rows, part: part, random: &actionRandom, into: actions)
        }
        scaling.write(actions, count: rows.count, to: rows.actions, width: rows.actionCount)
        replay.noteBefore(rows)
        try environment.step()
        replay.noteAfter(rows, actions: actions)
        prioritized?.noteNewest()
        window.note(rows)
        steps += rows.count
    }

    private var lastActions: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: actions, count: environment.count * learner.actionCount)
    }

    private func randomActions() {
        for index in lastActions.indices {
            if case .discrete(let choices, _) = environment.actionSpace {
                actions[index] = Float(
                    environment.batch.randomChoice(choices, in: index, random: &actionRandom))
            } else {
                actions[index] = Float.random(in: -1...1, using: &actionRandom)
            }
        }
    }

    private func learn() throws -> Float {
        if let offline {
            offline.fill(
                batch, beside: replay.count > 0 ? replay : nil, random: &random, lookBack)
        } else {
            if let prioritized {
                prioritized.sample(into: batch, random: &random)
            } else {
                replay.sample(into: batch, random: &random)
            }
            lookBack(&batch, &random)
        }
        updates += 1
        let loss = try learner.learn(from: batch, random: &random)
        prioritized?.note(batch)
        return loss
    }

    /// Hindsight, and what the learner wants to know of the rest of each episode.
    private func lookBack(_ batch: inout TransitionBatch, _ random: inout RandomGenerator) {
        relabeler?.relabel(&batch, random: &random)
        if learner.needsReturns { batch.findReturns(environment.goalReward) }
    }

    /// Takes over the weights of a policy that was learnt before.
    public func begin(from start: LearningState, isPartial: Bool) throws -> WeightTransfer {
        try learner.begin(from: start, isPartial: isPartial)
    }

    /// Keeps the replay buffer's transitions in a folder of their own instead of in every checkpoint.
    public func keepExperience(in folder: String) { replay.folder = ReplayFolder(folder) }

    /// Judges the policy in environments of its own.
    public func evaluate() throws -> Metrics { try evaluator.evaluate(learner) }

    // MARK: Saving

    private struct Position: Codable {
        var steps: Int
        var updates: Int
        var offlineUpdates: Int?
        var random, actionRandom: RandomGenerator.State
        /// What was done last, which random actions may go on with.
        var actions: [Float]
        var window: EpisodeWindow
        var settings: OffPolicySettings
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

    /// Networks, optimizers, generators, replay and environments.
    public func state() throws -> LearningState {
        var state = try learner.learningState()
        state.merge(try replay.state(), under: "replay")
        if let prioritized { state.tensors["priorities"] = prioritized.state }
        if hasBegun, let worlds = try environment.state() {
            state.merge(worlds, under: "environments")
        }
        try state.set(
            Position(
                steps: steps, updates: updates, offlineUpdates: offlineUpdates,
                random: random.state,
                actionRandom: actionRandom.state, actions: Array(lastActions), window: window,
                settings: settings, hasBegun: hasBegun),
            for: "position")
        return state
    }

    /// Goes on from a saved state of the same run.
    public func restore(_ state: LearningState) throws {
        let position: Position = try state.value("position")
        guard position.settings == settings else {
            throw LearningStateError.incompatible(
                "the checkpoint belongs to a run with other settings; a run can only go on with what it "
                    + "began with")
        }
        guard position.actions.count == lastActions.count else {
            throw LearningStateError.incompatible(
                "the checkpoint has \(position.actions.count) numbers of actions, the run "
                    + "\(lastActions.count)")
        }
        try learner.restoreLearning(state)
        _ = lastActions.update(fromContentsOf: position.actions)
        try replay.restore(state.part("replay"))
        if let prioritized { prioritized.restore(try state.tensor("priorities")) }
        steps = position.steps
        updates = position.updates
        offlineUpdates = position.offlineUpdates ?? 0
        random = RandomGenerator(position.random)
        actionRandom = RandomGenerator(position.actionRandom)
        window = position.window
        hasBegun = position.hasBegun
        let isNew = try environment.resume(
            from: state.part("environments"), hasBegun: hasBegun, seed: seed &+ UInt64(steps))
        if isNew {
            replay.cutEpisodes()
            window.forgetRunning()
        }
    }
}
