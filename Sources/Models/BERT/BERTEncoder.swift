import HindsightNeuralNetworks
import HindsightTensors

/// Token sequences one after another in a batch of a fixed number of rows.
public struct TokenRows: Sendable {
    /// Token ids: int32 `[rows]`; rows after the last sequence are padding.
    public var ids: Tensor
    /// Position of each token in its sequence, from 0: int32 `[rows]`.
    public var positions: Tensor
    /// Segment of each token, or nil for 0 everywhere: int32 `[rows]`.
    public var segments: Tensor?
    /// Where each sequence begins, and where the last ends: int32 `[sequences + 1]`.
    public var offsets: Tensor

    /// A batch from its parts.
    public init(ids: Tensor, positions: Tensor, segments: Tensor? = nil, offsets: Tensor) {
        self.ids = ids
        self.positions = positions
        self.segments = segments
        self.offsets = offsets
    }

    /// How many sequences there are.
    public var sequenceCount: Int { offsets.count - 1 }
}

/// What is done to the vectors of all tokens, `[rows, hiddenSize]`, before the first layer, in training.
public typealias EmbeddingChange = (Tensor) -> Tensor

/// An encoder of the BERT family: token rows to one vector a token.
public final class BERTEncoder: Module {
    /// Sizes and habits.
    public let configuration: BERTConfiguration
    let embeddings: BERTEmbeddings
    let layers: [BERTLayer]

    init(_ configuration: BERTConfiguration, _ source: inout some LayerSource) throws {
        self.configuration = configuration
        embeddings = try BERTEmbeddings(configuration, &source)
        layers = try (0..<configuration.layerCount).map {
            try BERTLayer(configuration, at: "layers.\($0)", &source)
        }
    }

    /// The vectors of all tokens.
    ///
    /// - Parameters:
    ///   - rows: the tokens.
    ///   - change: what is done to their vectors before the first layer; nil for nothing.
    ///   - random: where dropout draws from while training; nil for prediction.
    /// - Returns: `[rows, hiddenSize]`.
    public func callAsFunction(
        _ rows: TokenRows, changing change: EmbeddingChange? = nil,
        random: inout RandomGenerator?
    ) -> Tensor {
        var x = embedded(rows, change, &random)
        for layer in layers { x = layer(x, rows.offsets, &random) }
        return x
    }

    /// The vector of each sequence's first token: the bits it has among those of all tokens, without the
    /// last layer's work for the others.
    ///
    /// - Parameters:
    ///   - rows: the tokens.
    ///   - change: what is done to their vectors before the first layer; nil for nothing.
    ///   - random: where dropout draws from while training; nil for prediction.
    /// - Returns: `[sequences, hiddenSize]`.
    public func firstTokens(
        _ rows: TokenRows, changing change: EmbeddingChange? = nil,
        random: inout RandomGenerator?
    ) -> Tensor {
        let firsts = rows.offsets[0..<rows.sequenceCount]
        guard let last = layers.last else {
            return self(rows, changing: change, random: &random).rows(firsts)
        }
        var x = embedded(rows, change, &random)
        for layer in layers.dropLast() { x = layer(x, rows.offsets, &random) }
        return last(x, rows.offsets, askedBy: x.rows(firsts), &random)
    }

    private func embedded(
        _ rows: TokenRows, _ change: EmbeddingChange?, _ random: inout RandomGenerator?
    ) -> Tensor {
        let x = embeddings(rows, &random)
        return change.map { $0(x) } ?? x
    }
}

/// The sum of token, position and segment vectors, normalised.
final class BERTEmbeddings: Module {
    let words: Embedding
    let positions: Embedding
    let segments: Embedding?
    let norm: LayerNorm
    private let firstPosition: Int
    private let rate: Double

