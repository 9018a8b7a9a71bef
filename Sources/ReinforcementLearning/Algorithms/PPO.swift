import HindsightLearning
import HindsightNeuralNetworks
import HindsightTensors

/// Proximal policy optimisation (Schulman et al. 2017) with clipped ratios; with one epoch over the whole
/// rollout and no clipping it is advantage actor-critic (A2C; Mnih et al. 2016), and with λ = 1 and no value
/// loss REINFORCE with a baseline (Williams 1992).
public final class PPO: OnPolicyLearner {
    /// Numbers of the algorithm.
    public struct Settings: Sendable, Codable, Equatable {
        /// Time steps of a rollout, for each environment.
        public var rolloutSteps = 2_048
        /// Rows of a gradient step.
        public var batchSize = 64
        /// Times that a rollout is gone through.
        public var epochs = 10
        /// The optimizer's step size at the beginning.
        public var learningRate: Float = 3e-4
        /// Whether the step size falls to nothing over the steps there are.
        public var decaysLearningRate = false
        /// How far the ratio of probabilities may go from 1; nil for as far as it likes.
        public var clip: Double? = 0.2
        /// Whether that falls to nothing too.
        public var decaysClip = false
        /// γ.
        public var discount = 0.99
        /// λ.
        public var lambda = 0.95
        /// What entropy is worth.
        public var entropyWeight = 0.0
        /// What the values' squared error costs.
        public var valueWeight = 0.5
        /// The largest norm of the gradients.
        public var clipNorm: Double? = 0.5
        /// Whether advantages get mean 0 and deviation 1 in each batch.
        public var normalizesAdvantages = true
        /// Sizes of the hidden layers of policy and value.
        public var hidden = [64, 64]
        /// What comes between them.
        public var activation = NetworkActivation.tanh
        /// Environment steps in which values alone learn, so that a pretrained policy is not led astray by values
        /// that know nothing yet; rounded up to whole rollouts.
        public var criticWarmup = 0
        /// What the divergence KL(π₀ ‖ π) from the policy as it started costs (Schmitt et al. 2018).
        public var startPenalty = 0.0
        /// Whether that falls to nothing over the steps there are.
        public var decaysStartPenalty = false
        /// L2-SP: what half the squared distance of the policy's weights from where they started costs (Li et
        /// al. 2018).
        public var startDistance = 0.0

        /// PPO's defaults.
        public init() {}

        /// A2C's defaults.
        public static var a2c: Settings {
            var settings = Settings()
            settings.rolloutSteps = 5
            settings.batchSize = 1_000_000
            settings.epochs = 1
            settings.learningRate = 7e-4
            settings.clip = nil
            settings.lambda = 1
            settings.normalizesAdvantages = false
            return settings
        }

        /// REINFORCE's defaults: long rollouts, whole returns, the value only as a baseline.
        public static var reinforce: Settings {
            var settings = Settings.a2c
            settings.rolloutSteps = 500
            settings.learningRate = 3e-3
            settings.normalizesAdvantages = true
            return settings
        }
    }

    /// Numbers of the algorithm.
    public let settings: Settings
    private let network: ActorCritic
    /// The networks as they started, if leaving them costs.
    private let start: ActorCritic?
    private let optimizer: Adam
    private let warmupOptimizer: Adam?
    private let actionCount: Int
    private let draw, judge, best: CapturedFunction
    private let update: CapturedUpdate
    private let warmup: CapturedUpdate?
    private let hasMask: Bool
    private let scaling: ActionScaling
    private var minibatch: Minibatch?
    private var acting = ActingInputs()

