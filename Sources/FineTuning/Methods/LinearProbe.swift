import HindsightLearning
import HindsightNeuralNetworks
import HindsightTensors

/// The last layer alone, trained to convergence on features that were computed once.
///
/// Features are standardised for the training and the result is folded back, so that the layer applies to
/// the features as they are.
public struct LinearProbe: Sendable {
    /// `[outputs, features]`.
    public let weight: Tensor
    /// `[outputs]`.
    public let bias: Tensor

    /// Trains a linear layer by full-batch Adam.
    ///
    /// - Parameters:
    ///   - features: `[texts, width]`, row by row.
    ///   - width: features a text.
    ///   - targets: what really happened.
    ///   - problem: what is asked for.
    ///   - penalty: the factor of the squared weights in the loss (L2).
    ///   - steps: how many steps to take.
    /// - Throws: `MemoryLimitError`.
    public init(
        features: [Float], width: Int, targets: TextExamples.Targets, problem: TextProblem,
        penalty: Double = 1e-3, steps: Int = 300
    ) throws {
        let x = Tensor(features, shape: [targets.count, width])
        let mean = x.mean(axes: 0)
        let deviation = (x - mean).squared().mean(axes: 0).sqrt() + 1e-6
        let layer = Linear(
            weight: .zeros([problem.outputCount, width]), bias: .zeros([problem.outputCount]))
        let optimizer = Adam(layer, learningRate: 0.05)
        let rate = Schedules.cosine(from: 0.05, to: 0, steps: steps)
        let step = TrainingStep(layer, optimizer) { layer, batch, _ in
            let outputs = layer(batch[0])
            return LinearProbe.loss(outputs, batch[1], problem)
                + layer.weight.value.squared().sum() * Float(penalty)
        }
        let batch = [(x - mean) / deviation, targets.tensor(Array(0..<targets.count), problem)]
        for index in 0..<steps {
            optimizer.learningRate = rate(index)
            try step(batch)
        }
        weight = layer.weight.value / deviation
        bias = layer.bias!.value - matmul(weight, mean.reshaped([width, 1])).reshaped([problem.outputCount])
    }

    /// The layer's outputs.
    ///
    /// - Parameters:
    ///   - features: `[texts, width]`, row by row.
    ///   - width: features a text.
    /// - Returns: `[texts, outputs]`, row by row.
    public func outputs(_ features: [Float], width: Int) -> [Float] {
        let x = Tensor(features, shape: [features.count / max(width, 1), width])
        return linear(x, weight: weight, bias: bias).array(of: Float.self)
    }

    private static func loss(_ outputs: Tensor, _ targets: Tensor, _ problem: TextProblem) -> Tensor {
        switch problem {
        case .classification: crossEntropy(logits: outputs, targets: targets)
        case .multiLabel: binaryCrossEntropy(logits: outputs, targets: targets)
        case .regression: meanSquaredError(outputs, targets)
        }
    }
}
