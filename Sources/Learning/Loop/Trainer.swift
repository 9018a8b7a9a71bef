import HindsightTensors
import Synchronization

/// Repeats a method's steps until the target on held-out data is met or a rule says stop, keeps the best
/// model, and can go on later as if it had never stopped.
///
/// ```swift
/// let trainer = try Trainer(
///     method,
///     rules: StoppingRules(goal: Goal("accuracy", target: 0.9), patience: 3, seconds: 1_800),
///     evaluateEvery: 100, checkpoints: CheckpointFolder("run/checkpoints"))
/// let result = try trainer.run { event in print(event) }
/// ```
///
/// The trainer owns the clock, evaluation, stopping, best-so-far and checkpoints; what a step is, only the
/// method knows. `run` works on the thread that calls it; `events()` on a thread of its own.
public final class Trainer {
    /// The method that learns.
    public let method: any Method
    let rules: StoppingRules
    private let evaluateEvery: Int
    private let checkpointEverySeconds: Double
    private let checkpointEverySteps: Int?
    let checkpoints: CheckpointFolder?
    /// How many of the best models a soup is made of, at most; less than two for no soup.
    let soupCount: Int
    let stopSwitch: StopSwitch
    var memory = TrainerState()
    private var bestModel: LearningState?
    /// The models that may go into the soup by their steps, where there are no checkpoints.
    var ingredientModels: [Int: LearningState] = [:]
    /// Steps taken before the last call of the method's `step`, which may take several.
    private var stepsBefore = 0
    /// The kernel variant the run began with: another one gives other bits.
    private var variant = Kernels.variant
    private let clock = ContinuousClock()
    private var begin: ContinuousClock.Instant
    private var lastCheckpoint: ContinuousClock.Instant

    /// - Parameters:
    ///   - method: what learns.
    ///   - rules: when to stop, and which measurement decides what is best.
    ///   - evaluateEvery: steps between evaluations, at least 1; the last step is always evaluated.
    ///   - checkpoints: where to keep state; nil keeps the best model in memory only.
    ///   - checkpointEverySeconds: the least time between checkpoints; each evaluation that finds a better
    ///     model, and the end, make one too.
    ///   - checkpointEverySteps: steps between checkpoints besides; nil for none by steps.
    ///   - soup: how many of the best models are kept to be averaged in the end, as long as that makes it no
    ///     worse (`GreedySoup`); less than two for none.
    ///   - stopSwitch: how another thread or a signal ends training.
    public init(
        _ method: any Method, rules: StoppingRules, evaluateEvery: Int,
        checkpoints: CheckpointFolder? = nil, checkpointEverySeconds: Double = 60,
        checkpointEverySteps: Int? = nil, soup: Int = 0, stopSwitch: StopSwitch = StopSwitch()
    ) {
        self.method = method
        self.rules = rules
        self.evaluateEvery = max(1, evaluateEvery)
        self.checkpoints = checkpoints
        self.checkpointEverySeconds = checkpointEverySeconds
        self.checkpointEverySteps = checkpointEverySteps
        soupCount = soup
        self.stopSwitch = stopSwitch
        begin = clock.now
        lastCheckpoint = begin
    }

    /// Takes up the newest whole checkpoint.
    ///
    /// - Returns: the step it was made after; nil if there is none, and training begins at its beginning.
    /// - Throws: `CheckpointError`, and what the method's `restore` throws.
    @discardableResult
    public func resume() throws -> Int? {
        guard let checkpoints, let found = try checkpoints.latest() else { return nil }
        memory = try found.state.value("trainer")
        variant = found.kernelVariant
        try method.restore(found.state.part("method"))
        return found.step
    }

    /// Trains to the end. Afterwards the method holds the best model.
    ///
    /// - Parameter observe: told what happens, on this thread.
    /// - Returns: how it ended.
    /// - Throws: what the method throws, and `CheckpointError`; the newest checkpoint stays usable.
    ///   `Kernels.UnavailableVariant` if the run began with kernels that this processor cannot run.
    @discardableResult
    public func run(_ observe: (TrainerEvent) -> Void = { _ in }) throws -> TrainingResult {
        try Kernels.withVariant(variant) { try train(observe) }
    }

    private func train(_ observe: (TrainerEvent) -> Void) throws -> TrainingResult {
        begin = clock.now
        lastCheckpoint = begin
        observe(.started(method.progress))
        let reason = try loop(observe)
        try restoreBest()
        // What is to go on later has no end yet.
        let soup = reason == .interrupted ? nil : try cookSoup()
        let result = TrainingResult(
            reason: reason, steps: method.progress.completed, seconds: seconds,
            best: soup?.evaluation ?? memory.best, evaluations: memory.evaluations,
            soup: soup?.steps ?? [])
        observe(.finished(result))
        return result
    }