    /// Fresh networks for an environment.
    ///
    /// - Throws: `EnvironmentError.unsuitable` for actions that are neither discrete nor bounded numbers.
    public init(_ environment: any VectorEnvironment, _ settings: Settings, seed: UInt64) throws {
        self.settings = settings
        let outputs: Int
        var isDiscrete = false
        switch environment.actionSpace {
        case .discrete(let choices, _):
            (outputs, actionCount, isDiscrete) = (choices, 1, true)
        default:
            outputs = try environment.continuousActionCount(for: "PPO")
            actionCount = outputs
        }
        scaling = try ActionScaling(environment.actionSpace, environment: environment.name)
        var random = RandomGenerator(seed: seed)
        let encoder = ObservationEncoder(environment.observationSpace)
        func fresh() -> ActorCritic {
            ActorCritic(
                encoder.featureCount, outputs: outputs, isDiscrete: isDiscrete,
                hidden: settings.hidden, activation: settings.activation, random: &random)
        }
        let network = fresh()
        let start = settings.startPenalty > 0 || settings.startDistance > 0 ? fresh() : nil
        start?.copyParameters(from: network)
        let optimizer = Adam(network, learningRate: settings.learningRate, epsilon: 1e-5)
        (self.network, self.start, self.optimizer) = (network, start, optimizer)
        let hasMask = environment.batch.maskCount > 0
        self.hasMask = hasMask
        func parts(_ inputs: [Tensor]) -> (features: Tensor, mask: Tensor?) {
            hasMask ? (encoder(inputs.dropLast()), inputs.last) : (encoder(inputs), nil)
        }
        draw = CapturedFunction { inputs, random in
            let (features, mask) = parts(inputs)
            let (actions, probabilities) = network.sample(features, mask: mask, random: &random)
            return [actions, probabilities, network.value(features)]
        }
        judge = CapturedFunction { inputs, _ in [network.value(encoder(inputs))] }
        best = CapturedFunction { inputs, _ in
            let (features, mask) = parts(inputs)
            let outputs = network.outputs(features, mask: mask)
            return [
                isDiscrete
                    ? outputs.argmax(axis: 1).to(.float32).expandingDimension(at: 1) : outputs
            ]
        }
        let list = network.parameters
        update = CapturedUpdate([optimizer]) { inputs, _ in
            let (features, mask) = parts(Array(inputs.dropFirst(6)))
            let (loss, gradients) = try valueAndGradients(of: list.trainable) {
                let loss = PPO.loss(network, features, mask, inputs, settings)
                guard let start else { return loss }
                return loss + PPO.startLoss(network, start, features, mask, inputs[5], settings)
            }
            let scale = settings.clipNorm.map { gradients.clipScale(toGlobalNorm: $0) }
            return ([loss], optimizer.updates(gradients, gradientScale: scale))
        }
        let warmupOptimizer =
            settings.criticWarmup > 0
            ? Adam(network.critic, learningRate: settings.learningRate, epsilon: 1e-5) : nil
        self.warmupOptimizer = warmupOptimizer
        warmup = warmupOptimizer.map { optimizer in
            let list = network.critic.parameters
            return CapturedUpdate([optimizer]) { inputs, _ in
                let (features, _) = parts(Array(inputs.dropFirst(6)))
                let (loss, gradients) = try valueAndGradients(of: list.trainable) {
                    (network.value(features) - inputs[3]).squared().mean() * settings.valueWeight
                }
                let scale = settings.clipNorm.map { gradients.clipScale(toGlobalNorm: $0) }
                return ([loss], optimizer.updates(gradients, gradientScale: scale))
            }
        }
    }

    /// Policy and value, one module, and what they started with if leaving it costs.
    public var modules: [(name: String, module: any Module)] {
        [("network", network)] + (start.map { [("start", $0)] } ?? [])
    }
    /// It acts.
    public var policyModules: Set<String> { ["network"] }
    /// One optimizer, and one for the time in which values alone learn.
    public var optimizers: [(name: String, optimizer: any Optimizer)] {
        [("network", optimizer)] + (warmupOptimizer.map { [("warmup", $0)] } ?? [])
    }
    /// What was taken over is what it started with.
    public func noteStart() { start?.copyParameters(from: network) }
    /// Time steps of a rollout.
    public var rolloutSteps: Int { settings.rolloutSteps }
    /// γ and λ.
    public var discounts: (discount: Double, lambda: Double) {
        (settings.discount, settings.lambda)
    }

