import HindsightNeuralNetworks
import HindsightTensors

/// Implicit Q-learning (Kostrikov et al. 2022): learns from logged data without ever asking for the value of
/// an action that was not logged, and goes on online with the same losses.
///
/// - V(s) is an expectile τ of Q(s, a) over logged actions: L = |τ - 1(u < 0)|·u², u = Q̂(s, a) - V(s);
/// - Q(s, a) learns from it: L = (r + γ V(s′) - Q(s, a))², for each of the critics;
/// - the policy imitates the better actions: L = -exp(β A) log π(a | s), A = Q̂(s, a) - V(s).
///
/// Q̂ is the least of the slowly moving target critics. All three are computed from the same networks and
/// stepped together, where the paper's program steps V first.
public final class IQL: OffPolicyLearner {
    /// Numbers of the algorithm.
    public struct Settings: Sendable, Codable, Equatable {
        /// Numbers of the loop.
        public var loop = OffPolicySettings()
        /// The step size of all optimizers.
        public var learningRate: Float = 3e-4
        /// Sizes of the hidden layers of policy, critics and value.
        public var hidden = [256, 256]
        /// How many critics there are.
        public var critics = 2
        /// Layer normalisation in the critics.
        public var normalizesCritics = false
        /// τ of the target critics.
        public var targetRate = 0.005
        /// The expectile τ: ½ is the mean of logged actions, near 1 the best of them.
        public var expectile = 0.7
        /// β: how much better actions are imitated more.
        public var advantageFactor = 3.0
        /// The largest weight that an advantage gives.
        public var largestWeight = 100.0

        /// The defaults.
        public init() { loop.startsWithPolicy = true }
    }

    /// Numbers of the algorithm.
    public let settings: Settings
    private let parts: LoggedActorCritic
    private let value: MultilayerPerceptron
    private let valueOptimizer: Adam
    private let update: CapturedUpdate
    private var inputs = LearningInputs()

    /// Fresh networks for an environment.
    ///
    /// - Throws: `EnvironmentError.unsuitable` for actions that are neither discrete nor bounded numbers.
    public init(_ environment: any VectorEnvironment, _ settings: Settings, seed: UInt64) throws {
        try settings.loop.checkEvenDraws(for: "IQL")
        self.settings = settings
        var random = RandomGenerator(seed: seed)
        let parts = try LoggedActorCritic(
            environment, for: "IQL",
            .init(
                hidden: settings.hidden, critics: settings.critics,
                normalizesCritics: settings.normalizesCritics,
                learningRate: settings.learningRate, targetRate: settings.targetRate),
            random: &random)
        let value = MultilayerPerceptron(
            parts.encoder.featureCount, hidden: settings.hidden, outputs: 1, random: &random)
        let valueOptimizer = Adam(value, learningRate: settings.learningRate)
        (self.parts, self.value, self.valueOptimizer) = (parts, value, valueOptimizer)
        update = IQL.update(parts, value, valueOptimizer, settings)
    }

    private static func update(
        _ parts: LoggedActorCritic, _ value: MultilayerPerceptron, _ valueOptimizer: Adam,
        _ settings: Settings
    ) -> CapturedUpdate {
        let valueList = value.parameters
        let optimizers: [any Optimizer] = [
            parts.policyOptimizer, parts.criticOptimizer, valueOptimizer,
        ]
        return CapturedUpdate(optimizers) { inputs, _ in
            let batch = QBatch(inputs, parts.encoder)
            let actions = parts.policy.encoded(batch.actions)
            let judged = parts.targets(batch.features, actions).leastOfAll()
            let (_, valueGradients) = try valueAndGradients(of: valueList.trainable) {
                OfflineLosses.expectile(judged - value(batch.features), settings.expectile).mean()
            }
            let outcome = batch.outcome(value(batch.nextFeatures))
            let (loss, criticUpdates) = try parts.criticUpdates(batch, actions, outcome)
            let weights = OfflineLosses.weights(
                judged - value(batch.features), factor: settings.advantageFactor,
                largest: settings.largestWeight)
            let updates = try parts.policyUpdates(batch, weights)
            return (
                [loss],
                criticUpdates + updates
                    + valueOptimizer.updates(valueGradients, gradientScale: nil)
            )
        }
    }

    /// Numbers of an action.
    public var actionCount: Int { parts.policy.actionCount }
    /// Numbers of the loop.
    public var loop: OffPolicySettings { settings.loop }
    /// Policy, critics, their targets, and the value.
    public var modules: [(name: String, module: any Module)] { parts.modules + [("value", value)] }
    /// The policy acts.
    public var policyModules: Set<String> { [parts.policy.named.name] }
    /// One for each trained part.
    public var optimizers: [(name: String, optimizer: any Optimizer)] {
        parts.optimizers + [("value", valueOptimizer)]
    }

    /// Targets follow the critics that were taken over.
    public func noteStart() { parts.targets.copyParameters(from: parts.critics) }

    /// The likeliest actions.
    public func act(on batch: EnvironmentBatch) throws { try parts.acting.act(on: batch) }

    /// Actions drawn from their distribution.
    public func explore(
        _ batch: EnvironmentBatch, part: Double, random: inout RandomGenerator,
        into actions: UnsafeMutablePointer<Float>
    ) throws {
        try parts.acting.explore(batch, random: &random, into: actions)
    }

    /// One step of value, critics and policy.
    public func learn(
        from batch: TransitionBatch, random: inout RandomGenerator
    ) throws -> Float {
        let results = try update(inputs.tensors(batch), random: &random)
        parts.targetUpdate()
        return results[0].item
    }
}