    private func restoreBest() throws {
        if let checkpoints {
            guard let best = memory.best else { return }
            try method.restore(model: try checkpoints.best(step: best.step))
        } else if let bestModel {
            try method.restore(model: bestModel)
        }
    }

    /// Seconds of training so far, those before a resume included.
    private var seconds: Double {
        let part = begin.duration(to: clock.now).components
        return memory.seconds + Double(part.seconds) + Double(part.attoseconds) * 1e-18
    }

    private func loop(_ observe: (TrainerEvent) -> Void) throws -> StopReason {
        if method.progress.completed == 0, memory.evaluations.isEmpty {
            if let reason = try evaluate(observe) { return try finish(reason, observe) }
        } else if let reason = memory.reasonToStop(rules) {
            return reason
        }
        while true {
            if let reason = reasonBeforeStep() {
                return try finish(reason, observe)
            }
            stepsBefore = method.progress.completed
            let metrics = try method.step()
            let progress = method.progress
            observe(.step(progress, metrics: metrics, seconds: seconds))
            if let name = metrics.firstNonFinite {
                return .diverged(metric: name, step: progress.completed)
            }
            if let reason = memory.note(
                loss: metrics["loss"], step: progress.completed, rules)
            {
                return reason
            }
            if progress.completed / evaluateEvery > stepsBefore / evaluateEvery
                || progress.isFinished
            {
                if let reason = try evaluate(observe) { return try finish(reason, observe) }
            } else if isCheckpointDue {
                try checkpoint(observe)
            }
        }
    }

    private func reasonBeforeStep() -> StopReason? {
        let progress = method.progress
        if stopSwitch.isOff { return .interrupted }
        if progress.isFinished { return .completed }
        if let steps = rules.steps, progress.completed >= steps { return .outOfSteps }
        if let budget = rules.seconds, seconds >= budget { return .outOfTime(seconds: budget) }
        return nil
    }

    /// Judges the model, keeps it if it is the best, and makes a checkpoint if it is or one is due.
    private func evaluate(_ observe: (TrainerEvent) -> Void) throws -> StopReason? {
        let step = method.progress.completed
        let evaluation = Evaluation(step: step, metrics: try method.evaluate())
        let isBest = memory.note(evaluation, goal: rules.goal)
        if isBest {
            let model = try method.modelState()
            // In memory it would keep a second copy of all weights alive.
            if let checkpoints {
                try checkpoints.writeBest(model, step: step)
            } else {
                bestModel = model
            }
        }
        try keepIngredient(evaluation)
        observe(.evaluated(evaluation, isBest: isBest))
        let reason = memory.reasonToStop(rules)
        if reason?.isDivergence == true { return reason }
        if isBest || isCheckpointDue { try checkpoint(observe) }
        return reason
    }

    /// The last evaluation and checkpoint, unless training diverged: then the last good checkpoint stays.
    private func finish(
        _ reason: StopReason, _ observe: (TrainerEvent) -> Void
    ) throws -> StopReason {
        if reason.isDivergence { return reason }
        if reason != .interrupted, !memory.wasEvaluated(at: method.progress.completed) {
            if let other = try evaluate(observe), other.isDivergence { return other }
        }
        try checkpoint(observe)
        return reason
    }

    private var isCheckpointDue: Bool {
        guard checkpoints != nil else { return false }
        if let steps = checkpointEverySteps.map({ max($0, 1) }),
            method.progress.completed / steps > stepsBefore / steps
        {
            return true
        }
        return lastCheckpoint.duration(to: clock.now) >= .seconds(checkpointEverySeconds)
    }

    private func checkpoint(_ observe: (TrainerEvent) -> Void) throws {
        guard let checkpoints else { return }
        var state = LearningState()
        var noted = memory
        noted.seconds = seconds
        try state.set(noted, for: "trainer")
        state.merge(try method.state(), under: "method")
        let step = method.progress.completed
        observe(.checkpointing(step: step))
        let path = try checkpoints.write(
            state, step: step, bestStep: memory.best?.step,
            ingredients: memory.ingredients?.map(\.step) ?? [])
        lastCheckpoint = clock.now
        observe(.checkpointed(step: step, path: path))
    }
}

/// Ends training from another thread or from a signal handler: the step under way is finished, a
/// checkpoint is made.
public final class StopSwitch: Sendable {
    private let off = Atomic<Bool>(false)

    /// A switch that is on.
    public init() {}

    /// Whether training was asked to stop.
    public var isOff: Bool { off.load(ordering: .relaxed) }

    /// Asks training to stop. Safe to call from anywhere, any number of times.
    public func stop() { off.store(true, ordering: .relaxed) }
}
