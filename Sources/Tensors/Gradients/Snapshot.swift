/// The tensors of a list of variables at one moment, all from between the same two updates.
///
/// A server takes a snapshot and predicts with it while training goes on:
///
/// ```swift
/// let snapshot = model.snapshot()
/// let scores = snapshot.apply { model(x) }
/// ```
public struct Snapshot: Sendable {
    let variables: VariableList
    /// The tensors, in the order of the list.
    public let tensors: [Tensor]

    /// The tensors that `variables` hold now.
    public init(of variables: VariableList) {
        self.variables = variables
        let order = variables.variables.sorted { $0.identifier < $1.identifier }
        for variable in order { variable.acquire() }
        tensors = variables.variables.map(\.lockedTensor)
        for variable in order { variable.release() }
    }

    subscript(variable: Variable) -> Tensor? {
        variables.index(of: variable).map { tensors[$0] }
    }

    /// Runs `body` with every variable of the list reading as it was at the snapshot.
    public func apply<Result>(_ body: () throws -> Result) rethrows -> Result {
        let context = ThreadContext.current
        let outer = context.snapshot
        context.snapshot = self
        defer { context.snapshot = outer }
        return try body()
    }

    /// Gives every variable its tensor of this snapshot back.
    public func restore() {
        for (variable, tensor) in zip(variables.variables, tensors) { variable.assign(tensor) }
    }
}
