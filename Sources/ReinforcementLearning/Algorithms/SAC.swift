import HindsightNeuralNetworks
import HindsightTensors

/// Soft actor-critic (Haarnoja et al. 2018) with automatic entropy, layer-normalised critics if asked for
/// (Ball et al. 2023), and truncated quantile critics (TQC; Kuznetsov et al. 2020) if `quantiles` is set.
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
        /// τ of the target critics.
        public var targetRate = 0.005
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
    }

    /// Numbers of the algorithm.
    public let settings: Settings
    /// Numbers of an action.
    public let actionCount: Int
    private let actor: GaussianActor
    private let critics: CriticEnsemble
    private let targets: CriticEnsemble
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
            temperatureOptimizer)
    }

    /// Numbers of the loop.
    public var loop: OffPolicySettings { settings.loop }
    /// Actor, critics, target critics and temperature.
    public var modules: [(name: String, module: any Module)] {
        [
            ("actor", actor), ("critics", critics), ("targets", targets),
            ("temperature", temperature),
        ]
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
            let penalty = temperature.coefficient * next.logProbabilities
            let judged = targets(batch.nextFeatures, next.actions)
            let future = settings.quantiles == nil ? judged.leastOfAll() : judged.lowest(settings)
            let outcome = batch.outcome(future - penalty)
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

    private static func actorUpdate(
        _ encoder: ObservationEncoder, _ actor: GaussianActor, _ critics: CriticEnsemble,
        _ temperature: Temperature, _ settings: Settings, _ count: Int, _ optimizer: Adam,
        _ temperatureOptimizer: Adam
    ) -> CapturedUpdate {
        let isFixed = settings.entropyCoefficient != nil
        let wanted = settings.targetEntropy ?? -Double(count)
        let list = actor.parameters
        let optimizers: [any Optimizer] = isFixed ? [optimizer] : [optimizer, temperatureOptimizer]
        return CapturedUpdate(optimizers) { inputs, random in
            let features = QBatch(inputs, encoder).features
            var logProbabilities = features
            let (loss, gradients) = try valueAndGradients(of: list.trainable) {
                let now = actor.sample(features, random: &random)
                logProbabilities = now.logProbabilities.detached
                let judged = critics(features, now.actions)
                let value = settings.quantiles == nil ? judged.leastOfAll() : judged.meanOfAll()
                return (temperature.coefficient * now.logProbabilities - value).mean()
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

    /// One step of critics, actor and temperature.
    public func learn(
        from batch: TransitionBatch, random: inout RandomGenerator
    ) throws -> Float {
        let tensors = inputs.tensors(batch)
        let results = try criticUpdate(tensors, random: &random)
        if settings.loop.priority != nil { results[1].copy(to: batch.errors) }
        _ = try actorUpdate(tensors, random: &random)
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
