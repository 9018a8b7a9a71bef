import HindsightDatasets
import HindsightModels
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
    ///   - steps: how many steps to take, each over all texts.
    ///   - learningRate: of the first step; it falls to 0 along a cosine.
    /// - Throws: `MemoryLimitError`.
    public init(
        features: [Float], width: Int, targets: TextExamples.Targets, problem: TextProblem,
        penalty: Double = 1e-4, steps: Int = 300, learningRate: Double = 0.05
    ) throws {
        let count = features.count / max(width, 1)
        let x = Tensor(features, shape: [count, width])
        let mean = x.mean(axes: 0)
        let centred = x - mean
        let deviation = centred.squared().mean(axes: 0).sqrt() + 1e-6
        let layer = Linear(
            weight: .zeros([problem.outputCount, width]), bias: .zeros([problem.outputCount]))
        let optimizer = Adam(layer, learningRate: Float(learningRate))
        let rate = Schedules.cosine(from: Float(learningRate), to: 0, steps: steps)
        let step = TrainingStep(layer, optimizer) { layer, batch, _ in
            let outputs = layer(batch[0])
            return LinearProbe.loss(outputs, batch[1], problem)
                + layer.weight.value.squared().sum() * penalty
        }
        let batch = [centred / deviation, targets.tensor(Array(0..<count), problem)]
        for index in 0..<steps {
            optimizer.learningRate = rate(index)
            try step(batch)
        }
        weight = layer.weight.value / deviation
        bias =
            layer.bias!.value
            - weight.matmul(mean.reshaped([width, 1]))
            .reshaped([problem.outputCount])
    }

    /// Puts the layer in the place of a model's classifier, whose inputs it was trained on.
    public func install(in model: SequenceClassifier) {
        model.classifier.weight.variable.assign(weight)
        model.classifier.bias?.variable.assign(bias)
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

    private static func loss(_ outputs: Tensor, _ targets: Tensor, _ problem: TextProblem) -> Tensor
    {
        switch problem {
        case .classification: crossEntropy(logits: outputs, targets: targets)
        case .multiLabel: binaryCrossEntropy(logits: outputs, targets: targets)
        case .regression: meanSquaredError(outputs, targets)
        }
    }
}
