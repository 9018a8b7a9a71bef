import HindsightLearning
import HindsightTransferability

/// What is known of a pretrained model's features on the recipe's training examples, before fine-tuning.
public struct ModelScores: Sendable, Equatable, Codable {
    /// Which candidate, by number.
    public var candidate: Int
    /// What it is called.
    public var name: String
    /// How many weights the encoder and its head have: the static prior.
    public var parameters: Int
    /// Scores by name; more is better.
    public var values: [String: Double]
    /// Why scores are missing, by name.
    public var problems: [String: String]
    /// How long it took to compute features and scores, in seconds.
    public var seconds: Double

    /// The scores that the combined rank is made of, beside the number of weights.
    public static let combined = ["logme", "knn_accuracy", "linear_probe_accuracy"]

    /// The mean rank of each model over the combined scores and its number of weights, the prior that a
    /// greater model is better: 1 is best, ties share.
    ///
    /// - Parameter scores: of all models.
    /// - Returns: one number a model, in their order.
    static func ranks(_ scores: [ModelScores]) -> [Double] {
        var columns = [scores.map { Double($0.parameters) }]
        for name in combined where scores.allSatisfy({ $0.values[name] != nil }) {
            columns.append(scores.map { $0.values[name]! })
        }
        return scores.indices.map { own in
            let ranks = columns.map { values in
                let better = values.count { $0 > values[own] }
                let same = values.count { $0 == values[own] }
                return Double(better) + Double(same + 1) / 2
            }
            return ranks.reduce(0, +) / Double(ranks.count)
        }
    }
}

/// How well a score foretold what fine-tuning reached.
public struct ScoreAgreement: Sendable, Equatable, Codable {
    /// The score.
    public var score: String
    /// Weighted Kendall τ with the fine-tuned models' scores: 1 if the order is the same.
    public var tau: Double
    /// How much worse the model that the score puts first is than the best one, in the metric.
    public var regret: Double
}

/// What a choice among pretrained models tells while it works.
public enum SelectionEvent: Sendable {
    /// A model's features were scored; so many of all are.
    case scored(ModelScores, done: Int, total: Int)
    /// Those that are fine-tuned to confirm, by number.
    case shortlisted([Int], scores: [ModelScores], ranks: [Double])
    /// The end.
    case selected(SelectSummary)
}

/// How a choice among pretrained models ended.
public struct SelectSummary: Sendable {
    /// The run's name.
    public var run: String
    /// The run's folder.
    public var folder: String
    /// Scores of all models.
    public var scores: [ModelScores]
    /// Their mean ranks over the combined scores.
    public var ranks: [Double]
    /// What the fine-tunes said, by candidate of the shortlist; nil if it was interrupted.
    public var choice: SearchChoice?
    /// Candidates of the shortlist, by their number in `scores`.
    public var shortlist: [Int]
    /// How well each score foretold the fine-tunes; empty with fewer than three of them.
    public var agreement: [ScoreAgreement]
    /// The recipe with the chosen model; nil if it was interrupted.
    public var recipe: String?
    /// The HTML report; nil if none was asked for.
    public var report: String?
}
