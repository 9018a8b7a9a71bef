import HindsightNeuralNetworks
import HindsightTensors

/// Twin delayed DDPG (Fujimoto et al. 2018); with one critic, no delay and no target noise it is DDPG
/// (Lillicrap et al. 2016), also in the form of hindsight experience replay's paper: clipped targets and a
/// penalty on large actions.
public final class TD3: OffPolicyLearner {
    /// Numbers of the algorithm.
    public struct Settings: Sendable, Codable, Equatable {
        /// Numbers of the loop.
        public var loop = OffPolicySettings()
        /// The step size of both optimizers.
        public var learningRate: Float = 1e-3
        /// Sizes of the hidden layers of actor and critics.
        public var hidden = [256, 256]
        /// How many critics there are.
        public var critics = 2
        /// Layer normalisation in the critics.
        public var normalizesCritics = false
        /// τ of the targets.
        public var targetRate = 0.005
        /// Critic updates for each actor update.
        public var policyDelay = 2
        /// The noise on target actions.
        public var targetNoise = 0.2
        /// The largest noise on target actions.
        public var targetNoiseBound = 0.5
        /// The normal noise on actions while learning.
        public var explorationNoise = 0.1
        /// The part of actions that are random while learning (Plappert et al. 2018).
        public var randomActions = 0.0
        /// What the mean square of actions before tanh costs (Andrychowicz et al. 2017).
        public var actionPenalty = 0.0
        /// Whether actions after tanh cost that instead (Plappert et al. 2018 and their program).
        public var penalizesOutputs = false
        /// Whether observations and goals are brought to mean 0 and deviation 1 by what was learnt from so far,
        /// and clipped to ±5.
        public var normalizesObservations = false
        /// Updates between moves of the targets.
        public var targetEvery = 1
        /// What targets are at least; nil for no bound.
        public var lowestTarget: Double?
        /// What targets are at most; nil for no bound.
        public var highestTarget: Double?

        /// TD3's defaults.
        public init() {}

        /// DDPG's defaults.
        public static var ddpg: Settings {
            var settings = Settings()
            settings.critics = 1
            settings.policyDelay = 1
            settings.targetNoise = 0
            return settings
        }

        /// DDPG with hindsight as in the technical report on multi-goal robots (Plappert et al. 2018, appendix A):
        /// 3 layers of 256, observations normalised, γ 0.98, targets in [-1/(1 - γ), 0], action penalty 1, 30 %
        /// random actions and noise of 0.2, relabelled 4 : 1, and cycles of 100 steps (two episodes of 50), 40
        /// updates and a move of the targets by 0.05.
        public static var hindsight: Settings {
            var settings = Settings.ddpg
            settings.hidden = [256, 256, 256]
            settings.loop.discount = 0.98
            settings.loop.hindsight = .future
            settings.loop.learningStarts = 100
            settings.loop.trainEvery = 100
            settings.loop.gradientSteps = 40
            settings.targetEvery = 40
            settings.targetRate = 0.05
            settings.lowestTarget = -50
            settings.highestTarget = 0
            settings.actionPenalty = 1
            settings.penalizesOutputs = true
            settings.normalizesObservations = true
            settings.randomActions = 0.3
            settings.explorationNoise = 0.2
            return settings
        }
    }

    /// Numbers of the algorithm.
    public let settings: Settings
    /// Numbers of an action.
    public let actionCount: Int
    private let networks: DeterministicActorCritic
    private let normalizer: FeatureNormalizer?
    private let actorUpdate, criticUpdate: CapturedUpdate
    private let acting: ContinuousActing
    private var inputs = LearningInputs()

    /// Fresh networks for an environment.
    ///
    /// - Throws: `EnvironmentError.unsuitable` unless actions are bounded numbers.
    public init(_ environment: any VectorEnvironment, _ settings: Settings, seed: UInt64) throws {
        self.settings = settings
        actionCount = try environment.continuousActionCount(for: "TD3")
        let encoder = ObservationEncoder(environment.observationSpace)
        let networks = DeterministicActorCritic(
            features: encoder.featureCount, actions: actionCount,
            .init(
                hidden: settings.hidden, critics: settings.critics,
                normalizesCritics: settings.normalizesCritics,
                learningRate: settings.learningRate, targetRate: settings.targetRate), seed: seed)
        let normalizer =
            settings.normalizesObservations
            ? FeatureNormalizer(encoder.featureCount, encoder) : nil
        (self.networks, self.normalizer) = (networks, normalizer)
        acting = try ContinuousActing(environment, encoder) {
            networks.actor(normalizer?($0) ?? $0).actions
        }
        criticUpdate = TD3.criticUpdate(encoder, normalizer, networks, settings)
        actorUpdate = TD3.actorUpdate(encoder, normalizer, networks, settings)
    }

