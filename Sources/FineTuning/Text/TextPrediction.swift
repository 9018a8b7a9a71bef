import HindsightLearning

/// What a text model says of a text.
public struct TextPrediction: Sendable, Equatable {
    /// The labels and how probable each is, in the order of the model's labels; empty for regression.
    public let probabilities: [(label: String, probability: Float)]
    /// The estimate, for regression.
    public let value: Float?
    private let isMultiLabel: Bool

    /// The most probable label; for a multi-label model the most probable one even if below one half; empty
    /// for regression.
    public var label: String { best?.label ?? "" }

    /// How probable `label` is; 1 for regression.
    public var confidence: Float { best?.probability ?? 1 }

    /// The labels that hold: the most probable one, or for a multi-label model all at or above one half.
    public var labels: [String] {
        guard isMultiLabel else { return best.map { [$0.label] } ?? [] }
        return probabilities.filter { $0.probability >= 0.5 }.map(\.label)
    }

    private var best: (label: String, probability: Float)? {
        probabilities.max { $0.probability < $1.probability }
    }

    /// Reads a row of a model's outputs.
    init(_ problem: TextProblem, outputs: ArraySlice<Float>) {
        switch problem {
        case .classification(let labels):
            let highest = outputs.max() ?? 0
            let powers = outputs.map { exponential(Double($0 - highest)) }
            let sum = powers.reduce(0, +)
            probabilities = zip(labels, powers).map { ($0, Float($1 / sum)) }
            value = nil
            isMultiLabel = false
        case .multiLabel(let labels):
            probabilities = zip(labels, outputs).map {
                ($0, Float(1 / (1 + exponential(-Double($1)))))
            }
            value = nil
            isMultiLabel = true
        case .regression:
            probabilities = []
            value = outputs.first
            isMultiLabel = false
        }
    }

    /// Equal labels and numbers.
    public static func == (a: TextPrediction, b: TextPrediction) -> Bool {
        a.value == b.value && a.isMultiLabel == b.isMultiLabel
            && a.probabilities.count == b.probabilities.count
            && zip(a.probabilities, b.probabilities).allSatisfy { $0 == $1 }
    }
}
