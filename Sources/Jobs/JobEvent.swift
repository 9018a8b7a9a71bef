import HindsightLearning
import HindsightRunStore

/// What a job tells while it works, in the order it happens.
public enum JobEvent: Sendable {
    /// The run it works on.
    case run(name: String, folder: String)
    /// What it is about to do, or found out; for people.
    case note(String)
    /// Something that may be wrong.
    case warning(String)
    /// A model was judged on data.
    case judged(HindsightRunStore.Evaluation)
    /// What a search for settings tells.
    case search(SearchEvent)
    /// What a choice among pretrained models tells.
    case selection(SelectionEvent)
    /// What the trainer tells.
    case training(TrainerEvent)
}

/// How a tuning ended.
public struct TuneSummary: Sendable {
    /// The run's name.
    public var run: String
    /// The run's folder.
    public var folder: String
    /// Measurements of the best model on the validation examples.
    public var best: Metrics
    /// Measurements on the test examples, by model: `majority class`, `frozen probe`, `fine-tuned`; empty
    /// without test examples.
    public var test: [(model: String, metrics: Metrics)]
    /// Why training ended: `StopReason.name`, or `kept` when an earlier model was kept.
    public var reason: String
    /// The same in words.
    public var explanation: String
    /// Where the HTML report is; nil if none was asked for.
    public var report: String?
    /// What was chosen by cross-validation before training; nil if nothing was.
    public var search: SearchChoice?
}

/// Why a job cannot be done.
public struct JobError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong and what to do.
    public let description: String

    /// An error in words.
    public init(_ description: String) { self.description = description }
}
