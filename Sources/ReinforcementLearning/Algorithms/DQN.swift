import HindsightNeuralNetworks
import HindsightTensors

/// Deep Q-learning (Mnih et al. 2015), double (van Hasselt et al. 2016) if asked for, with a duelling network
/// (Wang et al. 2016), and with quantiles of the return instead of its mean (Dabney et al. 2018).
public final class DQN: OffPolicyLearner {
    /// Numbers of the algorithm.
    public struct Settings: Sendable, Codable, Equatable {
        /// Numbers of the loop.
        public var loop = OffPolicySettings()
        /// The optimizer's step size.
        public var learningRate: Float = 1e-4
        /// ε of Adam.
        public var adamEpsilon = 1e-8
        /// Sizes of the hidden layers.
        public var hidden = [64, 64]
        /// The online network chooses what the target network judges.
        public var isDouble = false
        /// Value and advantages apart.
        public var isDueling = false
        /// Quantiles of the return; nil for its mean.
        public var quantiles: Int?
        /// Updates between copies to the target network.
        public var targetEvery = 1_000
        /// τ: how far the target network moves each time.
        public var targetRate = 1.0
        /// The part of random actions at first.
        public var explorationStart = 1.0
        /// The part of random actions at last.
        public var explorationEnd = 0.05
        /// How much of the learning lies between.
        public var explorationPart = 0.1
        /// The largest norm of the gradients.
        public var clipNorm: Double? = 10

        /// The defaults.
        public init() {
            loop.batchSize = 32
            loop.trainEvery = 4
        }
    }

    /// Numbers of the algorithm.
    public let settings: Settings
    /// Actions are indices.
    public let actionCount = 1
    private let network: QNetwork
    private let target: QNetwork
    private let encoder: ObservationEncoder
    private let optimizer: Adam
    private let update: CapturedUpdate
    private let values: CapturedFunction
    private let targetUpdate: TargetUpdate
    private let choices: Int
    private var inputs = LearningInputs()
    private var acting = ActingInputs()

    /// Fresh networks for an environment.
    ///
    /// - Throws: `EnvironmentError.unsuitable` unless actions are discrete.
    public init(_ environment: any VectorEnvironment, _ settings: Settings, seed: UInt64) throws {
        guard case .discrete(let choices, _) = environment.actionSpace else {
            throw EnvironmentError.unsuitable(
                "DQN needs discrete actions, but \(environment.name) has \(environment.actionSpace); "
                    + "try sac, td3 or ppo")
        }
        self.settings = settings
        self.choices = choices
        var random = RandomGenerator(seed: seed)
        let encoder = ObservationEncoder(environment.observationSpace)
        let network = QNetwork(encoder.featureCount, choices, settings, random: &random)
        let target = QNetwork(encoder.featureCount, choices, settings, random: &random)
        target.copyParameters(from: network)
        let optimizer = Adam(
            network, learningRate: settings.learningRate, epsilon: settings.adamEpsilon)
        (self.encoder, self.network, self.target, self.optimizer) =
            (encoder, network, target, optimizer)
        targetUpdate = TargetUpdate([(target, network)], rate: settings.targetRate)
        values = CapturedFunction { inputs, _ in [network.values(encoder(inputs))] }
        let list = network.parameters
        update = CapturedUpdate([optimizer]) { inputs, _ in
            let batch = QBatch(inputs, encoder)
            var errors: Tensor?
            let (loss, gradients) = try valueAndGradients(of: list.trainable) {
                let (loss, rows) = DQN.loss(batch, network, target, settings)
                errors = rows.detached
                return loss
            }
            let scale = settings.clipNorm.map { gradients.clipScale(toGlobalNorm: $0) }
            return ([loss, errors ?? loss], optimizer.updates(gradients, gradientScale: scale))
        }
    }

    /// Numbers of the loop.
    public var loop: OffPolicySettings { settings.loop }
    /// Online and target network.
    public var modules: [(name: String, module: any Module)] {
        [("network", network), ("target", target)]
    }
    /// The online network acts.
    public var policyModules: Set<String> { ["network"] }
    /// One optimizer.
    public var optimizers: [(name: String, optimizer: any Optimizer)] { [("network", optimizer)] }

    /// The target network follows what was taken over.
    public func noteStart() { target.copyParameters(from: network) }

