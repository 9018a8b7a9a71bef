/// Evaluates `body` without keeping what its backward pass needs, and evaluates it again when the
/// gradients are computed: memory for time (Chen et al. 2016, "Training deep nets with sublinear
/// memory cost").
///
/// Gradients flow to `inputs` and to the variables that `body` reads. Both evaluations see the same
/// tensors; give `body` its own copy of a random generator (a value) to draw the same numbers twice.
///
/// - Parameters:
///   - inputs: the tensors that `body` depends on, besides variables.
///   - body: computes one tensor from tensors like `inputs`.
/// - Returns: what `body` returns.
public func checkpoint(_ inputs: Tensor..., body: @escaping ([Tensor]) -> Tensor) -> Tensor {
    let context = ThreadContext.current
    let output = context.withoutTape { body(inputs.map(\.detached)) }
    guard let tape = context.tape else { return output }
    let links = inputs.map { tape.link($0) }
    let variables = tape.variables
    return tape.record(output) { pass, gradient in
        let context = ThreadContext.current
        let leaves = context.withTape(variables, inputCount: inputs.count) { inner in
            let again = body(inputs.enumerated().map { inner.watch($1, asInput: $0) })
            return context.withoutTape {
                inner.gradients(from: [(inner.link(again), gradient)])
            }
        }
        for (index, gradient) in leaves.enumerated() {
            guard let gradient else { continue }
            let input = index - variables.count
            pass.add(to: input < 0 ? Int32(index) : links[input]) { gradient }
        }
    }
}
