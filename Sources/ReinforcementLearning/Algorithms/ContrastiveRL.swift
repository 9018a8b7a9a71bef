import HindsightNeuralNetworks
import HindsightTensors

/// Contrastive reinforcement learning (Eysenbach et al. 2022): a critic f(s, a, g) = φ(s, a)ᵀψ(g) learns to
/// tell the goal that a transition's own episode reached later from those of others (symmetric InfoNCE),
/// which makes it the logarithm of how likely g is to be reached; the actor makes it large. No rewards.
///
/// Goals are drawn from the future with a probability that falls with the discount. The actor learns with
/// the batch's goals for one half of its rows and with those of other rows for the other half.
public final class ContrastiveRL: OffPolicyLearner {
    /// Numbers of the algorithm.
    public struct Settings: Sendable, Codable, Equatable {
        /// Numbers of the loop.
        public var loop: OffPolicySettings
        /// The step size of all optimizers.
        public var learningRate: Float = 3e-4
        /// Sizes of the hidden layers of actor and encoders.
        public var hidden = [256, 256]
        /// Numbers that φ and ψ give.
        public var representation = 64
        /// What the mean square of the logarithm of the partition function costs.
        public var partitionPenalty = 0.01
        /// A fixed entropy coefficient; nil learns it.
        public var entropyCoefficient: Double?
        /// What the learnt coefficient begins with.
        public var initialEntropyCoefficient = 1.0
        /// The entropy to keep; nil for minus the number of action dimensions.
        public var targetEntropy: Double?

        /// The defaults, where every transition is relabelled.
        public init() {
            loop = OffPolicySettings()
            loop.hindsight = .discounted
            loop.hindsightRatio = 1e9
        }
    }

    /// Numbers of the algorithm.
    public let settings: Settings
    /// Numbers of an action.
    public let actionCount: Int
    private let actor: GaussianActor
    private let critic: ContrastiveCritic
    private let temperature: Temperature
    private let criticOptimizer, actorOptimizer, temperatureOptimizer: Adam
    private let criticUpdate, actorUpdate: CapturedUpdate
    private let acting: ContinuousActing
    private var inputs = LearningInputs()

    /// Fresh networks for an environment.
    ///
    /// - Throws: `EnvironmentError.unsuitable` unless there are goals and actions are bounded numbers.
    public init(_ environment: any VectorEnvironment, _ settings: Settings, seed: UInt64) throws {
        try environment.checkHindsight(settings.loop, for: "contrastive RL")
        self.settings = settings
        actionCount = try environment.continuousActionCount(for: "contrastive RL")
        var random = RandomGenerator(seed: seed)
        let encoder = ObservationEncoder(environment.observationSpace)
        let actor = GaussianActor(
            encoder.featureCount, actionCount, settings.hidden, random: &random)
        let critic = ContrastiveCritic(
            environment.observationSpace, actions: actionCount, settings, random: &random)
        let temperature = Temperature(
            settings.entropyCoefficient ?? settings.initialEntropyCoefficient)
        criticOptimizer = Adam(critic, learningRate: settings.learningRate)
        actorOptimizer = Adam(actor, learningRate: settings.learningRate)
        temperatureOptimizer = Adam(temperature, learningRate: settings.learningRate)
        (self.actor, self.critic, self.temperature) = (actor, critic, temperature)
        acting = try ContinuousActing(
            environment, encoder, best: { actor.best($0) },
            drawn: { actor.sample($0, random: &$1).actions })
        criticUpdate = ContrastiveRL.criticUpdate(
            critic, settings.partitionPenalty, criticOptimizer)
        actorUpdate = ContrastiveRL.actorUpdate(
            encoder, actor, critic, temperature, settings, actionCount, actorOptimizer,
            temperatureOptimizer)
    }

    /// Numbers of the loop.
    public var loop: OffPolicySettings { settings.loop }
    /// Actor, critic and temperature.
    public var modules: [(name: String, module: any Module)] {
        [("actor", actor), ("critic", critic), ("temperature", temperature)]
    }
    /// The actor acts.
    public var policyModules: Set<String> { ["actor"] }
    /// One for each trained part.
    public var optimizers: [(name: String, optimizer: any Optimizer)] {
        [
            ("actor", actorOptimizer), ("critic", criticOptimizer),
            ("temperature", temperatureOptimizer),
        ]
    }

