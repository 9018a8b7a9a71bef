import CHindsightKernels
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
    private let optimizer: Adam
    private let actionCount: Int
    private let draw, judge, best: CapturedFunction
    private let update: CapturedUpdate
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
        let network = ActorCritic(
            encoder.featureCount, outputs: outputs, isDiscrete: isDiscrete,
            hidden: settings.hidden, activation: settings.activation, random: &random)
        let optimizer = Adam(network, learningRate: settings.learningRate, epsilon: 1e-5)
        (self.network, self.optimizer) = (network, optimizer)
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
            let (features, mask) = parts(Array(inputs.dropFirst(5)))
            let (loss, gradients) = try valueAndGradients(of: list.trainable) {
                PPO.loss(network, features, mask, inputs, settings)
            }
            let scale = settings.clipNorm.map { gradients.clipScale(toGlobalNorm: $0) }
            return ([loss], optimizer.updates(gradients, gradientScale: scale))
        }
    }

    /// Policy and value, one module.
    public var modules: [(name: String, module: any Module)] { [("network", network)] }
    /// It acts.
    public var policyModules: Set<String> { ["network"] }
    /// One optimizer.
    public var optimizers: [(name: String, optimizer: any Optimizer)] { [("network", optimizer)] }
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
}

/// Some rows of a rollout, gathered for a gradient step.
private final class Minibatch {
    let count: Int
    let tensors: [Tensor]
    let clip: UnsafeMutablePointer<Float>
    private let places: [UnsafeMutablePointer<Float>]
    private let memory: Memory

    private final class Memory {
        var blocks: [UnsafeMutablePointer<Float>] = []

        func take(_ count: Int) -> UnsafeMutablePointer<Float> {
            let block = UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
            block.initialize(repeating: 0, count: max(count, 1))
            blocks.append(block)
            return block
        }

        deinit { for block in blocks { block.deallocate() } }
    }

    init(_ count: Int, _ rollout: Rollout, _ actionCount: Int) {
        self.count = count
        let memory = Memory()
        self.memory = memory
        var places: [UnsafeMutablePointer<Float>] = []
        func rows(_ width: Int?) -> Tensor {
            let base = memory.take(count * (width ?? 1))
            places.append(base)
            return Tensor(
                borrowing: base, shape: width.map { [count, $0] } ?? [count], dtype: .float32,
                owner: memory)
        }
        var tensors = [rows(actionCount), rows(nil), rows(nil), rows(nil)]
        clip = memory.take(1)
        tensors.append(Tensor(borrowing: clip, shape: [], dtype: .float32, owner: memory))
        tensors.append(rows(rollout.observations.width))
        if rollout.desired.width > 0 { tensors.append(rows(rollout.desired.width)) }
        if rollout.maskCount > 0 { tensors.append(rows(rollout.maskCount)) }
        self.tensors = tensors
        self.places = places
    }

    func gather(_ rollout: Rollout, _ order: ArraySlice<UInt32>) {
        var sources = [
            rollout.actions, rollout.logProbabilities, rollout.advantages, rollout.returns,
            rollout.observations,
        ]
        if rollout.desired.width > 0 { sources.append(rollout.desired) }
        order.withUnsafeBufferPointer { slots in
            guard let base = slots.baseAddress else { return }
            for (source, place) in zip(sources, places) {
                hs_gather_rows(source.base, Int64(source.width), base, Int64(count), place)
            }
            guard rollout.maskCount > 0, let place = places.last else { return }
            for (row, slot) in slots.enumerated() {
                for choice in 0..<rollout.maskCount {
                    place[row * rollout.maskCount + choice] =
                        Float(rollout.masks[Int(slot) * rollout.maskCount + choice])
                }
            }
        }
    }
}
