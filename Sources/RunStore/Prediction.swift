import Foundation

/// What a model predicted, kept so that what really happened can be reported later.
public struct Prediction: Sendable, Equatable, Identifiable {
    /// 16 letters and digits that can't be guessed.
    public let id: String
    /// The name of the run whose model predicted.
    public let run: String
    /// The optimizer step of that model.
    public let step: Int
    /// What it was asked.
    public let text: String
    /// The second text, where the task takes pairs.
    public let pair: String?
    /// The class it predicted.
    public let label: String?
    /// The number it predicted.
    public let number: Double?
    /// Its scores by class.
    public let scores: [String: Double]
    /// When.
    public let time: Date
}

/// A prediction to be kept.
public struct NewPrediction: Sendable {
    /// What the model was asked.
    public var text: String
    /// The second text, where the task takes pairs.
    public var pair: String?
    /// The class it predicted.
    public var label: String?
    /// The number it predicted.
    public var number: Double?
    /// Its scores by class.
    public var scores: [String: Double]

    /// Says all of it.
    public init(
        text: String, pair: String? = nil, label: String? = nil, number: Double? = nil,
        scores: [String: Double] = [:]
    ) {
        self.text = text
        self.pair = pair
        self.label = label
        self.number = number
        self.scores = scores
    }
}

/// Ids of predictions: 80 random bits in base 32, without letters that look like digits
/// (Crockford's alphabet).
enum PredictionIdentifier {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// A new one, from the system's secure generator.
    static func random(using generator: inout some RandomNumberGenerator) -> String {
        var bits = (generator.next() as UInt64, generator.next() as UInt64)
        return String(unsafeUninitializedCapacity: 16) { bytes in
            for index in 0..<8 {
                bytes[index] = alphabet[Int(bits.0 & 31)]
                bytes[8 + index] = alphabet[Int(bits.1 & 31)]
                bits = (bits.0 >> 5, bits.1 >> 5)
            }
            return 16
        }
    }

    /// The id someone means who wrote capitals, or o for 0, or l or i for 1.
    static func normalized(_ text: String) -> String {
        String(
            text.lowercased().filter { !$0.isWhitespace }.map { letter in
                switch letter {
                case "o": "0"
                case "i", "l": "1"
                default: letter
                }
            })
    }
}
