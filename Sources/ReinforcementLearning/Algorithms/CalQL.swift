import HindsightNeuralNetworks
import HindsightTensors

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Calibrated conservative Q-learning (Cal-QL; Nakamoto et al. 2023): SAC whose critics are also pushed down
/// on actions that were not logged, but not below what the logged behaviour earned, so that fine-tuning online
/// does not begin by unlearning.
///
/// L = ½ (r + γ Q̂(s′, a′) - Q(s, a))² + α (log Σ exp max(Q(s, a′), V_μ(s)) - Q(s, a)) for each critic. The sum
/// goes over random actions and the policy's in s and s′, corrected by their probabilities; only the policy's
/// are bounded by V_μ(s), the return that was earned from s on. Without `isCalibrated` it is CQL (Kumar et al.
/// 2020).
public final class CalQL: OffPolicyLearner {
    /// Numbers of the algorithm.
    public struct Settings: Sendable, Codable, Equatable {
        /// Numbers of the loop.
        public var loop = OffPolicySettings()
        /// The step size of actor and temperature.
        public var learningRate: Float = 1e-4
        /// The step size of the critics.
        public var criticRate: Float = 3e-4
        /// Sizes of the hidden layers of actor and critics.
        public var hidden = [256, 256]
        /// How many critics there are.
        public var critics = 2
        /// Layer normalisation in the critics.
        public var normalizesCritics = false
        /// τ of the target critics.
        public var targetRate = 0.005
        /// α: what the conservative gap costs.
        public var conservativeWeight = 5.0
        /// Actions drawn for it in each state, of each of the three kinds.
        public var samples = 10
        /// Whether the logged returns bound the policy's values from below.
        public var isCalibrated = true
        /// A fixed entropy coefficient; nil learns it.
        public var entropyCoefficient: Double?
        /// What the learnt coefficient begins with.
        public var initialEntropyCoefficient = 1.0
        /// The entropy to keep; nil for minus the number of action dimensions.
        public var targetEntropy: Double?

        /// The defaults.
        public init() { loop.startsWithPolicy = true }

        /// What SAC's actor has of them.
        fileprivate var actor: SAC.Settings {
            var settings = SAC.Settings()
            settings.entropyCoefficient = entropyCoefficient
            settings.targetEntropy = targetEntropy
            return settings
        }
    }

    /// Numbers of the algorithm.
    public let settings: Settings
    /// Numbers of an action.
    public let actionCount: Int
    private let actor: GaussianActor
    private let critics, targets: CriticEnsemble
    private let temperature: Temperature
    private let criticOptimizer, actorOptimizer, temperatureOptimizer: Adam
    private let criticUpdate, actorUpdate: CapturedUpdate
    private let targetUpdate: TargetUpdate
    private let acting: ContinuousActing
    private var inputs = LearningInputs()

    /// Fresh networks for an environment.
    ///
    /// - Throws: `EnvironmentError.unsuitable` unless actions are bounded numbers.
    public init(_ environment: any VectorEnvironment, _ settings: Settings, seed: UInt64) throws {
        try settings.loop.checkEvenDraws(for: "Cal-QL")
        self.settings = settings
        let count = try environment.continuousActionCount(for: "Cal-QL")
        actionCount = count
        var random = RandomGenerator(seed: seed)
        let encoder = ObservationEncoder(environment.observationSpace)
        let actor = GaussianActor(encoder.featureCount, count, settings.hidden, random: &random)
        func ensemble() -> CriticEnsemble {
            CriticEnsemble(
                encoder.featureCount + count, settings.hidden, count: settings.critics, outputs: 1,
                normalizes: settings.normalizesCritics, random: &random)
        }
        let (critics, targets) = (ensemble(), ensemble())
        targets.copyParameters(from: critics)
        let temperature = Temperature(
            settings.entropyCoefficient ?? settings.initialEntropyCoefficient)
        criticOptimizer = Adam(critics, learningRate: settings.criticRate)
        actorOptimizer = Adam(actor, learningRate: settings.learningRate)
        temperatureOptimizer = Adam(temperature, learningRate: settings.learningRate)
        (self.actor, self.critics, self.targets, self.temperature) =
            (actor, critics, targets, temperature)
        targetUpdate = TargetUpdate([(targets, critics)], rate: settings.targetRate)
        acting = try ContinuousActing(
            environment, encoder, best: { actor.best($0) },
            drawn: { actor.sample($0, random: &$1).actions })
        criticUpdate = CalQL.criticUpdate(
            encoder, actor, critics, targets, settings, count, criticOptimizer)
        actorUpdate = SAC.actorUpdate(
            encoder, actor, critics, temperature, settings.actor, count, actorOptimizer,
            temperatureOptimizer)
    }

