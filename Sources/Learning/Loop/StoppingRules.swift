/// Which measurement says how good the model is, and which way is better.
public struct Goal: Sendable, Equatable, Codable {
    /// The measurement's name in what `Method.evaluate()` returns.
    public var metric: String
    /// True when more is better.
    public var isMaximized: Bool
    /// Where to stop: at least this much, or at most, as `isMaximized` says.
    public var target: Double?
    /// By how much an evaluation must beat the best to count as better.
    public var minimumDelta: Double

    /// A goal for one measurement.
    public init(
        _ metric: String, isMaximized: Bool = true, target: Double? = nil, minimumDelta: Double = 0
    ) {
        self.metric = metric
        self.isMaximized = isMaximized
        self.target = target
        self.minimumDelta = minimumDelta
    }

    /// Whether a value counts as better than the best so far; NaN never does.
    public func isBetter(_ value: Double, than best: Double?) -> Bool {
        guard value.isFinite else { return false }
        guard let best else { return true }
        return isMaximized ? value > best + minimumDelta : value < best - minimumDelta
    }

    /// Whether a value is good enough.
    public func isMet(by value: Double) -> Bool {
        guard let target, value.isFinite else { return false }
        return isMaximized ? value >= target : value <= target
    }
}

/// When to stop before the method is through.
public struct StoppingRules: Sendable, Equatable {
    /// The measurement that decides what is best, and its target.
    public var goal: Goal
    /// How many evaluations in a row without a better one to wait for; nil for ever.
    public var patience: Int?
    /// The time budget in seconds, over all resumes together; nil for none.
    public var seconds: Double?
    /// The number of steps; nil for as many as the method has.
    public var steps: Int?
    /// How many times the `loss` of the first step a later one's may be before training counts as diverged;
    /// nil for any number that is finite.
    public var lossLimit: Double?

    /// Rules around one goal.
    public init(
        goal: Goal, patience: Int? = nil, seconds: Double? = nil, steps: Int? = nil,
        lossLimit: Double? = nil
    ) {
        self.goal = goal
        self.patience = patience
        self.seconds = seconds
        self.steps = steps
        self.lossLimit = lossLimit
    }
}

/// Why training ended.
public enum StopReason: Sendable, Equatable {
    /// The method's last step was taken.
    case completed
    /// The target was met on held-out data.
    case targetReached
    /// So many evaluations brought nothing better.
    case outOfPatience(evaluations: Int)
    /// The time budget was spent.
    case outOfTime(seconds: Double)
    /// The number of steps asked for was taken.
    case outOfSteps
    /// That measurement became NaN or infinite.
    case diverged(metric: String, step: Int)
    /// That measurement of a step became so many times the first step's.
    case exploded(metric: String, step: Int, times: Double)
    /// Someone asked for it.
    case interrupted

    /// A short name for scripts: `completed`, `target`, `patience`, `time`, `steps`, `diverged`,
    /// `interrupted`.
    public var name: String {
        switch self {
        case .completed: "completed"
        case .targetReached: "target"
        case .outOfPatience: "patience"
        case .outOfTime: "time"
        case .outOfSteps: "steps"
        case .diverged, .exploded: "diverged"
        case .interrupted: "interrupted"
        }
    }

    /// Whether training went the wrong way: the model of then is not one to keep.
    public var isDivergence: Bool {
        switch self {
        case .diverged, .exploded: true
        default: false
        }
    }
}

extension StopReason: CustomStringConvertible {
    /// A sentence for people.
    public var description: String {
        switch self {
        case .completed: "every step was taken"
        case .targetReached: "the target was reached"
        case .outOfPatience(let evaluations): "no better model in \(evaluations) evaluations"
        case .outOfTime(let seconds): "the time budget of \(Int(seconds)) s was spent"
        case .outOfSteps: "the number of steps asked for was taken"
        case .diverged(let metric, let step): "diverged: \(metric) was not finite at step \(step)"
        case .exploded(let metric, let step, let times):
            "diverged: \(metric) was \(Int(min(times, 1e15))) times the first step's at step \(step)"
        case .interrupted: "interrupted"
        }
    }
}
