import HindsightDatasets
import HindsightLearning
import HindsightTensors

/// What a text model said of a text, and what really happened.
public typealias TextExperience = Experience<TextContext, TextPredicted, TextOutcome>

/// What a text model was asked.
public struct TextContext: Sendable, Hashable {
    /// The text.
    public var text: String
    /// The second text of a pair.
    public var pair: String?

    /// A text, or a pair of texts.
    public init(_ text: String, pair: String? = nil) {
        self.text = text
        self.pair = pair
    }
}

/// What a text model said, as it is kept.
public struct TextPredicted: Sendable, Equatable {
    /// The label, for classification.
    public var label: String?
    /// How probable each label was.
    public var probabilities: [String: Double]
    /// The number, for regression.
    public var value: Double?

    /// A prediction from its parts.
    public init(label: String? = nil, probabilities: [String: Double] = [:], value: Double? = nil) {
        self.label = label
        self.probabilities = probabilities
        self.value = value
    }
}

/// What really happened to a text that was predicted.
public enum TextOutcome: Sendable, Equatable {
    /// The true label; several are separated as in the data.
    case label(String)
    /// The true number.
    case value(Double)
}

/// A batch of text experience with how much each one counts.
public struct TextExperienceBatch: Sendable {
    /// The experiences.
    public var experiences: [TextExperience]
    /// How much each counts in training; as many as experiences.
    public var weights: [Float]

    /// A batch in which all count the same.
    public init(_ experiences: [TextExperience]) {
        self.experiences = experiences
        weights = Array(repeating: 1, count: experiences.count)
    }
}

/// Hindsight for text predictions: what really happened takes the place of what was believed.
///
/// Of several experiences with the same text the last one counts, since it knows most. Those without an outcome
/// leave the batch. A prediction that the outcome proved wrong counts `surprise` times as much for every unit
/// of probability that was denied to the truth: the difference between prediction and outcome is what there is
/// to learn.
public struct OutcomeRelabeler: Relabeler {
    /// How much more a complete surprise counts than what was known.
    public let surprise: Float

    /// A relabeler.
    ///
    /// - Parameter surprise: 0 lets all count the same.
    public init(surprise: Float = 1) { self.surprise = surprise }

    /// Keeps what has an outcome, once each, and weighs it.
    public func relabel(_ batch: inout TextExperienceBatch, random: inout RandomGenerator) {
        var latest: [TextContext: Int] = [:]
        for (index, experience) in batch.experiences.enumerated() where experience.outcome != nil {
            latest[experience.context] = index
        }
        let kept = latest.values.sorted()
        batch.weights = kept.map { batch.weights[$0] * weight(batch.experiences[$0]) }
        batch.experiences = kept.map { batch.experiences[$0] }
    }

    private func weight(_ experience: TextExperience) -> Float {
        guard case .label(let truth)? = experience.outcome,
            let believed = experience.prediction.probabilities[truth]
        else { return 1 }
        return 1 + surprise * Float(1 - min(max(believed, 0), 1))
    }
}
