import HindsightDatasets
import HindsightTensors

/// Texts as token ids, with what really happened.
public struct TokenizedTexts: Sendable, Equatable {
    /// The tokens of each text, special ones included, as `TextModel.tokens` gives them.
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

    /// A number that other texts, tokens or targets would almost surely change (64-bit FNV-1a).
    var fingerprint: UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ word: Int) {
            hash = (hash ^ UInt64(bitPattern: Int64(word))) &* 0x0000_0100_0000_01B3
        }
        for sequence in sequences {
            mix(sequence.count)
            for id in sequence { mix(Int(id)) }
        }
        switch targets {
        case .none: break
        case .classes(let classes): for value in classes { mix(Int(value)) }
        case .labelSets(let sets):
            for index in 0..<sets.count { for value in sets[index] { mix(value + 1) } }
        case .values(let values): for value in values { mix(Int(value.bitPattern)) }
        }
        for weight in weights ?? [] { mix(Int(weight.bitPattern)) }
        return hash
    }
}

extension TextModel {
    /// The tokens of examples, special ones included, cut to `maximumLength`.
    public func tokenize(_ examples: TextExamples) -> TokenizedTexts {
        TokenizedTexts(
            sequences: tokens(Array(examples.texts), pairs: examples.secondTexts.map(Array.init)),
            targets: examples.targets, weights: examples.weights)
    }
}

extension TokenizedTexts {
    /// These texts and then others of the same kind; where only some have weights, the others count 1.
    public func appending(_ other: TokenizedTexts) -> TokenizedTexts {
        let joined: TextExamples.Targets
        switch (targets, other.targets) {
        case (.classes(let a), .classes(let b)): joined = .classes(a + b)
        case (.values(let a), .values(let b)): joined = .values(a + b)
        case (.labelSets(let a), .labelSets(let b)):
            joined = .labelSets(
                LabelSets((0..<a.count).map { a[$0] } + (0..<b.count).map { b[$0] }))
        case (.none, .none): joined = .none
        default: preconditionFailure("TokenizedTexts: targets of two kinds cannot be joined")
        }
        var all: [Float]?
        if weights != nil || other.weights != nil {
            func own(_ texts: TokenizedTexts) -> [Float] {
                texts.weights ?? Array(repeating: 1, count: texts.count)
            }
            all = own(self) + own(other)
        }
        return TokenizedTexts(
            sequences: sequences + other.sequences, targets: joined, weights: all)
    }
}
