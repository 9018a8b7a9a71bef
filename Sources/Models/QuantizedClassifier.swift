import HindsightNeuralNetworks
import HindsightTensors

/// A sequence classifier for inference whose linear layers have 8-bit weights and activations.
///
/// Its linear layers are what the model's are when it is made, adapters merged; embeddings, norms and the
/// classifier are the model's own, so make another one after more training. Weights are rounded
/// symmetrically, each output by its own scale, and every token's vector by its own. Embeddings, attention,
/// normalisation and the classifier itself stay `float32`. A text's bits do not depend on batch or
/// threads. It has no gradients: train the model it was made of.
public final class QuantizedClassifier: Sendable {
    /// How tokens' vectors become one.
    public let pooling: Pooling
    /// How many numbers there are for each sequence.
    public let outputCount: Int
    /// Features of a token.
    public let hiddenSize: Int
    private let embeddings: BERTEmbeddings
    private let layers: [QuantizedLayer]
    private let transform: QuantizedLinear?
    private let classifier: Linear

    /// The 8-bit copy of a model.
    ///
    /// - Throws: `QuantizationError` with the layer that has infinite weights or NaN, or too many inputs.
    public init(_ model: SequenceClassifier) throws {
        let configuration = model.encoder.configuration
        pooling = model.pooling
        outputCount = model.outputCount
        hiddenSize = configuration.hiddenSize
        embeddings = model.encoder.embeddings
        layers = try model.encoder.layers.enumerated().map { index, layer in
            try QuantizedLayer(layer, heads: configuration.headCount, named: "layers.\(index)")
        }
        transform = try model.transform.map { try QuantizedLinear($0, named: "transform") }
        classifier = model.classifier
    }

    /// Scores before any softmax.
    ///
    /// - Parameters:
    ///   - rows: the tokens.
    ///   - meanWeights: `Pooling.meanWeights` of the same rows; needed with `Pooling.mean` only.
    /// - Returns: `[sequences, outputs]`.
    public func callAsFunction(_ rows: TokenRows, meanWeights: Tensor? = nil) -> Tensor {
        classifier(headInputs(rows, meanWeights: meanWeights))
    }

    /// What the classifier sees: pooled vectors through the layer before it, if there is one.
    public func headInputs(_ rows: TokenRows, meanWeights: Tensor? = nil) -> Tensor {
        let pooled = features(rows, meanWeights: meanWeights)
        return transform.map { $0(pooled) } ?? pooled
    }

    /// What the head sees: one pooled vector a sequence, `[sequences, hiddenSize]`.
    public func features(_ rows: TokenRows, meanWeights: Tensor? = nil) -> Tensor {
        var none: RandomGenerator? = nil
        var x = embeddings(rows, &none)
        switch pooling {
        case .mean:
            for layer in layers { x = layer(x, rows.offsets) }
            return meanWeights!.matmul(x)
        case .pooler, .cls:
            let firsts = rows.offsets[0..<rows.sequenceCount]
            for layer in layers.dropLast() { x = layer(x, rows.offsets) }
            let asking = x.rows(firsts)
            return layers.last.map { $0(x, rows.offsets, askedBy: asking) } ?? asking
        }
    }
}

extension SequenceClassifier {
    /// A copy for inference with 8-bit linear layers.
    ///
    /// - Throws: `QuantizationError` with the layer that cannot be rounded.
    public func quantized() throws -> QuantizedClassifier { try QuantizedClassifier(self) }
}