    /// Numbers of the loop.
    public var loop: OffPolicySettings { settings.loop }
    /// Returns bound values.
    public var needsReturns: Bool { settings.isCalibrated }
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
    /// Targets follow the critics that were taken over.
    public func noteStart() { targets.copyParameters(from: critics) }

    // MARK: Losses

    /// Actions to compare logged ones with, `[3 · rows · samples, actions]`, and their log-probabilities.
    private static func compared(
        _ batch: QBatch, _ actor: GaussianActor, _ samples: Int, _ count: Int,
        _ random: inout RandomGenerator
    ) -> (actions: Tensor, logProbabilities: Tensor) {
        let rows = batch.features.shape[0]
        let even = random.uniform([rows * samples, count], from: -1, to: 1)
        let now = actor.sample(batch.features.repeated(samples), random: &random)
        let next = actor.sample(batch.nextFeatures.repeated(samples), random: &random)
        return (
            Tensor.concatenate([even, now.actions, next.actions], axis: 0),
            Tensor.concatenate(
                [
                    Tensor.zeros([rows * samples, 1]) - Double(count) * log(2),
                    now.logProbabilities, next.logProbabilities,
                ], axis: 0)
        )
    }

    /// The last input is what was earned from each row on.
    private static func criticUpdate(
        _ encoder: ObservationEncoder, _ actor: GaussianActor, _ critics: CriticEnsemble,
        _ targets: CriticEnsemble, _ settings: Settings, _ count: Int, _ optimizer: Adam
    ) -> CapturedUpdate {
        let list = critics.parameters
        let samples = max(settings.samples, 1)
        return CapturedUpdate([optimizer]) { inputs, random in
            let batch = QBatch(inputs, encoder)
            let rows = batch.features.shape[0]
            let bounds = settings.isCalibrated ? inputs[inputs.count - 1] : nil
            let next = actor.sample(batch.nextFeatures, random: &random)
            let future = targets(batch.nextFeatures, next.actions).leastOfAll()
            let outcome = batch.outcome(future)
            let others = compared(batch, actor, samples, count, &random)
            let repeated = batch.features.repeated(samples)
            let features = Tensor.concatenate([repeated, repeated, repeated], axis: 0)
            /// One kind's part as `[rows, samples]`.
            func part(_ all: Tensor, _ kind: Int) -> Tensor {
                let size = rows * samples
                return all.slice(axis: 0, from: kind * size, to: (kind + 1) * size)
                    .reshaped([rows, samples])
            }
            let ownLog = Tensor.concatenate(
                [part(others.logProbabilities, 1), part(others.logProbabilities, 2)], axis: 1)
            let (loss, gradients) = try valueAndGradients(of: list.trainable) {
                let logged = critics(batch.features, batch.actions)
                let error = (logged.rowLosses(outcome) * batch.weights).mean()
                let gaps = zip(logged, critics(features, others.actions)).map { logged, all in
                    OfflineLosses.conservativeGap(
                        logged: logged,
                        chance: part(all, 0) - part(others.logProbabilities, 0),
                        own: Tensor.concatenate([part(all, 1), part(all, 2)], axis: 1),
                        ownLogProbabilities: ownLog, bounds: bounds
                    ).mean()
                }
                return error
                    + gaps.dropFirst().reduce(gaps[0]) { $0 + $1 } * settings.conservativeWeight
            }
            return ([loss], optimizer.updates(gradients, gradientScale: nil))
        }
    }

    // MARK: Acting and learning

    /// The middle of the actions' distribution.
    public func act(on batch: EnvironmentBatch) throws { try acting.act(on: batch) }

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
        let bounds =
            settings.isCalibrated ? [batch.tensor(batch.returnsToGo, width: 1)] : []
        let results = try criticUpdate(tensors + bounds, random: &random)
        _ = try actorUpdate(tensors, random: &random)
        targetUpdate()
        return results[0].item
    }
}

extension Tensor {
    /// Every row so many times, one after another: `[rows, width]` to `[rows * count, width]`.
    fileprivate func repeated(_ count: Int) -> Tensor {
        expandingDimension(at: 1).broadcast(to: [shape[0], count, shape[1]])
            .reshaped([shape[0] * count, shape[1]])
    }
}
