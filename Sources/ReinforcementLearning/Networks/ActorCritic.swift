import HindsightNeuralNetworks
import HindsightTensors

/// A policy and a value of what is seen, for on-policy algorithms: categorical for discrete actions, normal
/// with deviations that do not depend on what is seen for continuous ones.
final class ActorCritic: Module {
    private let policy: MultilayerPerceptron
    let critic: MultilayerPerceptron
    private let logDeviation: Parameter?

    init(
        _ inputs: Int, outputs: Int, isDiscrete: Bool, hidden: [Int],
        activation: NetworkActivation, random: inout RandomGenerator
    ) {
        let small = Initializer { shape, fanIn, _, random in
            // Small first outputs: every action is as likely as the others (Andrychowicz et al. 2021).
            let bound = 0.01 / Double(max(fanIn, 1)).squareRoot()
            return random.uniform(shape, from: -bound, to: bound)
        }
        let wide = Initializer.xavierUniform(gain: activation == .tanh ? 5 / 3 : 1.4142135623730951)
        policy = MultilayerPerceptron(
            inputs, hidden: hidden, outputs: outputs, activation: activation,
            hiddenInitializer: wide, outputInitializer: small, random: &random)
        critic = MultilayerPerceptron(
            inputs, hidden: hidden, outputs: 1, activation: activation, hiddenInitializer: wide,
            outputInitializer: .xavierUniform(), random: &random)
        logDeviation = isDiscrete ? nil : Parameter(.zeros([outputs]))
    }

    /// Values, `[rows]`.
    func value(_ features: Tensor) -> Tensor { critic(features).reshaped([features.shape[0]]) }

    /// Logits of discrete actions, or means of continuous ones: `[rows, outputs]`.
    ///
    /// - Parameter mask: `[rows, outputs]`, 0 for actions that are not allowed; nil for none.
    func outputs(_ features: Tensor, mask: Tensor?) -> Tensor {
        let outputs = policy(features)
        guard let mask else { return outputs }
        return outputs + (mask - 1) * 1e8
    }

    /// Actions drawn and their log-probabilities: `[rows, actions]` and `[rows]`.
    func sample(
        _ features: Tensor, mask: Tensor?, random: inout RandomGenerator
    ) -> (actions: Tensor, logProbabilities: Tensor) {
        let outputs = outputs(features, mask: mask)
        guard let logDeviation else {
            // The largest of logits with Gumbel noise is drawn from their softmax.
            let even = random.uniform(outputs.shape, from: 1e-7, to: 1)
            let gumbel = (even.log() * -1).clamped(1e-30, .infinity).log() * -1
            let choice = (outputs + gumbel).argmax(axis: 1)
            let actions = choice.to(.float32).expandingDimension(at: 1)
            return (actions, logProbabilities(outputs, actions))
        }
        let noise = random.normal(outputs.shape)
        let actions = outputs + logDeviation.value.exp() * noise
        return (actions, logProbabilities(outputs, actions))
    }

    /// Log-probabilities of actions, `[rows]`.
    func logProbabilities(_ outputs: Tensor, _ actions: Tensor) -> Tensor {
        guard let logDeviation else {
            let all = outputs.logSoftmax(axis: 1)
            return all.gathered(axis: 1, actions.to(.int64)).reshaped([outputs.shape[0]])
        }
        let distance = (actions - outputs) * (logDeviation.value * -1).exp()
        let rows = distance.squared() * -0.5 - 0.9189385332046727 - logDeviation.value
        return rows.sum(axes: 1)
    }

    /// The mean entropy of the actions.
    func entropy(_ outputs: Tensor) -> Tensor {
        guard let logDeviation else {
            let all = outputs.logSoftmax(axis: 1)
            return (all.exp() * all).sum(axes: 1).mean() * -1
        }
        return (logDeviation.value + 1.4189385332046727).sum()
    }

    /// KL(start ‖ this) of the actions in each row, `[rows]`.
    func divergence(from start: ActorCritic, _ features: Tensor, mask: Tensor?) -> Tensor {
        let (now, before) = (
            outputs(features, mask: mask), start.outputs(features, mask: mask).detached
        )
        guard let logDeviation, let startDeviation = start.logDeviation else {
            return Divergence.categorical(from: before, to: now)
        }
        return Divergence.normal(
            from: (before, startDeviation.value.detached), to: (now, logDeviation.value))
    }

    /// Half the squared distance of the policy's weights from another's: a scalar.
    func policyDistance(from start: ActorCritic) -> Tensor {
        let distance = policy.distance(from: start.policy)
        guard let logDeviation, let other = start.logDeviation else { return distance }
        return distance + sumSquaredError(logDeviation.value, other.value.detached) * 0.5
    }
}

/// How far a distribution is from another, by the Kullback-Leibler divergence.
enum Divergence {
    /// KL of categorical distributions by their logits, `[rows, choices]` to `[rows]`.
    static func categorical(from start: Tensor, to now: Tensor) -> Tensor {
        let old = start.logSoftmax(axis: 1)
        return (old.exp() * (old - now.logSoftmax(axis: 1))).sum(axes: 1)
    }

    /// KL of normal distributions by means `[rows, numbers]` and logarithms of deviations `[numbers]`: `[rows]`.
    static func normal(
        from start: (mean: Tensor, logDeviation: Tensor),
        to now: (mean: Tensor, logDeviation: Tensor)
    ) -> Tensor {
        let precision = (now.logDeviation * -2).exp()
        let spread = (start.logDeviation * 2).exp() + (start.mean - now.mean).squared()
        return (now.logDeviation - start.logDeviation + spread * precision * 0.5 - 0.5)
            .sum(axes: 1)
    }
}