    /// The loss of a batch: actions, old log-probabilities, advantages, returns, the bound of ratios.
    private static func loss(
        _ network: ActorCritic, _ features: Tensor, _ mask: Tensor?, _ inputs: [Tensor],
        _ settings: Settings
    ) -> Tensor {
        let (actions, old, returns, clip) = (inputs[0], inputs[1], inputs[3], inputs[4])
        var advantages = inputs[2]
        // A single row has no deviation.
        if settings.normalizesAdvantages, advantages.shape[0] > 1 {
            let deviation = advantages.variance(axes: 0).sqrt() + 1e-8
            advantages = (advantages - advantages.mean()) / deviation
        }
        let outputs = network.outputs(features, mask: mask)
        let new = network.logProbabilities(outputs, actions)
        let policy: Tensor
        if settings.clip != nil {
            let ratio = (new - old).exp()
            let bounded = Tensor.minimum(Tensor.maximum(ratio, 1 - clip), 1 + clip)
            policy = Tensor.minimum(ratio * advantages, bounded * advantages).mean() * -1
        } else {
            policy = (new * advantages).mean() * -1
        }
        let value = (network.value(features) - returns).squared().mean() * settings.valueWeight
        guard settings.entropyWeight != 0 else { return policy + value }
        return policy + value - network.entropy(outputs) * settings.entropyWeight
    }

    /// What leaving the start costs.
    private static func startLoss(
        _ network: ActorCritic, _ start: ActorCritic, _ features: Tensor, _ mask: Tensor?,
        _ weight: Tensor, _ settings: Settings
    ) -> Tensor {
        let divergence = network.divergence(from: start, features, mask: mask).mean() * weight
        guard settings.startDistance > 0 else { return divergence }
        return divergence + network.policyDistance(from: start) * settings.startDistance
    }

    // MARK: Acting

    private func maskTensors(_ batch: EnvironmentBatch) -> [Tensor] {
        guard hasMask else { return [] }
        let count = batch.count * batch.maskCount
        let flags = UnsafeBufferPointer(start: batch.masks, count: count)
        return [Tensor(flags.map { Float($0) }, shape: [batch.count, batch.maskCount])]
    }

    /// The likeliest actions.
    public func act(on batch: EnvironmentBatch) throws {
        let inputs = acting.tensors(batch).current + maskTensors(batch)
        scaling.write(try best(inputs)[0], to: batch)
    }

    /// Draws actions.
    public func sample(
        _ batch: EnvironmentBatch, into rollout: Rollout, random: inout RandomGenerator
    ) throws {
        let results = try draw(acting.tensors(batch).current + maskTensors(batch), random: &random)
        let row = rollout.row
        results[0].copy(to: rollout.actions.base + row * actionCount)
        results[1].copy(to: rollout.logProbabilities.base + row)
        results[2].copy(to: rollout.values.base + row)
    }

    /// Values.
    public func values(_ batch: EnvironmentBatch, ofNext: Bool) throws -> [Float] {
        let inputs = acting.tensors(batch)
        return try judge(ofNext ? inputs.next : inputs.current)[0].array(of: Float.self)
    }

    // MARK: Learning

    /// Goes through a rollout a few times in batches drawn anew.
    public func learn(
        from rollout: Rollout, part: Double, random: inout RandomGenerator
    ) throws -> Metrics {
        let size = min(settings.batchSize, rollout.count)
        if minibatch?.count != size { minibatch = Minibatch(size, rollout, actionCount) }
        guard let minibatch else { return [:] }
        let left = Float(1 - part)
        if settings.decaysLearningRate { optimizer.learningRate = settings.learningRate * left }
        let clip = Float(settings.clip ?? 0) * (settings.decaysClip ? left : 1)
        minibatch.clip.pointee = clip
        minibatch.startPenalty.pointee =
            Float(settings.startPenalty) * (settings.decaysStartPenalty ? left : 1)
        let update = isWarmingUp(rollout, size) ? warmup ?? update : update
        var (loss, count) = (0.0, 0)
        for _ in 0..<settings.epochs {
            let order = random.permutation(rollout.count).map { UInt32($0) }
            for start in stride(from: 0, through: rollout.count - size, by: size) {
                minibatch.gather(rollout, order[start..<start + size])
                loss += Double(try update(minibatch.tensors, random: &random)[0].item)
                count += 1
            }
        }
        return ["loss": loss / Double(max(count, 1))]
    }

    /// Whether values alone learn from this rollout.
    private func isWarmingUp(_ rollout: Rollout, _ size: Int) -> Bool {
        guard let warmupOptimizer else { return false }
        let updates = max(settings.epochs * (rollout.count / size), 1)
        return warmupOptimizer.core.stepCount / updates * rollout.count < settings.criticWarmup
    }
}
