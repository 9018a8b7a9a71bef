import HindsightNeuralNetworks
import HindsightTensors

/// Behaviour cloning (Pomerleau 1991): the policy makes the logged actions as likely as it can,
/// L = -log π(a | s). With hindsight over logged goals it is goal-conditioned supervised learning (Ghosh et
/// al. 2021): every action is right for the goal that was reached later.
public final class BehaviorCloning: OffPolicyLearner {
    /// Numbers of the algorithm.
    public struct Settings: Sendable, Codable, Equatable {
        /// Numbers of the loop.
        public var loop = OffPolicySettings()
        /// The optimizer's step size.
        public var learningRate: Float = 1e-3
        /// Sizes of the hidden layers.
        public var hidden = [256, 256]

        /// The defaults.
        public init() { loop.startsWithPolicy = true }
    }

    /// Numbers of the algorithm.
    public let settings: Settings
    private let policy: LoggedPolicy
    private let optimizer: Adam
    private let update: CapturedUpdate
    private let acting: ContinuousActing
    private var inputs = LearningInputs()

    /// Fresh networks for an environment.
    ///
    /// - Throws: `EnvironmentError.unsuitable` for actions that are neither discrete nor bounded numbers.
    public init(_ environment: any VectorEnvironment, _ settings: Settings, seed: UInt64) throws {
        try settings.loop.checkEvenDraws(for: "behaviour cloning")
        self.settings = settings
        var random = RandomGenerator(seed: seed)
        let encoder = ObservationEncoder(environment.observationSpace)
        let policy = try LoggedPolicy(
            environment, for: "behaviour cloning", features: encoder.featureCount,
            hidden: settings.hidden, random: &random)
        let module = policy.named.module
        let optimizer = Adam(module, learningRate: settings.learningRate)
        (self.policy, self.optimizer) = (policy, optimizer)
        acting = try ContinuousActing(
            environment, encoder, best: { policy.best($0) }, drawn: { policy.drawn($0, &$1) })
        let list = module.parameters
        update = CapturedUpdate([optimizer]) { inputs, _ in
            let batch = QBatch(inputs, encoder)
            let (loss, gradients) = try valueAndGradients(of: list.trainable) {
                policy.logProbabilities(batch.features, batch.actions).mean() * -1
            }
            return ([loss], optimizer.updates(gradients, gradientScale: nil))
        }
    }

    /// Numbers of an action.
    public var actionCount: Int { policy.actionCount }
    /// Numbers of the loop.
    public var loop: OffPolicySettings { settings.loop }
    /// The policy.
    public var modules: [(name: String, module: any Module)] { [policy.named] }
    /// It acts.
    public var policyModules: Set<String> { [policy.named.name] }
    /// One optimizer.
    public var optimizers: [(name: String, optimizer: any Optimizer)] {
        [(policy.named.name, optimizer)]
    }

    /// The likeliest actions.
    public func act(on batch: EnvironmentBatch) throws { try acting.act(on: batch) }

    /// Actions drawn from their distribution.
    public func explore(
        _ batch: EnvironmentBatch, part: Double, random: inout RandomGenerator,
        into actions: UnsafeMutablePointer<Float>
    ) throws {
        try acting.explore(batch, random: &random, into: actions)
    }

    /// One gradient step.
    public func learn(
        from batch: TransitionBatch, random: inout RandomGenerator
    ) throws -> Float {
        try update(inputs.tensors(batch), random: &random)[0].item
    }
}
