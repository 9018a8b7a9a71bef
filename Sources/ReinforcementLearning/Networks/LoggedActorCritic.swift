import HindsightNeuralNetworks
import HindsightTensors

/// Policy and critics with their targets and optimizers, as IQL and AWAC have them.
struct LoggedActorCritic {
    let encoder: ObservationEncoder
    let policy: LoggedPolicy
    let critics, targets: CriticEnsemble
    let policyOptimizer, criticOptimizer: Adam
    let targetUpdate: TargetUpdate
    let acting: ContinuousActing

    /// Fresh networks.
    ///
    /// - Parameters:
    ///   - algorithm: for messages.
    ///   - sizes: of the networks.
    /// - Throws: `EnvironmentError.unsuitable` for actions that are neither discrete nor bounded numbers.
    init(
        _ environment: any VectorEnvironment, for algorithm: String,
        _ sizes: DeterministicActorCritic.Sizes, random: inout RandomGenerator
    ) throws {
        let encoder = ObservationEncoder(environment.observationSpace)
        let policy = try LoggedPolicy(
            environment, for: algorithm, features: encoder.featureCount, hidden: sizes.hidden,
            random: &random)
        func ensemble() -> CriticEnsemble {
            CriticEnsemble(
                encoder.featureCount + policy.actionFeatures, sizes.hidden, count: sizes.critics,
                outputs: 1, normalizes: sizes.normalizesCritics, random: &random)
        }
        (critics, targets) = (ensemble(), ensemble())
        targets.copyParameters(from: critics)
        policyOptimizer = Adam(policy.named.module, learningRate: sizes.learningRate)
        criticOptimizer = Adam(critics, learningRate: sizes.learningRate)
        targetUpdate = TargetUpdate([(targets, critics)], rate: sizes.targetRate)
        acting = try ContinuousActing(
            environment, encoder, best: { policy.best($0) }, drawn: { policy.drawn($0, &$1) })
        (self.encoder, self.policy) = (encoder, policy)
    }

    /// Policy, critics and targets.
    var modules: [(name: String, module: any Module)] {
        [policy.named, ("critics", critics), ("targets", targets)]
    }

    /// One for each trained part.
    var optimizers: [(name: String, optimizer: any Optimizer)] {
        [(policy.named.name, policyOptimizer), ("critics", criticOptimizer)]
    }

    /// The step of the critics toward outcomes, `[rows, 1]`.
    func criticUpdates(
        _ batch: QBatch, _ actions: Tensor, _ outcome: Tensor
    ) throws -> (loss: Tensor, updates: [VariableUpdate]) {
        let (loss, gradients) = try valueAndGradients(of: critics.parameters.trainable) {
            // Twice the half squares: the mean squared error of each critic.
            (critics(batch.features, actions).rowLosses(outcome.detached) * 2 * batch.weights)
                .mean()
        }
        return (loss, criticOptimizer.updates(gradients, gradientScale: nil))
    }

    /// The step of the policy toward logged actions, each with its weight, `[rows, 1]`.
    func policyUpdates(_ batch: QBatch, _ weights: Tensor) throws -> [VariableUpdate] {
        let list = policy.named.module.parameters
        let (_, gradients) = try valueAndGradients(of: list.trainable) {
            (policy.logProbabilities(batch.features, batch.actions) * weights).mean() * -1
        }
        return policyOptimizer.updates(gradients, gradientScale: nil)
    }
}
