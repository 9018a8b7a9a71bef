import HindsightTensors

/// One turn of the loop: what was asked, what the model predicted, and what really happened.
///
/// The outcome may come long after the prediction, or never; then it is nil.
public struct Experience<Context: Sendable, Prediction: Sendable, Outcome: Sendable>: Sendable {
    /// What the prediction was made from: a text, an observation with its goal, a prompt.
    public var context: Context
    /// What the model said.
    public var prediction: Prediction
    /// What is known to have happened.
    public var outcome: Outcome?

    /// An experience whose outcome may be still to come.
    public init(context: Context, prediction: Prediction, outcome: Outcome? = nil) {
        self.context = context
        self.prediction = prediction
        self.outcome = outcome
    }
}

extension Experience: Equatable
where Context: Equatable, Prediction: Equatable, Outcome: Equatable {}

/// Hindsight: rewrites experience for what it did achieve.
///
/// A relabeler changes a whole batch in place: the goals of transitions, the labels of texts, the
/// instructions of completions. It may append to the batch and remove from it.
public protocol Relabeler<Batch>: Sendable {
    /// The form that a batch of experience has in memory.
    associatedtype Batch

    /// Adds what hindsight can say.
    ///
    /// - Parameters:
    ///   - batch: rewritten in place.
    ///   - random: the only source of chance, so that a run can be repeated.
    func relabel(_ batch: inout Batch, random: inout RandomGenerator)
}

/// One relabeler after another.
public struct RelabelerChain<Batch>: Relabeler {
    private let relabelers: [any Relabeler<Batch>]

    /// A chain of relabelers, the first of which is applied first.
    public init(_ relabelers: [any Relabeler<Batch>]) { self.relabelers = relabelers }

    /// Applies each in turn.
    public func relabel(_ batch: inout Batch, random: inout RandomGenerator) {
        for relabeler in relabelers { relabeler.relabel(&batch, random: &random) }
    }
}
