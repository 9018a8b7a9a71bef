/// What can be set about an algorithm: a number of its `Settings`, under a name of the command line.
public struct AlgorithmSetting: Sendable, Equatable {
    /// What values there are.
    public indirect enum Kind: Sendable, Equatable {
        /// Whole numbers in a range.
        case integer(ClosedRange<Int>)
        /// Numbers in a range.
        case number(ClosedRange<Double>)
        /// `true` or `false`.
        case switched
        /// Whole numbers above 0, such as sizes of layers: `256x256`.
        case sizes
        /// One of some words.
        case choice([String])
        /// One of these, or `none`.
        case optional(Kind)
    }

    /// The key, such as `batch_size`.
    public let name: String
    /// What values there are.
    public let kind: Kind
    /// Its value if nothing is said.
    public let defaultValue: String
    /// Where it is in the settings' encoded form, such as `loop`, `batchSize`.
    let path: [String]
}

extension AlgorithmSetting.Kind: CustomStringConvertible {
    /// What is expected, in words.
    public var description: String {
        switch self {
        case .integer(let range):
            "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range):
            range.lowerBound == -.greatestFiniteMagnitude
                ? "a number"
                : range.upperBound == .greatestFiniteMagnitude
                    ? "a number from \(Self.short(range.lowerBound))"
                    : "a number from \(Self.short(range.lowerBound)) to "
                        + Self.short(range.upperBound)
        case .switched: "true or false"
        case .sizes: "whole numbers above 0, such as 256x256"
        case .choice(let words): words.joined(separator: ", ")
        case .optional(let kind): "\(kind), or none"
        }
    }

    private static func short(_ value: Double) -> String {
        Int(exactly: value).map { "\($0)" } ?? "\(value)"
    }
}

extension AlgorithmSetting {
    private static let parts = [
        "discount", "lambda", "target_rate", "priority", "exploration_start", "exploration_end",
        "exploration_part", "random_actions", "offline_share", "expectile", "return_lambda",
    ]
    private static let signed = ["target_entropy", "lowest_target", "highest_target"]
    private static let fromZero = ["learning_starts", "hindsight_ratio", "critic_warmup"]

    /// Whole numbers that make sense under a key.
    static func integers(_ name: String) -> ClosedRange<Int> {
        (fromZero.contains(name) ? 0 : 1)...1_000_000_000
    }

    /// Numbers that make sense under a key.
    static func numbers(_ name: String) -> ClosedRange<Double> {
        if signed.contains(name) {
            return -.greatestFiniteMagnitude ... .greatestFiniteMagnitude
        }
        return 0...(parts.contains(name) ? 1 : .greatestFiniteMagnitude)
    }
}
