import HindsightNeuralNetworks
import HindsightTensors

/// Soft actor-critic (Haarnoja et al. 2018) with automatic entropy, layer-normalised critics if asked for
/// (Ball et al. 2023), and truncated quantile critics (TQC; Kuznetsov et al. 2020) if `quantiles` is set.
///
/// With many critics of which each target takes the least of a few (REDQ; Chen et al. 2021), several updates
/// a step and half of each batch from logged data it is RLPD (Ball et al. 2023); with a pretrained policy that
/// fills the buffer first instead of logged data it is WSRL (Zhou et al. 2025).
public final class SAC: OffPolicyLearner {
    /// Numbers of the algorithm.
    public struct Settings: Sendable, Codable, Equatable {
        /// Numbers of the loop.
        public var loop = OffPolicySettings()
        /// The step size of all optimizers.
        public var learningRate: Float = 3e-4
        /// Sizes of the hidden layers of actor and critics.
        public var hidden = [256, 256]
        /// How many critics there are.
        public var critics = 2
        /// Layer normalisation in the critics.
        public var normalizesCritics = false
        /// Quantiles of each critic (TQC); nil for the mean.
        public var quantiles: Int?
        /// The largest quantiles left out of the target, for each critic.
        public var droppedQuantiles = 2
        /// How many critics, drawn anew for each target, its value is the least of; the actor then learns from
        /// the mean of all. Nil for the least of all.
        public var targetCritics: Int?
        /// τ of the target critics.
        public var targetRate = 0.005
        /// Critic updates for each update of actor and temperature.
        public var policyDelay = 1
        /// Whether entropy counts in the critics' targets.
        public var backsUpEntropy = true
        /// L2-SP: what half the squared distance of the actor's weights from where they started costs (Li et
        /// al. 2018).
        public var startDistance = 0.0
        /// A fixed entropy coefficient; nil learns it.
        public var entropyCoefficient: Double?
        /// What the learnt coefficient begins with.
        public var initialEntropyCoefficient = 1.0
        /// The entropy to keep; nil for minus the number of action dimensions.
        public var targetEntropy: Double?

        /// The defaults.
        public init() {}

        /// TQC's defaults: two critics of 25 quantiles.
        public static var tqc: Settings {
            var settings = Settings()
            settings.quantiles = 25
            return settings
        }

        /// RLPD's: ten layer-normalised critics, the least of two in each target, 20 updates a step.
        public static var rlpd: Settings {
            var settings = Settings()
            settings.critics = 10
            settings.targetCritics = 2
            settings.normalizesCritics = true
            settings.loop.gradientSteps = 20
            settings.policyDelay = 20
            settings.backsUpEntropy = false
            settings.loop.startsWithPolicy = true
            return settings
        }

        /// WSRL's: RLPD's critics, 4 updates a step, 5,000 steps of the policy as it is before learning begins.
        public static var wsrl: Settings {
            var settings = Settings.rlpd
            settings.loop.gradientSteps = 4
            settings.policyDelay = 4
            settings.loop.learningStarts = 5_000
            return settings
        }
    }

    /// Numbers of the algorithm.
    public let settings: Settings
    /// Numbers of an action.
    public let actionCount: Int
    private let actor: GaussianActor
    private let critics: CriticEnsemble
    private let targets: CriticEnsemble
    /// The actor as it started, if the distance from it counts.
    private let start: GaussianActor?
    private let temperature: Temperature
    private let criticOptimizer: Adam
    private let actorOptimizer: Adam
    private let temperatureOptimizer: Adam
    private let criticUpdate: CapturedUpdate
    private let actorUpdate: CapturedUpdate
    private let targetUpdate: TargetUpdate
    private let acting: ContinuousActing
    private var inputs = LearningInputs()

    /// Fresh networks for an environment.
    ///
    /// - Throws: `EnvironmentError.unsuitable` unless actions are bounded numbers.
    public init(_ environment: any VectorEnvironment, _ settings: Settings, seed: UInt64) throws {
        self.settings = settings
        actionCount = try environment.continuousActionCount(for: "SAC")
        var random = RandomGenerator(seed: seed)
        let encoder = ObservationEncoder(environment.observationSpace)
        let count = actionCount
        let actor = GaussianActor(encoder.featureCount, count, settings.hidden, random: &random)
        func ensemble() -> CriticEnsemble {
            CriticEnsemble(
                encoder.featureCount + count, settings.hidden, count: settings.critics,
                outputs: settings.quantiles ?? 1, normalizes: settings.normalizesCritics,
                random: &random)
        }
        let (critics, targets) = (ensemble(), ensemble())
        targets.copyParameters(from: critics)
        let temperature = Temperature(
            settings.entropyCoefficient ?? settings.initialEntropyCoefficient)
        let rate = settings.learningRate
        criticOptimizer = Adam(critics, learningRate: rate)
        actorOptimizer = Adam(actor, learningRate: rate)
        temperatureOptimizer = Adam(temperature, learningRate: rate)
        start =
            settings.startDistance > 0
            ? GaussianActor(encoder.featureCount, count, settings.hidden, random: &random) : nil
        start?.copyParameters(from: actor)
        (self.actor, self.critics, self.targets, self.temperature) =
            (actor, critics, targets, temperature)
        targetUpdate = TargetUpdate([(targets, critics)], rate: settings.targetRate)
        acting = try ContinuousActing(
            environment, encoder, best: { actor.best($0) },
            drawn: { actor.sample($0, random: &$1).actions })
        criticUpdate = SAC.criticUpdate(
            encoder, actor, critics, targets, temperature, settings, criticOptimizer)
        actorUpdate = SAC.actorUpdate(
            encoder, actor, critics, temperature, settings, count, actorOptimizer,
            temperatureOptimizer, start: start)
    }

