import HindsightModels
import HindsightNeuralNetworks
import HindsightTensors

/// Runs a sequence classifier over any number of texts, in packed batches and captured plans.
///
/// A text's numbers do not depend on the texts it is scored with. Any number of threads may score.
public final class SequenceScorer: Sendable {
    private let pooling: Pooling
    private let outputCount: Int
    private let hiddenSize: Int
    private let scores: CapturedFunction
    private let pooled: CapturedFunction
    private let heads: CapturedFunction
    /// The most tokens in a batch, unless one text alone has more.
    private let tokenBudget: Int
    private static let mostSequences = 64

    /// A scorer for a model, whose later updates it sees.
    ///
    /// - Parameters:
    ///   - model: what to run.
    ///   - tokenBudget: about how many tokens to run at once.
    public convenience init(_ model: SequenceClassifier, tokenBudget: Int = 2_048) {
        self.init(
            model.pooling, model.outputCount, model.encoder.configuration.hiddenSize, tokenBudget,
            scores: { rows, weights in
                var none: RandomGenerator? = nil
                return model(rows, meanWeights: weights, random: &none)
            },
            heads: { model.headInputs($0, meanWeights: $1) },
            pooled: { rows, weights in
                var none: RandomGenerator? = nil
                return model.features(rows, meanWeights: weights, random: &none)
            })
    }

    /// A scorer for a model with 8-bit layers.
    ///
    /// - Parameters:
    ///   - model: what to run.
    ///   - tokenBudget: about how many tokens to run at once.
    public convenience init(_ model: QuantizedClassifier, tokenBudget: Int = 2_048) {
        self.init(
            model.pooling, model.outputCount, model.hiddenSize, tokenBudget,
            scores: { model($0, meanWeights: $1) },
            heads: { model.headInputs($0, meanWeights: $1) },
            pooled: { model.features($0, meanWeights: $1) })
    }

    /// A scorer for a model in the numbers asked for.
    ///
    /// - Parameters:
    ///   - model: what to run; with `.int8` as it is now.
    ///   - precision: the numbers to run it with.
    /// - Throws: `QuantizationError` with the layer that cannot be rounded to 8 bits.
    public convenience init(_ model: SequenceClassifier, precision: InferencePrecision) throws {
        switch precision {
        case .float32: self.init(model)
        case .int8: self.init(try model.quantized())
        }
    }

    private typealias Part = @Sendable (TokenRows, Tensor?) -> Tensor

    private init(
        _ pooling: Pooling, _ outputCount: Int, _ hiddenSize: Int, _ tokenBudget: Int,
        scores: @escaping Part, heads: @escaping Part, pooled: @escaping Part
    ) {
        func captured(_ part: @escaping Part) -> CapturedFunction {
            CapturedFunction(planLimit: 64) { inputs, _ in
                let (rows, weights, _) = PackedTokens.read(inputs, pooling)
                return [part(rows, weights)]
            }
        }
        self.pooling = pooling
        self.outputCount = outputCount
        self.hiddenSize = hiddenSize
        self.tokenBudget = tokenBudget
        self.scores = captured(scores)
        self.heads = captured(heads)
        self.pooled = captured(pooled)
    }

    /// The model's outputs before any softmax.
    ///
    /// - Parameter sequences: token ids, none longer than the model allows.
    /// - Returns: `[sequences, outputs]`, row by row.
    /// - Throws: `MemoryLimitError`.
    public func logits(_ sequences: [[Int32]]) throws -> [Float] {
        try run(scores, sequences, width: outputCount)
    }

    /// One pooled vector a sequence: what the head sees.
    ///
    /// - Parameter sequences: token ids, none longer than the model allows.
    /// - Returns: `[sequences, hiddenSize]`, row by row.
    /// - Throws: `MemoryLimitError`.
    public func features(_ sequences: [[Int32]]) throws -> [Float] {
        try run(pooled, sequences, width: hiddenSize)
    }

    /// What the classifier itself sees: pooled vectors through the layer before it, if there is one.
    ///
    /// - Parameter sequences: token ids, none longer than the model allows.
    /// - Returns: `[sequences, hiddenSize]`, row by row.
    /// - Throws: `MemoryLimitError`.
    public func headInputs(_ sequences: [[Int32]]) throws -> [Float] {
        try run(heads, sequences, width: hiddenSize)
    }

    private func run(
        _ function: CapturedFunction, _ sequences: [[Int32]], width: Int
    ) throws -> [Float] {
        var result = [Float](repeating: 0, count: sequences.count * width)
        for batch in batches(sequences) {
            let slots = SequenceScorer.slots(for: batch.count)
            let packed = try PackedTokens(sequences, batch, slots: slots, pooling: pooling)
            let rows = try function(packed.tensors)[0].array(of: Float.self)
            for (row, index) in batch.enumerated() {
                for column in 0..<width {
                    result[index * width + column] = rows[row * width + column]
                }
            }
        }
        return result
    }

    /// A power of two, so that few different shapes occur.
    private static func slots(for count: Int) -> Int {
        var slots = 1
        while slots < count { slots *= 2 }
        return slots
    }

    /// Texts of about the same length together, within the budget.
    private func batches(_ sequences: [[Int32]]) -> [[Int]] {
        let order = sequences.indices.sorted {
            (sequences[$0].count, $0) > (sequences[$1].count, $1)
        }
        var result: [[Int]] = []
        var batch: [Int] = []
        var tokens = 0
        for index in order {
            let length = sequences[index].count
            let isFull =
                batch.count == SequenceScorer.mostSequences || tokens + length > tokenBudget
            if isFull, !batch.isEmpty {
                result.append(batch)
                batch = []
                tokens = 0
            }
            batch.append(index)
            tokens += length
        }
        if !batch.isEmpty { result.append(batch) }
        return result
    }
}