    init(_ configuration: BERTConfiguration, _ source: inout some LayerSource) throws {
        let size = configuration.hiddenSize
        words = try source.embedding("embeddings.words", configuration.vocabularySize, size)
        positions = try source.embedding(
            "embeddings.positions", configuration.maximumLength + configuration.firstPosition, size)
        segments =
            configuration.segmentKinds == 0
            ? nil
            : try source.embedding("embeddings.segments", configuration.segmentKinds, size)
        norm = try source.norm("embeddings.norm", size, configuration.normEpsilon)
        firstPosition = configuration.firstPosition
        rate = configuration.dropoutRate
    }

    func callAsFunction(_ rows: TokenRows, _ random: inout RandomGenerator?) -> Tensor {
        let places = firstPosition == 0 ? rows.positions : rows.positions + Double(firstPosition)
        var x = words(rows.ids) + positions(places)
        if let segments {
            x = x + (rows.segments.map { segments($0) } ?? segments.weight.value[0])
        }
        return dropped(norm(x), rate, &random)
    }
}

/// Self-attention and a feed-forward block, each added to its input and normalised.
final class BERTLayer: Module {
    let query: Linear
    let key: Linear
    let value: Linear
    let attentionOutput: Linear
    let attentionNorm: LayerNorm
    let intermediate: Linear
    let output: Linear
    let outputNorm: LayerNorm
    private let headCount: Int
    private let rate: Double
    private let attentionRate: Double

    init(
        _ configuration: BERTConfiguration, at path: String, _ source: inout some LayerSource
    ) throws {
        let (size, inner) = (configuration.hiddenSize, configuration.intermediateSize)
        query = try source.linear("\(path).query", size, size)
        key = try source.linear("\(path).key", size, size)
        value = try source.linear("\(path).value", size, size)
        attentionOutput = try source.linear("\(path).attentionOutput", size, size)
        attentionNorm = try source.norm("\(path).attentionNorm", size, configuration.normEpsilon)
        intermediate = try source.linear(
            "\(path).intermediate", size, inner, configuration.activation)
        output = try source.linear("\(path).output", inner, size)
        outputNorm = try source.norm("\(path).outputNorm", size, configuration.normEpsilon)
        headCount = configuration.headCount
        rate = configuration.dropoutRate
        attentionRate = configuration.attentionDropoutRate
    }

    /// The layer's output for all rows of `x`, or, if `firsts` are those of the sequences' first tokens, for
    /// them alone.
    func callAsFunction(
        _ x: Tensor, _ offsets: Tensor, askedBy firsts: Tensor? = nil,
        _ random: inout RandomGenerator?
    ) -> Tensor {
        let asking = firsts ?? x
        let (q, k, v) = (query(asking, &random), key(x, &random), value(x, &random))
        let mixed = attend(q, k, v, .packed(offsets: offsets), firsts != nil, &random)
        let attended = attentionNorm(
            asking + dropped(attentionOutput(mixed, &random), rate, &random))
        let inner = intermediate(attended, &random)
        return outputNorm(attended + dropped(output(inner, &random), rate, &random))
    }

    private func attend(
        _ q: Tensor, _ k: Tensor, _ v: Tensor, _ spans: SequenceSpans,
        _ firstsOnly: Bool, _ random: inout RandomGenerator?
    ) -> Tensor {
        guard attentionRate > 0, var generator = random else {
            return attention(
                query: q, key: k, value: v, heads: headCount, spans: spans,
                firstRowsOnly: firstsOnly)
        }
        defer { random = generator }
        return attention(
            query: q, key: k, value: v, heads: headCount, spans: spans, firstRowsOnly: firstsOnly,
            dropout: attentionRate, random: &generator)
    }
}

extension Linear {
    /// The output for training with a generator, for prediction with nil.
    func callAsFunction(_ x: Tensor, _ random: inout RandomGenerator?) -> Tensor {
        guard var generator = random else { return self(x) }
        defer { random = generator }
        return self(x, training: &generator)
    }
}

/// Dropout while there is a generator.
func dropped(_ x: Tensor, _ rate: Double, _ random: inout RandomGenerator?) -> Tensor {
    guard rate > 0, var generator = random else { return x }
    defer { random = generator }
    return dropout(x, rate: rate, random: &generator)
}
