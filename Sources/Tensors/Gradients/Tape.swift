import CHindsightKernels

/// Computes the gradients of an operation's inputs from that of its output.
typealias Pullback = (_ pass: Backpropagation, _ gradient: Tensor) -> Void

/// What happened in a forward pass, in order: a flat list walked backwards.
///
/// Nodes 0 ..< `variables.count` stand for the variables, the next `inputCount` for other tensors
/// whose gradients are wanted, and each further one for the result of an operation.
final class Tape {
    private(set) var identifier: UInt64 = 0
    private(set) var variables: VariableList
    private(set) var leafCount = 0
    private var pullbacks: [Pullback] = []

    init() { variables = VariableList([]) }

    func start(_ variables: VariableList, inputCount: Int = 0) {
        identifier = hs_next_identifier()
        self.variables = variables
        leafCount = variables.count + inputCount
    }

    /// The same elements, known to this tape as its input number `index`.
    func watch(_ tensor: Tensor, asInput index: Int) -> Tensor {
        var watched = tensor
        watched.tapeIdentifier = identifier
        watched.nodeIndex = Int32(variables.count + index)
        return watched
    }

    /// The tensor's node, or -1 if no gradient flows to it.
    @inline(__always)
    func link(_ tensor: Tensor) -> Int32 {
        tensor.tapeIdentifier == identifier ? tensor.nodeIndex : -1
    }

    /// `output`, known to this tape as the result of an operation with that pullback.
    @inline(__always)
    func record(_ output: Tensor, _ pullback: @escaping Pullback) -> Tensor {
        var recorded = output
        recorded.tapeIdentifier = identifier
        recorded.nodeIndex = Int32(truncatingIfNeeded: leafCount + pullbacks.count)
        pullbacks.append(pullback)
        return recorded
    }

    /// Walks backwards from the nodes in `seeds` and returns the gradients of the leaves. What the
    /// forward pass kept is let go on the way.
    func gradients(from seeds: [(node: Int32, gradient: Tensor)]) -> [Tensor?] {
        let pass = Backpropagation(count: leafCount + pullbacks.count)
        for seed in seeds where seed.node >= 0 { pass.add(seed.gradient, to: seed.node) }
        while let pullback = pullbacks.popLast() {
            if let gradient = pass.take(leafCount + pullbacks.count) { pullback(pass, gradient) }
        }
        return pass.leaves(leafCount)
    }

    func clear() {
        pullbacks.removeAll(keepingCapacity: true)
        identifier = 0
    }
}

/// The gradients collected so far on the way back.
final class Backpropagation {
    private var gradients: [Tensor?]

    init(count: Int) { gradients = Array(repeating: nil, count: count) }

    /// Adds what `gradient` returns to the node's gradient; does not call it if there is no node.
    @inline(__always)
    func add(to node: Int32, _ gradient: () -> Tensor) {
        if node >= 0 { add(gradient(), to: node) }
    }

    func add(_ gradient: Tensor, to node: Int32) {
        if let sum = gradients[Int(node)] {
            gradients[Int(node)] = sum + gradient
        } else {
            gradients[Int(node)] = gradient
        }
    }

    func take(_ node: Int) -> Tensor? {
        let gradient = gradients[node]
        gradients[node] = nil
        return gradient
    }

    func leaves(_ count: Int) -> [Tensor?] {
        gradients.removeLast(gradients.count - count)
        return gradients
    }
}

/// The tape in force if it knows one of the operands.
@inline(__always)
func activeTape(_ a: Tensor) -> Tape? {
    guard a.tapeIdentifier != 0, let tape = ThreadContext.current.tape else { return nil }
    return a.tapeIdentifier == tape.identifier ? tape : nil
}

@inline(__always)
func activeTape(_ a: Tensor, _ b: Tensor) -> Tape? { activeTape(a) ?? activeTape(b) }

@inline(__always)
func activeTape(_ a: Tensor, _ b: Tensor?, _ c: Tensor?) -> Tape? {
    if let tape = activeTape(a) { return tape }
    if let b, let tape = activeTape(b) { return tape }
    if let c, let tape = activeTape(c) { return tape }
    return nil
}
