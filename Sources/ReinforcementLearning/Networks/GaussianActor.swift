import HindsightNeuralNetworks
import HindsightTensors

/// A policy whose actions are normally distributed and squashed by tanh (Haarnoja et al. 2018, appendix C).
final class GaussianActor: Module {
    private let body: MultilayerPerceptron
    private let count: Int

    init(_ inputs: Int, _ actions: Int, _ hidden: [Int], random: inout RandomGenerator) {
        body = MultilayerPerceptron(
            inputs, hidden: hidden, outputs: 2 * actions, random: &random)
        count = actions
    }

    /// The middle of the distribution, `[rows, actions]`.
    func best(_ features: Tensor) -> Tensor {
        body(features).slice(axis: 1, from: 0, to: count).tanh()
    }

    /// Actions drawn, `[rows, actions]`, and their log-probabilities, `[rows, 1]`.
    func sample(
        _ features: Tensor, random: inout RandomGenerator
    ) -> (actions: Tensor, logProbabilities: Tensor) {
        let parts = body(features).split(sizes: [count, count], axis: 1)
        let logDeviation = parts[1].clamped(-20, 2)
        let noise = random.normal([features.shape[0], count])
        let raw = parts[0] + logDeviation.exp() * noise
        let density = GaussianActor.density(noise, raw, logDeviation)
        return (raw.tanh(), density.sum(axes: 1, keepingDimensions: true))
    }

    /// Actions nearer to the bounds than this count as so near: their density would have no bound.
    private static let margin = 1e-3

    /// Log-probabilities of given actions, `[rows, 1]`.
    ///
    /// - Parameter actions: `[rows, actions]`, no gradients flow to them.
    func logProbabilities(_ features: Tensor, _ actions: Tensor) -> Tensor {
        let parts = body(features).split(sizes: [count, count], axis: 1)
        return GaussianActor.logProbabilities(
            actions, middle: parts[0], logDeviation: parts[1].clamped(-20, 2))
    }

    /// Log-probabilities of actions tanh u, u normal about a middle, `[rows, 1]`.
    static func logProbabilities(
        _ actions: Tensor, middle: Tensor, logDeviation: Tensor
    ) -> Tensor {
        let inner = actions.clamped(margin - 1, 1 - margin)
        let raw = (inner.log1p() - (inner * -1).log1p()) * 0.5
        let distance = (raw - middle) * (logDeviation * -1).exp()
        return density(distance, raw, logDeviation).sum(axes: 1, keepingDimensions: true)
    }

    /// Logarithms of densities, element by element, of actions tanh u for u that lie so many deviations from
    /// the middle.
    private static func density(_ distance: Tensor, _ raw: Tensor, _ logDeviation: Tensor)
        -> Tensor
    {
        // log(1 - tanh²u) = 2(log 2 - u - softplus(-2u)), exact also where tanh u rounds to 1.
        let squash = ((raw * -1 + 0.6931471805599453) - (raw * -2).softplus()) * 2
        return distance.squared() * -0.5 - 0.9189385332046727 - logDeviation - squash
    }
}

/// A policy with one action for each observation, between -1 and 1.
final class DeterministicActor: Module {
    private let body: MultilayerPerceptron

    init(_ inputs: Int, _ actions: Int, _ hidden: [Int], random: inout RandomGenerator) {
        body = MultilayerPerceptron(inputs, hidden: hidden, outputs: actions, random: &random)
    }

    /// Actions, `[rows, actions]`, and what they were before tanh.
    func callAsFunction(_ features: Tensor) -> (actions: Tensor, raw: Tensor) {
        let raw = body(features)
        return (raw.tanh(), raw)
    }
}
