import Foundation

/// What really happened, reported for a prediction.
public struct Outcome: Sendable, Equatable {
    /// What is known of what happened.
    public enum Value: Sendable, Equatable, CustomStringConvertible {
        /// The true class.
        case label(String)
        /// The true number.
        case number(Double)
        /// How good someone found the prediction.
        case rating(Double)

        /// What is shown to people.
        public var description: String {
            switch self {
            case .label(let label): label
            case .number(let number): "\(number)"
            case .rating(let rating): "rated \(rating)"
            }
        }
    }

    /// Unique in the store, and greater than those of outcomes reported before.
    public let number: Int64
    /// The prediction's id.
    public let predictionID: String
    /// What happened.
    public let value: Value
    /// Who or what said so.
    public let source: String?
    /// When it was reported.
    public let time: Date
    /// The number of the run that learned from it.
    public let learnedBy: Int64?
}

/// A report of what really happened.
public struct OutcomeReport: Sendable {
    /// The prediction's id.
    public var predictionID: String
    /// What happened.
    public var value: Outcome.Value
    /// Who or what says so.
    public var source: String?
    /// The line of the file it was read from, counted from 1.
    public var line: Int?

    /// Says all of it.
    public init(
        predictionID: String, value: Outcome.Value, source: String? = nil, line: Int? = nil
    ) {
        self.predictionID = predictionID
        self.value = value
        self.source = source
        self.line = line
    }
}

/// Why an outcome can't be taken.
public struct OutcomeProblem: Sendable, Equatable, CustomStringConvertible {
    /// The line of the file, counted from 1.
    public var line: Int?
    /// What is wrong, in words.
    public var message: String

    /// Says both.
    public init(line: Int? = nil, _ message: String) {
        self.line = line
        self.message = message
    }

    /// What is shown to people.
    public var description: String { (line.map { "line \($0): " } ?? "") + message }
}

/// An outcome with the prediction it is about: something to learn from.
public struct PendingOutcome: Sendable, Equatable {
    /// What happened.
    public let outcome: Outcome
    /// What was predicted.
    public let prediction: Prediction
}
