import HindsightLearning

/// What a search is going to do.
public struct SearchPlan: Sendable, Equatable, Codable {
    /// A way of training that is tried.
    public struct Candidate: Sendable, Equatable, Codable {
        /// What is different from the recipe: `key=value`.
        public var settings: [String]
        /// The learning rate, if it is varied.
        public var rate: Double?

        /// The settings in short: `learning_rate 3e-5, batch_size 16`.
        public var name: String {
            settings.map {
                let parts = $0.split(separator: "=", maxSplits: 1)
                if parts[0] == "model" { return SearchPlan.folderName(parts[1]) }
                return (parts[0].split(separator: ".").last ?? "") + " " + (parts.last ?? "")
            }.joined(separator: ", ")
        }
    }

    /// What is tried.
    public var candidates: [Candidate]
    /// In which order they are judged and dropped.
    public var brackets: [Hyperband.Bracket]
    /// Folds of the cross-validation.
    public var folds: Int
    /// Examples that are used.
    public var rows: Int
    /// Passes of each training; nil where that is varied.
    public var epochs: Int?
    /// What is compared.
    public var metric: String
    /// Whether more is better.
    public var isMaximized: Bool
    /// How long the search may take, in seconds.
    public var budget: Double
    /// How long it will probably take, in seconds.
    public var estimate: Double
    /// What was made smaller to fit the budget; for people.
    public var cuts: [String]
    /// The loss while the learning rate rose; nil if no rate is to be found.
    public var rangeTest: RangeTest?

    /// A model's path without what leads to it.
    private static func folderName(_ path: Substring) -> String {
        String(path.split(separator: "/").last ?? path).replacing("\"", with: "")
    }

    /// How many trainings there are, if none is saved by the budget.
    public var trainings: Int {
        brackets.reduce(0) { $0 + SuccessiveHalving.trainings($1.rungs) }
    }
}

/// One training of a search.
public struct SearchTrial: Sendable, Equatable, Codable {
    /// Which candidate, by number.
    public var candidate: Int
    /// Which fold was held out, from 0.
    public var fold: Int
    /// The best value of the metric on the held-out fold; nil if training diverged.
    public var score: Double?
    /// After which part of its steps it was best.
    public var bestShare: Double
    /// Optimizer steps taken.
    public var steps: Int
    /// How long it took.
    public var seconds: Double
    /// Why it ended: `StopReason.name`.
    public var reason: String
}

/// What a search found.
public struct SearchChoice: Sendable, Equatable, Codable {
    /// A candidate's result over all folds it was judged on.
    public struct Result: Sendable, Equatable, Codable {
        /// Which candidate, by number.
        public var candidate: Int
        /// What it is called.
        public var name: String
        /// The learning rate, if it was varied.
        public var rate: Double?
        /// On how many folds it was judged.
        public var folds: Int
        /// The mean score; nil if a training diverged.
        public var mean: Double?
        /// The mean's standard error.
        public var standardError: Double
    }

    /// Which candidate, by number.
    public var candidate: Int
    /// What to change in the recipe: `key=value`.
    public var settings: [String]
    /// The candidate with the best mean.
    public var best: Int
    /// The median part of its steps after which the chosen one was best.
    public var bestShare: Double
    /// All results: the most folds first, then the best mean.
    public var ranking: [Result]
    /// Whether the time was over before all trainings were done.
    public var isCut: Bool
    /// Whether the chosen learning rate is the least or the greatest that was tried.
    public var isAtEnd: Bool

    /// The chosen one's result.
    public var result: Result? { ranking.first { $0.candidate == candidate } }
}

/// What a search tells while it works.
public enum SearchEvent: Sendable {
    /// What will be done.
    case planned(SearchPlan, done: Int)
    /// The best rate was the last one tried: the plan has one more beyond it.
    case widened(SearchPlan)
    /// A training ended; so many are done.
    case trial(SearchTrial, of: SearchPlan, done: Int)
    /// The end.
    case chosen(SearchChoice, of: SearchPlan)
}
