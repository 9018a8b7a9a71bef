import HindsightNeuralNetworks
import HindsightTensors

/// The policy of algorithms that learn from logged actions: SAC's squashed normal distribution for bounded
/// numbers, PPO's categorical one for discrete actions, so that these can go on with it.
enum LoggedPolicy {
    case continuous(GaussianActor, actions: Int)
    case discrete(ActorCritic, choices: Int)

    /// A fresh policy for an environment.
    ///
    /// - Parameters:
    ///   - algorithm: for messages.
    ///   - features: of an encoded observation.
    ///   - hidden: sizes of the hidden layers; those of a discrete policy have tanh between them.
    /// - Throws: `EnvironmentError.unsuitable` for actions that are neither discrete nor numbers.
    init(
        _ environment: any VectorEnvironment, for algorithm: String, features: Int, hidden: [Int],
        random: inout RandomGenerator
    ) throws {
        if case .discrete(let choices, _) = environment.actionSpace {
            let network = ActorCritic(
                features, outputs: choices, isDiscrete: true, hidden: hidden, activation: .tanh,
                random: &random)
            self = .discrete(network, choices: choices)
        } else {
            let count = try environment.continuousActionCount(for: algorithm)
            self = .continuous(
                GaussianActor(features, count, hidden, random: &random), actions: count)
        }
    }

    /// The networks under the name that SAC or PPO has for them.
    var named: (name: String, module: any Module) {
        switch self {
        case .continuous(let actor, _): ("actor", actor)
        case .discrete(let network, _): ("network", network)
        }
    }

    /// Numbers of an action as the replay buffer has it.
    var actionCount: Int {
        switch self {
        case .continuous(_, let actions): actions
        case .discrete: 1
        }
    }

    /// Numbers of an action as critics see it: discrete ones are one-hot.
    var actionFeatures: Int {
        switch self {
        case .continuous(_, let actions): actions
        case .discrete(_, let choices): choices
        }
    }

    /// Actions as critics see them, `[rows, actionFeatures]`.
    func encoded(_ actions: Tensor) -> Tensor {
        switch self {
        case .continuous: actions
        case .discrete(_, let choices):
            actions.reshaped([actions.shape[0]]).to(.int64).oneHot(classes: choices)
        }
    }

    /// Log-probabilities of actions, `[rows, 1]`.
    func logProbabilities(_ features: Tensor, _ actions: Tensor) -> Tensor {
        switch self {
        case .continuous(let actor, _): return actor.logProbabilities(features, actions)
        case .discrete(let network, _):
            let outputs = network.outputs(features, mask: nil)
            return network.logProbabilities(outputs, actions).expandingDimension(at: 1)
        }
    }

    /// The likeliest actions, `[rows, actionCount]`.
    func best(_ features: Tensor) -> Tensor {
        switch self {
        case .continuous(let actor, _): return actor.best(features)
        case .discrete(let network, _):
            let outputs = network.outputs(features, mask: nil)
            return outputs.argmax(axis: 1).to(.float32).expandingDimension(at: 1)
        }
    }

    /// Actions drawn, `[rows, actionCount]`.
    func drawn(_ features: Tensor, _ random: inout RandomGenerator) -> Tensor {
        switch self {
        case .continuous(let actor, _): actor.sample(features, random: &random).actions
        case .discrete(let network, _):
            network.sample(features, mask: nil, random: &random).actions
        }
    }
}