    /// The mean loss, and how wrong each row is.
    private static func loss(
        _ batch: QBatch, _ network: QNetwork, _ target: QNetwork, _ settings: Settings
    ) -> (loss: Tensor, errors: Tensor) {
        let all = network(batch.features)
        let next = target(batch.nextFeatures)
        let judges = settings.isDouble ? network(batch.nextFeatures).detached : next
        let best = judges.mean(axes: 2).argmax(axis: 1)
        let future = next.chosen(best)
        let outcome = batch.outcome(future).detached
        let prediction = all.chosen(batch.actions.to(.int64))
        guard settings.quantiles != nil else {
            let difference = prediction - outcome
            let rows = huberElements(difference).sum(axes: 1)
            return ((rows * batch.weights).mean(), difference.abs().sum(axes: 1))
        }
        let rows = quantileHuberRows(prediction, outcome)
        return ((rows * batch.weights).mean(), rows)
    }

    // MARK: Acting

    /// The actions with the greatest values.
    public func act(on batch: EnvironmentBatch) throws { try greedy(batch, into: batch.actions) }

    private func greedy(
        _ batch: EnvironmentBatch, into actions: UnsafeMutablePointer<Float>
    ) throws {
        let values = try values(acting.tensors(batch).current)[0]
        values.withUnsafeBytes { bytes in
            let numbers = bytes.bindMemory(to: Float.self)
            for row in 0..<batch.count {
                var best = -1
                for choice in 0..<choices where batch.isAllowed(choice, in: row) {
                    if best < 0 || numbers[row * choices + choice] > numbers[row * choices + best] {
                        best = choice
                    }
                }
                actions[row] = Float(max(best, 0))
            }
        }
    }

    /// The part of random actions when so much of the learning is done.
    private func exploration(_ part: Double) -> Double {
        let way = settings.explorationPart > 0 ? min(part / settings.explorationPart, 1) : 1
        return settings.explorationStart
            + way * (settings.explorationEnd - settings.explorationStart)
    }

    /// The greatest values' actions, or any with the probability of exploration.
    public func explore(
        _ batch: EnvironmentBatch, part: Double, random: inout RandomGenerator,
        into actions: UnsafeMutablePointer<Float>
    ) throws {
        try greedy(batch, into: actions)
        let epsilon = exploration(part)
        for row in 0..<batch.count where Double.random(in: 0..<1, using: &random) < epsilon {
            actions[row] = Float(batch.randomChoice(choices, in: row, random: &random))
        }
    }

    // MARK: Learning

    /// One gradient step.
    public func learn(
        from batch: TransitionBatch, random: inout RandomGenerator
    ) throws -> Float {
        let results = try update(inputs.tensors(batch), random: &random)
        if settings.loop.priority != nil {
            results[1].copy(to: batch.errors)
        }
        if optimizer.core.stepCount % settings.targetEvery == 0 { targetUpdate() }
        return results[0].item
    }
}

/// Values of all actions: `[rows, actions, quantiles]`, one quantile if only the mean is wanted.
private final class QNetwork: Module {
    private let advantages: MultilayerPerceptron
    private let value: MultilayerPerceptron?
    private let choices: Int
    private let quantiles: Int

    init(_ inputs: Int, _ choices: Int, _ settings: DQN.Settings, random: inout RandomGenerator) {
        self.choices = choices
        quantiles = settings.quantiles ?? 1
        advantages = MultilayerPerceptron(
            inputs, hidden: settings.hidden, outputs: choices * quantiles, random: &random)
        value =
            settings.isDueling
            ? MultilayerPerceptron(
                inputs, hidden: settings.hidden, outputs: quantiles, random: &random) : nil
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        let all = advantages(x).reshaped([x.shape[0], choices, quantiles])
        guard let value else { return all }
        let base = value(x).reshaped([x.shape[0], 1, quantiles])
        return base + (all - all.mean(axes: 1, keepingDimensions: true))
    }

    /// Mean values, `[rows, actions]`.
    func values(_ x: Tensor) -> Tensor {
        quantiles == 1 ? self(x).reshaped([x.shape[0], choices]) : self(x).mean(axes: 2)
    }
}

extension Tensor {
    /// The quantiles of one action in each row: `[rows, actions, quantiles]` to `[rows, quantiles]`.
    fileprivate func chosen(_ actions: Tensor) -> Tensor {
        let (rows, width) = (shape[0], shape[2])
        let index = actions.reshaped([rows, 1, 1]).broadcast(to: [rows, 1, width])
        return gathered(axis: 1, index).reshaped([rows, width])
    }
}