    /// Numbers of the loop.
    public var loop: OffPolicySettings { settings.loop }
    /// Actor and critics with their targets.
    public var modules: [(name: String, module: any Module)] {
        networks.modules + (normalizer.map { [("normalizer", $0)] } ?? [])
    }
    /// The actor acts, on normalised observations if asked for.
    public var policyModules: Set<String> {
        normalizer == nil ? ["actor"] : ["actor", "normalizer"]
    }
    /// One for each trained part.
    public var optimizers: [(name: String, optimizer: any Optimizer)] { networks.optimizers }

    /// Targets follow what was taken over.
    public func noteStart() { networks.restartTargets() }

    // MARK: Losses

    private static func criticUpdate(
        _ encoder: ObservationEncoder, _ normalizer: FeatureNormalizer?,
        _ networks: DeterministicActorCritic, _ settings: Settings
    ) -> CapturedUpdate {
        let (actor, critics, targets, optimizer) = (
            networks.targetActor, networks.critics, networks.targetCritics, networks.criticOptimizer
        )
        let list = critics.parameters
        return CapturedUpdate([optimizer]) { inputs, random in
            let batch = QBatch(inputs, encoder, normalizer)
            var actions = actor(batch.nextFeatures).actions
            if settings.targetNoise > 0 {
                let bound = settings.targetNoiseBound
                let noise = random.normal(actions.shape, deviation: settings.targetNoise)
                actions = (actions + noise.clamped(-bound, bound)).clamped(-1, 1)
            }
            let future = targets(batch.nextFeatures, actions).leastOfAll()
            let outcome = batch.outcome(future).clamped(
                settings.lowestTarget ?? -.infinity, settings.highestTarget ?? .infinity)
            var errors = outcome
            let (loss, gradients) = try valueAndGradients(of: list.trainable) {
                // Twice the half squares: the mean squared error of each critic.
                let rows = critics(batch.features, batch.actions).rowLosses(outcome) * 2
                errors = rows.detached
                return (rows * batch.weights).mean()
            }
            return ([loss, errors], optimizer.updates(gradients, gradientScale: nil))
        }
    }

    private static func actorUpdate(
        _ encoder: ObservationEncoder, _ normalizer: FeatureNormalizer?,
        _ networks: DeterministicActorCritic, _ settings: Settings
    ) -> CapturedUpdate {
        let (actor, critics, optimizer) = (
            networks.actor, networks.critics, networks.actorOptimizer
        )
        let list = actor.parameters
        return CapturedUpdate([optimizer]) { inputs, _ in
            let features = QBatch(inputs, encoder, normalizer).features
            let (loss, gradients) = try valueAndGradients(of: list.trainable) {
                let (actions, raw) = actor(features)
                let loss = critics.first(features, actions).mean() * -1
                let size = (settings.penalizesOutputs ? actions : raw).squared().mean()
                return settings.actionPenalty > 0 ? loss + size * settings.actionPenalty : loss
            }
            return ([loss], optimizer.updates(gradients, gradientScale: nil))
        }
    }

    // MARK: Acting and learning

    /// The actor's actions.
    public func act(on batch: EnvironmentBatch) throws {
        try acting.act(on: batch)
    }

    /// The actor's actions with noise, or random ones.
    public func explore(
        _ batch: EnvironmentBatch, part: Double, random: inout RandomGenerator,
        into actions: UnsafeMutablePointer<Float>
    ) throws {
        try acting.explore(
            batch, noise: settings.explorationNoise, randomActions: settings.randomActions,
            random: &random, into: actions)
    }

    /// One step of the critics, and of actor and targets when it is their turn.
    public func learn(
        from batch: TransitionBatch, random: inout RandomGenerator
    ) throws -> Float {
        let tensors = inputs.tensors(batch)
        try normalizer?.note(tensors)
        let results = try criticUpdate(tensors, random: &random)
        if settings.loop.priority != nil { results[1].copy(to: batch.errors) }
        let count = networks.criticOptimizer.core.stepCount
        if count % max(settings.policyDelay, 1) == 0 {
            _ = try actorUpdate(tensors, random: &random)
            if settings.targetEvery <= 1 { networks.targetUpdate() }
        }
        if settings.targetEvery > 1, count % settings.targetEvery == 0 { networks.targetUpdate() }
        return results[0].item
    }
}
