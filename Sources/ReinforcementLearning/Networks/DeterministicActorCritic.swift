import HindsightNeuralNetworks
import HindsightTensors

/// A deterministic actor and critics with their slowly moving targets and optimizers, as TD3 has them.
struct DeterministicActorCritic {
    let actor, targetActor: DeterministicActor
    let critics, targetCritics: CriticEnsemble
    let actorOptimizer, criticOptimizer: Adam
    let targetUpdate: TargetUpdate

    /// Sizes and rates of the networks.
    struct Sizes {
        var hidden: [Int]
        var critics: Int
        var normalizesCritics: Bool
        var learningRate: Float
        var targetRate: Double
    }

    /// Fresh networks.
    ///
    /// - Parameters:
    ///   - features, actions: numbers of an encoded observation and of an action.
    ///   - sizes: of the networks.
    ///   - seed: where their weights come from.
    init(features: Int, actions: Int, _ sizes: Sizes, seed: UInt64) {
        var random = RandomGenerator(seed: seed)
        actor = DeterministicActor(features, actions, sizes.hidden, random: &random)
        targetActor = DeterministicActor(features, actions, sizes.hidden, random: &random)
        targetActor.copyParameters(from: actor)
        func ensemble() -> CriticEnsemble {
            CriticEnsemble(
                features + actions, sizes.hidden, count: sizes.critics, outputs: 1,
                normalizes: sizes.normalizesCritics, random: &random)
        }
        (critics, targetCritics) = (ensemble(), ensemble())
        targetCritics.copyParameters(from: critics)
        actorOptimizer = Adam(actor, learningRate: sizes.learningRate)
        criticOptimizer = Adam(critics, learningRate: sizes.learningRate)
        targetUpdate = TargetUpdate(
            [(targetActor, actor), (targetCritics, critics)], rate: sizes.targetRate)
    }

    /// Makes the targets what actor and critics are.
    func restartTargets() {
        targetActor.copyParameters(from: actor)
        targetCritics.copyParameters(from: critics)
    }

    /// All networks by name.
    var modules: [(name: String, module: any Module)] {
        [
            ("actor", actor), ("critics", critics), ("target_actor", targetActor),
            ("target_critics", targetCritics),
        ]
    }

    /// One for each trained part.
    var optimizers: [(name: String, optimizer: any Optimizer)] {
        [("actor", actorOptimizer), ("critics", criticOptimizer)]
    }
}