    // MARK: Losses

    private static func criticUpdate(
        _ critic: ContrastiveCritic, _ penalty: Double, _ optimizer: Adam
    ) -> CapturedUpdate {
        let list = critic.parameters
        return CapturedUpdate([optimizer]) { inputs, _ in
            let (actions, seen, goals) = (inputs[0], inputs[4], inputs[6])
            let (loss, gradients) = try valueAndGradients(of: list.trainable) {
                let states = critic.embedded(seen, actions)
                let targets = critic.embedded(goals: goals)
                let logits = states.matmul(targets, transposeOther: true)
                let own = (states * targets).sum(axes: 1).mean()
                let overGoals = logits.logSumExp(axes: 1)
                let overStates = logits.logSumExp(axes: 0)
                return (overGoals.mean() + overStates.mean()) * 0.5 - own
                    + overGoals.squared().mean() * penalty
            }
            return ([loss], optimizer.updates(gradients, gradientScale: nil))
        }
    }

    private static func actorUpdate(
        _ encoder: ObservationEncoder, _ actor: GaussianActor, _ critic: ContrastiveCritic,
        _ temperature: Temperature, _ settings: Settings, _ count: Int, _ optimizer: Adam,
        _ temperatureOptimizer: Adam
    ) -> CapturedUpdate {
        let isFixed = settings.entropyCoefficient != nil
        let wanted = settings.targetEntropy ?? -Double(count)
        let list = actor.parameters
        let optimizers: [any Optimizer] = isFixed ? [optimizer] : [optimizer, temperatureOptimizer]
        return CapturedUpdate(optimizers) { inputs, random in
            let (seen, own) = (inputs[4], inputs[6])
            let (rows, half) = (seen.shape[0], seen.shape[0] / 2)
            // The second half gets the goals of the rows before: any state, any goal.
            let others = own.slice(axis: 0, from: 0, to: rows - half)
            let goals = Tensor.concatenate(
                [own.slice(axis: 0, from: 0, to: half), others], axis: 0)
            let features = encoder([seen, goals])
            let targets = critic.embedded(goals: goals)
            var logProbabilities = features
            let (loss, gradients) = try valueAndGradients(of: list.trainable) {
                let now = actor.sample(features, random: &random)
                logProbabilities = now.logProbabilities.detached
                let likely = (critic.embedded(seen, now.actions) * targets)
                    .sum(axes: 1, keepingDimensions: true)
                return (temperature.coefficient * now.logProbabilities - likely).mean()
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

    /// One step of critic, actor and temperature.
    public func learn(
        from batch: TransitionBatch, random: inout RandomGenerator
    ) throws -> Float {
        let tensors = inputs.tensors(batch)
        let loss = try criticUpdate(tensors, random: &random)[0].item
        _ = try actorUpdate(tensors, random: &random)
        return loss
    }
}

/// φ(s, a) and ψ(g).
private final class ContrastiveCritic: Module {
    private let state, goal: MultilayerPerceptron
    private let observations, goals: ObservationEncoder

    init(
        _ space: Space, actions: Int, _ settings: ContrastiveRL.Settings,
        random: inout RandomGenerator
    ) {
        observations = ObservationEncoder(space["observation"] ?? space)
        goals = ObservationEncoder(space["desired_goal"] ?? space)
        state = MultilayerPerceptron(
            observations.featureCount + actions, hidden: settings.hidden,
            outputs: settings.representation, random: &random)
        goal = MultilayerPerceptron(
            goals.featureCount, hidden: settings.hidden, outputs: settings.representation,
            random: &random)
    }

    /// φ, `[rows, representation]`.
    func embedded(_ seen: Tensor, _ actions: Tensor) -> Tensor {
        state(Tensor.concatenate([observations([seen]), actions], axis: 1))
    }

    /// ψ, `[rows, representation]`.
    func embedded(goals rows: Tensor) -> Tensor { goal(goals([rows])) }
}
