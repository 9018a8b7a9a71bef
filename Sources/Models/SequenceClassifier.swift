import HindsightNeuralNetworks
import HindsightTensors

/// An encoder with a head that gives one row of numbers a sequence: class scores or an estimate.
///
/// With `Pooling.pooler` it is Python transformers' `…ForSequenceClassification` of the family.
public final class SequenceClassifier: Module {
    /// Token rows to one vector a token.
    public let encoder: BERTEncoder
    /// The layer between pooling and classifier; none with `Pooling.mean`.
    public let transform: Linear?
    /// `[outputs, hiddenSize]`.
    public let classifier: Linear
    /// The classifier that the model was pretrained with, for Co-Tuning; it predicts nothing and is not saved.
    public let sourceClassifier: Linear?
    /// How tokens' vectors become one.
    public let pooling: Pooling

    init(
        encoder: BERTEncoder, transform: Linear?, classifier: Linear, pooling: Pooling,
        sourceClassifier: Linear? = nil
    ) {
        self.encoder = encoder
        self.transform = transform
        self.classifier = classifier
        self.sourceClassifier = sourceClassifier
        self.pooling = pooling
    }

    /// How many numbers there are for each sequence.
    public var outputCount: Int { classifier.weight.shape[0] }

    /// Scores before any softmax.
    ///
    /// - Parameters:
    ///   - rows: the tokens.
    ///   - meanWeights: `Pooling.meanWeights` of the same rows; needed with `Pooling.mean` only.
    ///   - change: what is done to the tokens' vectors before the first layer; nil for nothing.
    ///   - random: where dropout draws from while training; nil for prediction.
    /// - Returns: `[sequences, outputs]`.
    public func callAsFunction(
        _ rows: TokenRows, meanWeights: Tensor? = nil, changing change: EmbeddingChange? = nil,
        random: inout RandomGenerator?
    ) -> Tensor {
        let pooled = features(
            rows, meanWeights: meanWeights, changing: change, random: &random)
        return head(pooled, random: &random)
    }

    /// What the head sees: one pooled vector a sequence, `[sequences, hiddenSize]`.
    public func features(
        _ rows: TokenRows, meanWeights: Tensor? = nil, changing change: EmbeddingChange? = nil,
        random: inout RandomGenerator?
    ) -> Tensor {
        pooling(encoder, rows, weights: meanWeights, change, random: &random)
    }

    /// What the classifier sees in prediction: pooled vectors through the layer before it, if there is one.
    public func headInputs(_ rows: TokenRows, meanWeights: Tensor? = nil) -> Tensor {
        var none: RandomGenerator? = nil
        let pooled = features(rows, meanWeights: meanWeights, random: &none)
        return transform.map { $0(pooled) } ?? pooled
    }

    /// The same encoder, pooled by the mean and without its head: for embeddings.
    public var withMeanPooling: SequenceClassifier {
        SequenceClassifier(
            encoder: encoder, transform: nil, classifier: classifier, pooling: .mean)
    }

    /// Scores from pooled vectors.
    ///
    /// - Parameters:
    ///   - pooled: `[sequences, hiddenSize]`.
    ///   - random: where dropout draws from while training; nil for prediction.
    /// - Returns: `[sequences, outputs]`.
    public func head(_ pooled: Tensor, random: inout RandomGenerator?) -> Tensor {
        classifier(headInput(pooled, random: &random))
    }

    /// Scores for the task and for what the model was pretrained to tell apart.
    ///
    /// - Parameters:
    ///   - pooled: `[sequences, hiddenSize]`.
    ///   - random: where dropout draws from while training; nil for prediction.
    /// - Returns: `[sequences, outputs]`, and `[sequences, source outputs]` if there is a source classifier.
    public func heads(
        _ pooled: Tensor, random: inout RandomGenerator?
    ) -> (task: Tensor, source: Tensor?) {
        let x = headInput(pooled, random: &random)
        return (classifier(x), sourceClassifier?(x))
    }

    private func headInput(_ pooled: Tensor, random: inout RandomGenerator?) -> Tensor {
        let rate = encoder.configuration.classifierDropoutRate
        var x = pooled
        if let transform {
            if encoder.configuration.family == .roberta { x = dropped(x, rate, &random) }
            x = transform(x, &random)
        }
        return dropped(x, rate, &random)
    }
}
