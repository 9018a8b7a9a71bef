/// What a trainer tells while it runs, in the order it happens.
public enum TrainerEvent: Sendable {
    /// Training begins, or goes on after a resume.
    case started(LearningProgress)
    /// A step was taken; `metrics` is what it measured.
    case step(LearningProgress, metrics: Metrics, seconds: Double)
    /// The model was judged; `isBest` when it beat all before.
    case evaluated(Evaluation, isBest: Bool)
    /// A checkpoint is about to be made. Steps told before are not told again after a resume from it, so who
    /// keeps what is told must have kept it by now.
    case checkpointing(step: Int)
    /// Everything needed to go on is on disk.
    case checkpointed(step: Int, path: String)
    /// Training ended.
    case finished(TrainingResult)
}

/// One judgement on held-out data.
public struct Evaluation: Sendable, Equatable, Codable {
    /// After how many steps.
    public var step: Int
    /// What was measured.
    public var metrics: Metrics

    /// An evaluation from its parts.
    public init(step: Int, metrics: Metrics) {
        self.step = step
        self.metrics = metrics
    }
}

/// How training ended; the method then holds the best model.
public struct TrainingResult: Sendable, Equatable {
    /// Why.
    public var reason: StopReason
    /// Steps taken, those before a resume included.
    public var steps: Int
    /// Seconds of training, those before a resume included.
    public var seconds: Double
    /// The best evaluation; nil if there was none with a finite value.
    public var best: Evaluation?
    /// All evaluations, the oldest first.
    public var evaluations: [Evaluation]
    /// The steps of the models that were averaged, the best first; one alone if no other made it better,
    /// none without a soup. `best` has then what the average reached.
    public var soup: [Int]

    /// A result from its parts.
    public init(
        reason: StopReason, steps: Int, seconds: Double, best: Evaluation?,
        evaluations: [Evaluation], soup: [Int] = []
    ) {
        self.reason = reason
        self.steps = steps
        self.seconds = seconds
        self.best = best
        self.evaluations = evaluations
        self.soup = soup
    }
}