    /// Numbers of the loop.
    public var loop: OffPolicySettings { settings.loop }
    /// Actor, critics, target critics and temperature.
    public var modules: [(name: String, module: any Module)] {
        [
            ("actor", actor), ("critics", critics), ("targets", targets),
            ("temperature", temperature),
        ] + (start.map { [("start", $0)] } ?? [])
    }
    /// The actor acts.
    public var policyModules: Set<String> { ["actor"] }
    /// One for each trained part.
    public var optimizers: [(name: String, optimizer: any Optimizer)] {
        [
            ("actor", actorOptimizer), ("critics", criticOptimizer),
            ("temperature", temperatureOptimizer),
        ]
    }

    /// Targets follow the critics that were taken over, and the actor's start is remembered.
    public func noteStart() {
        targets.copyParameters(from: critics)
        start?.copyParameters(from: actor)
    }

    // MARK: Losses

    private static func criticUpdate(
        _ encoder: ObservationEncoder, _ actor: GaussianActor, _ critics: CriticEnsemble,
        _ targets: CriticEnsemble, _ temperature: Temperature, _ settings: Settings,
        _ optimizer: Adam
    ) -> CapturedUpdate {
        let list = critics.parameters
        return CapturedUpdate([optimizer]) { inputs, random in
            let batch = QBatch(inputs, encoder)
            let next = actor.sample(batch.nextFeatures, random: &random)
            let judged = targets(batch.nextFeatures, next.actions)
            var future =
                settings.quantiles != nil
                ? judged.lowest(settings)
                : settings.targetCritics.map { judged.least(ofAny: $0, &random) }
                    ?? judged.leastOfAll()
            if settings.backsUpEntropy {
                future = future - temperature.coefficient * next.logProbabilities
            }
            let outcome = batch.outcome(future)
            var errors = outcome
            let (loss, gradients) = try valueAndGradients(of: list.trainable) {
                let predictions = critics(batch.features, batch.actions)
                let rows = predictions.rowLosses(outcome)
                errors = rows.detached
                return (rows * batch.weights).mean()
            }
            return ([loss, errors], optimizer.updates(gradients, gradientScale: nil))
        }
    }

    /// The step of actor and temperature, Cal-QL's too.
    static func actorUpdate(
        _ encoder: ObservationEncoder, _ actor: GaussianActor, _ critics: CriticEnsemble,
        _ temperature: Temperature, _ settings: Settings, _ count: Int, _ optimizer: Adam,
        _ temperatureOptimizer: Adam, start: GaussianActor? = nil
    ) -> CapturedUpdate {
        let isFixed = settings.entropyCoefficient != nil
        let wanted = settings.targetEntropy ?? -Double(count)
        let isMean = settings.quantiles != nil || settings.targetCritics != nil
        let list = actor.parameters
        let optimizers: [any Optimizer] = isFixed ? [optimizer] : [optimizer, temperatureOptimizer]
        return CapturedUpdate(optimizers) { inputs, random in
            let features = QBatch(inputs, encoder).features
            var logProbabilities = features
            let (loss, gradients) = try valueAndGradients(of: list.trainable) {
                let now = actor.sample(features, random: &random)
                logProbabilities = now.logProbabilities.detached
                let judged = critics(features, now.actions)
                let value = isMean ? judged.meanOfAll() : judged.leastOfAll()
                let loss = (temperature.coefficient * now.logProbabilities - value).mean()
                guard let start else { return loss }
                return loss + actor.distance(from: start) * settings.startDistance
            }
            var updates = optimizer.updates(gradients, gradientScale: nil)
            if !isFixed {
                updates += try temperature.updates(
                    logProbabilities, entropy: wanted, temperatureOptimizer)
            }
            return ([loss], updates)
        }
    }

    // MARK: Acting and learning

    /// The middle of the actions' distribution.
    public func act(on batch: EnvironmentBatch) throws {
        try acting.act(on: batch)
    }

    /// Actions drawn from their distribution.
    public func explore(
        _ batch: EnvironmentBatch, part: Double, random: inout RandomGenerator,
        into actions: UnsafeMutablePointer<Float>
    ) throws {
        try acting.explore(batch, random: &random, into: actions)
    }

    /// One step of critics, and of actor and temperature when it is their turn.
    public func learn(
        from batch: TransitionBatch, random: inout RandomGenerator
    ) throws -> Float {
        let tensors = inputs.tensors(batch)
        let results = try criticUpdate(tensors, random: &random)
        if settings.loop.priority != nil { results[1].copy(to: batch.errors) }
        if criticOptimizer.core.stepCount % max(settings.policyDelay, 1) == 0 {
            _ = try actorUpdate(tensors, random: &random)
        }
        targetUpdate()
        return results[0].item
    }
}

extension VectorEnvironment {
    /// How many numbers an action has.
    ///
    /// - Throws: `EnvironmentError.unsuitable` if actions are no numbers.
    func continuousActionCount(for algorithm: String) throws -> Int {
        guard case .box(let box) = actionSpace else {
            throw EnvironmentError.unsuitable(
                "\(algorithm) needs continuous actions, but \(name) has \(actionSpace); try dqn or ppo"
            )
        }
        return box.low.count
    }
}

extension Tensor {
    /// Copies the numbers of a `float32` tensor.
    func copy(to target: UnsafeMutablePointer<Float>) {
        withUnsafeBytes { bytes in
            if let base = bytes.bindMemory(to: Float.self).baseAddress {
                target.update(from: base, count: count)
            }
        }
    }
}
