import HindsightTensors

/// A way of learning, seen from the trainer: something that takes steps, can be judged, and whose whole
/// state can be saved.
///
/// The trainer knows no batch, loss or optimizer, so that supervised epochs, an agent with a replay
/// buffer and three optimizers, and a language model that generates before it learns all fit:
///
/// | method | `step()` | `evaluate()` |
/// |---|---|---|
/// | text fine-tuning | one optimizer step over a packed batch | metrics on the validation texts |
/// | DQN with hindsight | some environment steps, relabelled replay, an update | greedy episodes |
/// | PPO | one rollout of all environments, its epochs of updates | deterministic episodes |
///
/// A method is used by one thread at a time.
public protocol Method: AnyObject {
    /// How much learning was done and how much there is to do.
    var progress: LearningProgress { get }

    /// Learns a little more.
    ///
    /// - Returns: what was measured while learning; `loss` where there is one.
    /// - Throws: what makes it impossible to go on, such as `MemoryLimitError`.
    func step() throws -> Metrics

    /// Judges the model on held-out experience. Draws nothing from the generators that learning draws
    /// from, so that when to evaluate does not change what is learnt.
    func evaluate() throws -> Metrics

    /// What prediction needs: weights or adapters.
    func modelState() throws -> LearningState

    /// Puts a model saved earlier back.
    func restore(model: LearningState) throws

    /// All that learning needs to go on as if it had never stopped: model, optimizers, schedules,
    /// generators, the position in the data.
    func state() throws -> LearningState

    /// Goes back to a saved state.
    func restore(_ state: LearningState) throws
}

/// How far learning has come, in the method's own steps.
public struct LearningProgress: Sendable, Equatable {
    /// Steps taken since the beginning, those before a resume included.
    public var completed: Int
    /// All steps there are to take; nil for a method that could go on for ever.
    public var total: Int?
    /// What one step learns from, for showing a rate: examples, environment steps, tokens.
    public var unit: String
    /// How many of these units were learnt from so far.
    public var units: Int

    /// Progress from its parts.
    public init(completed: Int, total: Int?, unit: String, units: Int) {
        self.completed = completed
        self.total = total
        self.unit = unit
        self.units = units
    }

    /// True when there is nothing left to do.
    public var isFinished: Bool { total.map { completed >= $0 } ?? false }
}
