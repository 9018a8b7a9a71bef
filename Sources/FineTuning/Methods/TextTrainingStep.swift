import HindsightLearning
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
        /// What the source classifier is to say; nil without Co-Tuning.
        var sourceTargets: Tensor?
        /// What chance does to it; nil for nothing.
        var augmentation: TextAugmentation?
        /// What really happened to the texts that these are mixed with, and how much that counts.
        var otherTargets: Tensor?
        var otherWeights: [Float]?

        var tensors: [Tensor] {
            packed.tensors + [targets] + (weights.map { [Tensor($0)] } ?? [])
                + (sourceTargets.map { [$0] } ?? [])
                + (augmentation?.tensors ?? []) + (otherTargets.map { [$0] } ?? [])
                + (otherWeights.map { [Tensor($0)] } ?? [])
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
        _ settings: FineTuningSettings, isWeighted: Bool, penalty: StartPenalty?
    ) {
        self.model = model
        self.optimizer = optimizer
        clipNorm = settings.clipNorm
        let measure = TextLoss(
            problem: problem, labelSmoothing: settings.labelSmoothing,
            focus: settings.regularization.focus)
        let regularization = settings.regularization
        let loss: Loss = { model, inputs, random in
            let batch = BatchReader(inputs, model.pooling, regularization, isWeighted)
            let (outputs, source) = batch.outputs(model, &random)
            var sum = batch.loss(measure, outputs)
            if regularization.agreement > 0 {
                let again = batch.outputs(model, &random).task
                sum = (sum + batch.loss(measure, again)) * 0.5
                sum = sum + measure.disagreement(outputs, again) * regularization.agreement
            }
            if let source, let targets = batch.sourceTargets {
                sum = sum + CoTuning.loss(source, targets) * regularization.coTuning
            }
            return penalty?().map { sum + $0 } ?? sum
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
}

/// A batch out of a step's inputs, in the order of `TextTrainingStep.Part.tensors`.
private struct BatchReader {
    private let rows: TokenRows
    private let meanWeights: Tensor?
    private let targets: Tensor
    private let weights: Tensor?
    let sourceTargets: Tensor?
    private let augmentation: TextAugmentation.Reader?
    private var otherTargets: Tensor?
    private var otherWeights: Tensor?

    init(
        _ inputs: [Tensor], _ pooling: Pooling, _ settings: Regularization, _ isWeighted: Bool
    ) {
        let (rows, meanWeights, tensors) = PackedTokens.read(inputs, pooling)
        (self.rows, self.meanWeights) = (rows, meanWeights)
        targets = tensors[0]
        weights = isWeighted ? tensors[1] : nil
        var rest = tensors.dropFirst(isWeighted ? 2 : 1)
        sourceTargets = settings.coTuning > 0 ? rest.popFirst() : nil
        augmentation = settings.changesEmbeddings ? .init(&rest, settings) : nil
        if settings.mixUp > 0 {
            otherTargets = rest.popFirst()
            otherWeights = rest.popFirst()
        }
    }

    func outputs(
        _ model: SequenceClassifier, _ random: inout RandomGenerator
    ) -> (task: Tensor, source: Tensor?) {
        var generator: RandomGenerator? = random
        defer { random = generator! }
        let change = augmentation.map { augmentation in { (x: Tensor) in augmentation(x) } }
        let pooled = model.features(
            rows, meanWeights: meanWeights, changing: change, random: &generator)
        return model.heads(pooled, random: &generator)
    }

    func loss(_ measure: TextLoss, _ outputs: Tensor) -> Tensor {
        guard let shares = augmentation?.shares, let otherTargets else {
            return measure(outputs, targets, weights: weights)
        }
        var both: [Tensor]?
        if let weights, let otherWeights { both = [weights, otherWeights] }
        return measure.mixed(outputs, [targets, otherTargets], weights: both, shares: shares)
    }
}
