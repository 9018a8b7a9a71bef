import HindsightModels
import HindsightNeuralNetworks
import HindsightTensors

/// One optimizer step over one or more packed batches.
final class TextTrainingStep {
    /// A packed batch with what really happened.
    struct Part {
        let packed: PackedTokens
        let targets: Tensor
        let weights: [Float]?
        let count: Int

        var tensors: [Tensor] {
            packed.tensors + [targets] + (weights.map { [Tensor($0)] } ?? [])
        }
    }

    private typealias Loss = (SequenceClassifier, [Tensor], inout RandomGenerator) -> Tensor

    private let model: SequenceClassifier
    private let optimizer: any Optimizer
    private let clipNorm: Double?
    private let loss: Loss
    private let captured: TrainingStep<SequenceClassifier>

    init(
        _ model: SequenceClassifier, _ optimizer: any Optimizer, _ problem: TextProblem,
        _ settings: FineTuningSettings, isWeighted: Bool
    ) {
        self.model = model
        self.optimizer = optimizer
        clipNorm = settings.clipNorm
        let smoothing = settings.labelSmoothing
        let loss: Loss = { model, inputs, random in
            let (rows, meanWeights, rest) = PackedTokens.read(inputs, model.pooling)
            var generator: RandomGenerator? = random
            let outputs = model(rows, meanWeights: meanWeights, random: &generator)
            random = generator!
            return TextTrainingStep.loss(
                outputs, rest[0], isWeighted ? rest[1] : nil, problem, smoothing)
        }
        self.loss = loss
        captured = TrainingStep(model, optimizer, clipNorm: settings.clipNorm, loss: loss)
    }

    /// Takes one step.
    ///
    /// - Returns: the mean loss over all texts of the step.
    func callAsFunction(_ parts: [Part], random: inout RandomGenerator) throws -> Float {
        if parts.count == 1 {
            return try captured(parts[0].tensors, random: &random).array(of: Float.self)[0]
        }
        let count = parts.reduce(0) { $0 + $1.count }
        var sum: Gradients?
        var mean: Float = 0
        for part in parts {
            let share = Double(part.count) / Double(count)
            let (value, gradients) = try valueAndGradients(of: model) { model in
                loss(model, part.tensors, &random)
            }
            mean += value.array(of: Float.self)[0] * Float(share)
            let weighted = gradients * share
            sum = sum.map { $0 + weighted } ?? weighted
        }
        guard let sum else { return 0 }
        optimizer.step(sum, gradientScale: clipNorm.map { sum.clipScale(toGlobalNorm: $0) })
        return mean
    }

    /// The mean loss over a batch's texts.
    private static func loss(
        _ outputs: Tensor, _ targets: Tensor, _ weights: Tensor?, _ problem: TextProblem,
        _ smoothing: Double
    ) -> Tensor {
        switch problem {
        case .classification:
            let rows = crossEntropyRows(
                logits: outputs, targets: targets, labelSmoothing: smoothing)
            guard let weights else { return rows.mean() }
            return (rows * weights).sum() / weights.sum()
        case .multiLabel:
            guard let weights else { return binaryCrossEntropy(logits: outputs, targets: targets) }
            // The same for each text: log(1 + eˣ) - x·t.
            let rows = (outputs.softplus() - outputs * targets).mean(axes: 1)
            return (rows * weights).sum() / weights.sum()
        case .regression:
            guard let weights else { return meanSquaredError(outputs, targets) }
            let errors = (outputs - targets).reshaped([outputs.shape[0]])
            return (errors * errors * weights).sum() / weights.sum()
        }
    }
}
