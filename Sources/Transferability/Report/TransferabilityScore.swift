/// A number that says how well a pretrained model's features suit a task, without fine-tuning it.
///
/// Scores compare models on one task; their values on different tasks mean different things.
public protocol TransferabilityScore: Sendable {
    /// What the score is called in tables and recipes: lower case, words joined by underscores.
    var name: String { get }
    /// What of a problem the score needs beside the features.
    var needs: ScoreNeeds { get }
    /// Which way is better.
    var direction: ScoreDirection { get }
    /// Computes the score.
    ///
    /// - Throws: ``TransferabilityError`` if the problem lacks what the score needs.
    func value(_ problem: TransferProblem) throws -> Double
}

extension TransferabilityScore {
    /// More is better, as it is for all scores of this module.
    public var direction: ScoreDirection { .higherIsBetter }

    /// Whether the problem has what the score needs.
    public func applies(to problem: TransferProblem) -> Bool {
        needs.areMet(by: problem)
    }
}

/// Which way a score gets better.
public enum ScoreDirection: String, Sendable, Codable {
    /// The higher, the better.
    case higherIsBetter
    /// The lower, the better.
    case lowerIsBetter
}

/// What a score needs beside the features.
public struct ScoreNeeds: OptionSet, Sendable, Hashable, CustomStringConvertible {
    /// The bits.
    public let rawValue: Int

    /// Needs from their bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Class labels.
    public static let labels = ScoreNeeds(rawValue: 1)
    /// The pretrained model's own class probabilities.
    public static let sourceProbabilities = ScoreNeeds(rawValue: 2)
    /// Class labels or real targets.
    public static let outcomes = ScoreNeeds(rawValue: 4)

    /// Whether a problem has it all.
    public func areMet(by problem: TransferProblem) -> Bool {
        (!contains(.labels) || problem.labels != nil)
            && (!contains(.sourceProbabilities) || problem.sourceProbabilities != nil)
            && (!contains(.outcomes) || problem.labels != nil || problem.targets != nil)
    }

    /// The needs in words.
    public var description: String {
        [
            (ScoreNeeds.labels, "class labels"),
            (.sourceProbabilities, "the source model's class probabilities"),
            (.outcomes, "class labels or targets"),
        ].filter { contains($0.0) }.map(\.1).joined(separator: ", ")
    }
}
