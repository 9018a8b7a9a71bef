import HindsightLearning

/// What a training tells, in the order it happens; with several seeds, one call at a time.
public enum TrainJobEvent: Sendable {
    /// The run it works on.
    case run(name: String, folder: String, plan: TrainPlan)
    /// What it is about to do, or found out; for people.
    case note(String)
    /// Something that may be wrong.
    case warning(String)
    /// What the trainer of a seed tells.
    case training(seed: UInt64, TrainerEvent)
    /// The best policy of a seed was judged.
    case judged(seed: UInt64, [MeasuredMetric])
}

/// How a training ended.
public struct TrainSummary: Sendable {
    /// What one seed came to.
    public struct Seed: Sendable {
        /// The seed.
        public var seed: UInt64
        /// Environment steps it took.
        public var steps: Int
        /// The best judgement while learning.
        public var best: Evaluation?
        /// All judgements while learning, the oldest first.
        public var evaluations: [Evaluation]
        /// The last judgement, over episodes of its own; empty if the training was interrupted.
        public var judged: [MeasuredMetric]
    }

    /// The run's name.
    public var run: String
    /// The run's folder.
    public var folder: String
    /// What was to be learnt.
    public var plan: TrainPlan
    /// The seeds in order, those that were begun.
    public var seeds: [Seed]
    /// The last judgement with 95 % intervals: over episodes, or over seeds (their interquartile mean) if
    /// there are several; empty if the training was interrupted.
    public var evaluation: [MeasuredMetric]
    /// The learning curve over seeds; empty for one seed.
    public var band: [CurvePoint]
    /// Environment steps a second, of all seeds together.
    public var stepsPerSecond: Double
    /// Why training ended: `StopReason.name`.
    public var reason: String
    /// The same in words.
    public var explanation: String
    /// Where the HTML report is; nil if training was interrupted.
    public var report: String?

    /// The interquartile mean of the seeds' returns at one step.
    public struct CurvePoint: Sendable, Equatable {
        /// Environment steps.
        public var step: Int
        /// The interquartile mean.
        public var value: Double
        /// Its 95 % interval.
        public var low, high: Double
    }
}
