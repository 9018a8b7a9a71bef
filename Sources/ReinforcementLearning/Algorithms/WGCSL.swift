import HindsightNeuralNetworks
import HindsightTensors

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Weighted goal-conditioned supervised learning (Yang et al. 2022): the actor imitates actions that are known
/// to have led to a goal, the more the sooner they did (γᵗ), the better the critic finds them (exp A), and
/// the rarer that is (the best advantages).
///
/// The threshold of the best advantages is a quantile of the batch, not of the last 50,000 advantages.
public final class WGCSL: OffPolicyLearner {
    /// Numbers of the algorithm.
    public struct Settings: Sendable, Codable, Equatable {
        /// Numbers of the loop.
        public var loop: OffPolicySettings
        /// The step size of both optimizers.
        public var learningRate: Float = 5e-4
        /// Sizes of the hidden layers of actor and critics.
        public var hidden = [256, 256]
        /// How many critics there are; the least of their targets counts.
        public var critics = 2
        /// Layer normalisation in the critics.
        public var normalizesCritics = false
        /// τ of the targets.
        public var targetRate = 0.005
        /// The largest weight that an advantage gives.
        public var largestWeight = 10.0
        /// What advantages below the threshold weigh, against 1 above it.
        public var lesserWeight = 0.05
        /// The quantile of the threshold in the end.
        public var thresholdPart = 0.8
        /// In how many updates the quantile rises to that from 0.
        public var thresholdUpdates = 10_000
        /// The normal noise on actions while learning.
        public var explorationNoise = 0.2
        /// The part of actions that are random while learning.
        public var randomActions = 0.3

        /// The defaults, with hindsight from the future.
        public init() {
            loop = OffPolicySettings()
            loop.hindsight = .future
        }
    }

    /// Numbers of the algorithm.
    public let settings: Settings
    /// Numbers of an action.
    public let actionCount: Int
    private let networks: DeterministicActorCritic
    private let actorUpdate, criticUpdate: CapturedUpdate
    private let acting: ContinuousActing
    private var inputs = LearningInputs()

    /// Fresh networks for an environment.
    ///
    /// - Throws: `EnvironmentError.unsuitable` unless there are goals and actions are bounded numbers.
    public init(_ environment: any VectorEnvironment, _ settings: Settings, seed: UInt64) throws {
        try environment.checkHindsight(settings.loop, for: "WGCSL")
        self.settings = settings
        actionCount = try environment.continuousActionCount(for: "WGCSL")
        let encoder = ObservationEncoder(environment.observationSpace)
        let networks = DeterministicActorCritic(
            features: encoder.featureCount, actions: actionCount,
            .init(
                hidden: settings.hidden, critics: settings.critics,
                normalizesCritics: settings.normalizesCritics,
                learningRate: settings.learningRate, targetRate: settings.targetRate), seed: seed)
        self.networks = networks
        acting = try ContinuousActing(environment, encoder) { networks.actor($0).actions }
        criticUpdate = WGCSL.criticUpdate(encoder, networks)
        actorUpdate = WGCSL.actorUpdate(encoder, networks)
    }

    /// Numbers of the loop.
    public var loop: OffPolicySettings { settings.loop }
    /// Actor and critics with their targets.
    public var modules: [(name: String, module: any Module)] { networks.modules }
    /// The actor acts.
    public var policyModules: Set<String> { ["actor"] }
    /// One for each trained part.
    public var optimizers: [(name: String, optimizer: any Optimizer)] { networks.optimizers }

    /// Targets follow what was taken over.
    public func noteStart() { networks.restartTargets() }

    // MARK: Losses

