import HindsightNeuralNetworks
import HindsightTensors

/// How the vectors of a sequence's tokens become one.
public enum Pooling: String, Sendable, CaseIterable, Codable {
    /// The first token's, through the family's own layer, as Python's transformers classify.
    case pooler
    /// The first token's vector as it is.
    case cls
    /// The mean over all tokens, as sentence encoders are trained (Reimers and Gurevych 2019).
    case mean

    /// One vector a sequence, computing no more than that takes.
    ///
    /// - Parameters:
    ///   - encoder: what makes the tokens' vectors.
    ///   - rows: the tokens.
    ///   - weights: for the mean: `meanWeights` of the same sequences.
    ///   - change: what is done to the tokens' vectors before the first layer; nil for nothing.
    ///   - random: where dropout draws from while training; nil for prediction.
    /// - Returns: `[sequences, hiddenSize]`.
    func callAsFunction(
        _ encoder: BERTEncoder, _ rows: TokenRows, weights: Tensor?,
        _ change: EmbeddingChange? = nil, random: inout RandomGenerator?
    ) -> Tensor {
        switch self {
        case .pooler, .cls: encoder.firstTokens(rows, changing: change, random: &random)
        case .mean: weights!.matmul(encoder(rows, changing: change, random: &random))
        }
    }

    /// A matrix whose product with the tokens' vectors is their mean for each sequence.
    ///
    /// - Parameters:
    ///   - offsets: where each sequence begins, and where the last ends.
    ///   - rows: how many rows there are, padding included.
    /// - Returns: float32 `[sequences, rows]`.
    public static func meanWeights(offsets: [Int32], rows: Int) -> Tensor {
        let count = max(offsets.count - 1, 0)
        var values = [Float](repeating: 0, count: count * rows)
        for sequence in 0..<count {
            let (begin, end) = (Int(offsets[sequence]), Int(offsets[sequence + 1]))
            let share = 1 / Float(max(end - begin, 1))
            for row in begin..<end { values[sequence * rows + row] = share }
        }
        return Tensor(values, shape: [count, rows])
    }
}
