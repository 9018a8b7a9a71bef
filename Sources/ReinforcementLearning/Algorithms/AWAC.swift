import HindsightNeuralNetworks
import HindsightTensors

/// Advantage-weighted actor-critic (Nair et al. 2020): the critics learn from what the policy would do next,
/// L = (r + γ Q̂(s′, a′) - Q(s, a))² with a′ ~ π; the policy imitates logged actions that are better than its
/// own, L = -exp(A / λ) log π(a | s), A = Q(s, a) - Q(s, a′) with a′ ~ π(s). It goes on online with the same
/// losses.
public final class AWAC: OffPolicyLearner {
    /// Numbers of the algorithm.
    public struct Settings: Sendable, Codable, Equatable {
        /// Numbers of the loop.
        public var loop = OffPolicySettings()
        /// The step size of all optimizers.
        public var learningRate: Float = 3e-4
        /// Sizes of the hidden layers of policy and critics.
        public var hidden = [256, 256]
        /// How many critics there are.
        public var critics = 2
        /// Layer normalisation in the critics.
        public var normalizesCritics = false
        /// τ of the target critics.
        public var targetRate = 0.005
        /// λ: the larger, the less the advantage counts.
        public var advantageScale = 1.0
        /// The largest weight that an advantage gives.
        public var largestWeight = 100.0

        /// The defaults.
        public init() { loop.startsWithPolicy = true }
    }

    /// Numbers of the algorithm.
    public let settings: Settings
    private let parts: LoggedActorCritic
    private let update: CapturedUpdate
    private var inputs = LearningInputs()

    /// Fresh networks for an environment.
    ///
    /// - Throws: `EnvironmentError.unsuitable` for actions that are neither discrete nor bounded numbers.
    public init(_ environment: any VectorEnvironment, _ settings: Settings, seed: UInt64) throws {
        try settings.loop.checkEvenDraws(for: "AWAC")
        self.settings = settings
        var random = RandomGenerator(seed: seed)
        let parts = try LoggedActorCritic(
            environment, for: "AWAC",
            .init(
                hidden: settings.hidden, critics: settings.critics,
                normalizesCritics: settings.normalizesCritics,
                learningRate: settings.learningRate, targetRate: settings.targetRate),
            random: &random)
        self.parts = parts
        update = AWAC.update(parts, settings)
    }

    private static func update(_ parts: LoggedActorCritic, _ settings: Settings) -> CapturedUpdate {
        CapturedUpdate([parts.policyOptimizer, parts.criticOptimizer]) { inputs, random in
            let batch = QBatch(inputs, parts.encoder)
            let policy = parts.policy
            let actions = policy.encoded(batch.actions)
            let next = policy.encoded(policy.drawn(batch.nextFeatures, &random))
            let future = parts.targets(batch.nextFeatures, next).leastOfAll()
            let outcome = batch.outcome(future)
            let (loss, criticUpdates) = try parts.criticUpdates(batch, actions, outcome)
            let own = policy.encoded(policy.drawn(batch.features, &random))
            let advantages =
                parts.critics(batch.features, actions).leastOfAll()
                - parts.critics(batch.features, own).leastOfAll()
            let weights = OfflineLosses.weights(
                advantages, factor: 1 / max(settings.advantageScale, 1e-6),
                largest: settings.largestWeight)
            return ([loss], criticUpdates + (try parts.policyUpdates(batch, weights)))
        }
    }

    /// Numbers of an action.
    public var actionCount: Int { parts.policy.actionCount }
    /// Numbers of the loop.
    public var loop: OffPolicySettings { settings.loop }
    /// Policy, critics and their targets.
    public var modules: [(name: String, module: any Module)] { parts.modules }
    /// The policy acts.
    public var policyModules: Set<String> { [parts.policy.named.name] }
    /// One for each trained part.
    public var optimizers: [(name: String, optimizer: any Optimizer)] { parts.optimizers }

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

    /// One step of critics and policy.
    public func learn(
        from batch: TransitionBatch, random: inout RandomGenerator
    ) throws -> Float {
        let results = try update(inputs.tensors(batch), random: &random)
        parts.targetUpdate()
        return results[0].item
    }
}
