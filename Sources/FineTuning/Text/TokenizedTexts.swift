import HindsightDatasets
import HindsightTensors

/// Texts as token ids, with what really happened.
public struct TokenizedTexts: Sendable, Equatable {
    /// The tokens of each text, special ones included.
    public var sequences: [[Int32]]
    /// The outcome of each.
    public var targets: TextExamples.Targets
    /// How much each counts in training; nil for 1 everywhere.
    public var weights: [Float]?

    /// Texts from their tokens and targets, as many of one as of the other.
    public init(
        sequences: [[Int32]], targets: TextExamples.Targets, weights: [Float]? = nil
    ) {
        let count = sequences.count
        require(
            (targets.count ?? count) == count && (weights?.count ?? count) == count,
            "TokenizedTexts: \(count) sequences, \(targets.count ?? count) targets, "
                + "\(weights?.count ?? count) weights")
        self.sequences = sequences
        self.targets = targets
        self.weights = weights
    }

    /// How many texts there are.
    public var count: Int { sequences.count }
}

extension TextModel {
    /// The tokens of examples, special ones included, cut to `maximumLength`.
    public func tokenize(_ examples: TextExamples) -> TokenizedTexts {
        TokenizedTexts(
            sequences: tokens(Array(examples.texts), pairs: examples.secondTexts.map(Array.init)),
            targets: examples.targets, weights: examples.weights)
    }
}