    /// Results are the loss, the critics' errors and the advantages A = r + γV(s′) - V(s), `[rows]`.
    private static func criticUpdate(
        _ encoder: ObservationEncoder, _ networks: DeterministicActorCritic
    ) -> CapturedUpdate {
        let (actor, targetActor) = (networks.actor, networks.targetActor)
        let (critics, targets, optimizer) = (
            networks.critics, networks.targetCritics, networks.criticOptimizer
        )
        let list = critics.parameters
        return CapturedUpdate([optimizer]) { inputs, _ in
            let batch = QBatch(inputs, encoder)
            let future = targets(batch.nextFeatures, targetActor(batch.nextFeatures).actions)
            let outcome = batch.outcome(future.leastOfAll())
            let usual = critics(batch.features, actor(batch.features).actions).leastOfAll()
            let advantages = (outcome - usual).reshaped([outcome.shape[0]])
            var errors = advantages
            let (loss, gradients) = try valueAndGradients(of: list.trainable) {
                let rows = critics(batch.features, batch.actions).rowLosses(outcome) * 2
                errors = rows.detached
                return (rows * batch.weights).mean()
            }
            return (
                [loss, errors, advantages], optimizer.updates(gradients, gradientScale: nil)
            )
        }
    }

    /// The last input is the weight of each row.
    private static func actorUpdate(
        _ encoder: ObservationEncoder, _ networks: DeterministicActorCritic
    ) -> CapturedUpdate {
        let (actor, optimizer) = (networks.actor, networks.actorOptimizer)
        let list = actor.parameters
        return CapturedUpdate([optimizer]) { inputs, _ in
            let batch = QBatch(inputs, encoder)
            let weights = inputs[inputs.count - 1]
            let (loss, gradients) = try valueAndGradients(of: list.trainable) {
                let distance = (actor(batch.features).actions - batch.actions).squared()
                return (distance * weights).mean()
            }
            return ([loss], optimizer.updates(gradients, gradientScale: nil))
        }
    }

    /// Turns the advantages in a batch's `errors` into weights; 0 where the goal was not reached afterwards.
    private func weigh(_ batch: TransitionBatch) {
        let rows = UnsafeMutableBufferPointer(start: batch.errors, count: batch.count)
        let updates = Double(networks.criticOptimizer.core.stepCount)
        let part = settings.thresholdPart * min(1, updates / Double(settings.thresholdUpdates))
        let threshold = rows.sorted()[min(Int(part * Double(rows.count)), rows.count - 1)]
        let logDiscount = log(batch.discount)
        for row in rows.indices {
            let steps = batch.goalSteps[row]
            guard batch.isRelabeled[row] != 0, steps >= 0 else {
                rows[row] = 0
                continue
            }
            let gain = min(exp(Double(rows[row])), settings.largestWeight)
            let share = rows[row] >= threshold ? 1 : settings.lesserWeight
            rows[row] = Float(exp(logDiscount * Double(steps)) * gain * share)
        }
    }

    // MARK: Acting and learning

    /// The actor's actions.
    public func act(on batch: EnvironmentBatch) throws {
        try acting.act(on: batch)
    }

    /// The actor's actions with noise, or random ones.
    public func explore(
        _ batch: EnvironmentBatch, part: Double, random: inout RandomGenerator,
        into actions: UnsafeMutablePointer<Float>
    ) throws {
        try acting.explore(
            batch, noise: settings.explorationNoise, randomActions: settings.randomActions,
            random: &random, into: actions)
    }

    /// One step of critics, actor and targets.
    public func learn(
        from batch: TransitionBatch, random: inout RandomGenerator
    ) throws -> Float {
        let tensors = inputs.tensors(batch)
        let results = try criticUpdate(tensors, random: &random)
        results[2].copy(to: batch.errors)
        weigh(batch)
        let weights = batch.tensor(batch.errors, width: 1)
        _ = try actorUpdate(tensors + [weights], random: &random)
        networks.targetUpdate()
        if settings.loop.priority != nil { results[1].copy(to: batch.errors) }
        return results[0].item
    }
}

extension VectorEnvironment {
    /// Refuses what an algorithm cannot do that lives by hindsight.
    ///
    /// - Throws: `EnvironmentError.unsuitable`.
    func checkHindsight(_ loop: OffPolicySettings, for algorithm: String) throws {
        guard goalReward != nil else {
            throw EnvironmentError.unsuitable(
                "\(algorithm) learns to reach goals, but \(name) has none; try sac or td3")
        }
        guard loop.hindsight != nil else {
            throw EnvironmentError.unsuitable(
                "\(algorithm) learns from goals that were reached: it needs hindsight, such as future"
            )
        }
    }
}
