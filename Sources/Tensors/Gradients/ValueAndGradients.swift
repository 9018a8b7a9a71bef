extension ThreadContext {
    /// Runs `body` with a tape for `variables` in force.
    @inline(__always)
    func withTape<Result>(
        _ variables: VariableList, inputCount: Int = 0, _ body: (Tape) throws -> Result
    ) rethrows -> Result {
        let tape = spareTape ?? Tape()
        spareTape = nil
        tape.start(variables, inputCount: inputCount)
        let outer = self.tape
        self.tape = tape
        defer {
            self.tape = outer
            tape.clear()
            spareTape = tape
        }
        return try body(tape)
    }

    /// Runs `body` with no tape in force.
    @inline(__always)
    func withoutTape<Result>(_ body: () throws -> Result) rethrows -> Result {
        let outer = tape
        tape = nil
        defer { tape = outer }
        return try body()
    }
}

/// The value of a function and its gradients with respect to variables.
///
/// - Parameters:
///   - variables: what to differentiate by; whichever of them `body` reads are found by identity.
///   - body: computes a tensor of one element. It runs once, on the calling thread.
/// - Returns: the value as a constant, and the gradients. A variable that the value does not depend
///   on has none.
/// - Throws: `MemoryLimitError` if the limit was passed, and whatever `body` throws.
public func valueAndGradients(
    of variables: VariableList, _ body: () throws -> Tensor
) throws -> (value: Tensor, gradients: Gradients) {
    let context = ThreadContext.current
    return try context.withScope(limit: nil) {
        try context.withTape(variables) { tape in
            let value = try body()
            requireScalar(value)
            let leaves = context.withoutTape {
                let seed = Tensor.one(like: value)
                return tape.gradients(from: [(tape.link(value), seed)])
            }
            return (value.detached, Gradients(variables: variables, tensors: leaves))
        }
    }
}

/// The gradients of a function of tensors with respect to those tensors.
///
/// - Parameters:
///   - inputs: where to evaluate the function.
///   - body: computes a tensor of one element from tensors like `inputs`.
/// - Returns: the value and a gradient for each input (zeros where the value does not depend on it).
/// - Throws: `MemoryLimitError` if the limit was passed, and whatever `body` throws.
public func valueAndGradients(
    at inputs: [Tensor], _ body: ([Tensor]) throws -> Tensor
) throws -> (value: Tensor, gradients: [Tensor]) {
    try pulledBack(inputs, body) { value in
        requireScalar(value)
        return Tensor.one(like: value)
    }
}

private func requireScalar(_ value: Tensor) {
    require(
        value.count == 1,
        "valueAndGradients: the function must return one element, not shape \(value.shape)")
    require(
        value.dtype.isDifferentiable,
        "valueAndGradients: the function must return float32 or float64, not \(value.dtype)")
}

/// A function's output and what a gradient of that output means for its inputs.
///
/// - Parameters:
///   - inputs: where to evaluate the function.
///   - gradient: the gradient with respect to the output, of the output's shape.
///   - body: computes a tensor from tensors like `inputs`.
/// - Returns: the output and the gradient with respect to each input (zeros where the output does
///   not depend on it).
/// - Throws: `MemoryLimitError` if the limit was passed, and whatever `body` throws.
public func vectorJacobianProduct(
    at inputs: [Tensor], _ gradient: Tensor, _ body: ([Tensor]) throws -> Tensor
) throws -> (value: Tensor, gradients: [Tensor]) {
    try pulledBack(inputs, body) { value in
        require(
            value.shape == gradient.shape && value.dtype == gradient.dtype,
            "vectorJacobianProduct: the output is \(value.dtype) \(value.shape), the gradient "
                + "\(gradient.dtype) \(gradient.shape)")
        return gradient
    }
}

/// Evaluates `body` at watched inputs and walks back from the gradient that `seed` gives its output.
private func pulledBack(
    _ inputs: [Tensor], _ body: ([Tensor]) throws -> Tensor, seed: (Tensor) -> Tensor
) throws -> (value: Tensor, gradients: [Tensor]) {
    let context = ThreadContext.current
    return try context.withScope(limit: nil) {
        try context.withTape(VariableList([]), inputCount: inputs.count) { tape in
            let watched = inputs.enumerated().map { tape.watch($1, asInput: $0) }
            let value = try body(watched)
            let leaves = context.withoutTape {
                tape.gradients(from: [(tape.link(value), seed(value))])
            }
            let gradients = zip(leaves, inputs).map { $0 ?? Tensor.zeros(like: $1) }
            return (value.detached, gradients)
        }
    }
}
