import CHindsightKernels

/// The cross-entropy of each row: logsumexp(logits) - logits[target].
///
/// The probabilities are never stored: the backward pass works from the logits and one number a row.
///
/// - Parameters:
///   - logits: `[rows, classes]`.
///   - targets: `[rows]`, `int64` or `int32`: the class of each row.
///   - labelSmoothing: how much of the target is spread evenly over all classes (Szegedy et al. 2016).
///   - ignoring: a target whose rows count for nothing, or nil.
/// - Returns: `[rows]`. In a captured step a target that is no class gives NaN; eagerly it stops the
///   program with its place.
public func crossEntropyRows(
    logits: Tensor, targets: Tensor, labelSmoothing: Double = 0, ignoring: Int? = nil
) -> Tensor {
    require(
        logits.rank == 2 && targets.shape == Shape(logits.shape[0]),
        "crossEntropy: logits \(logits.shape) need targets [\(logits.shape.first ?? 0)], not "
            + "\(targets.shape)")
    require(
        logits.dtype.isDifferentiable && (targets.dtype == .int64 || targets.dtype == .int32),
        "crossEntropy: needs floating-point logits and integer targets, not \(logits.dtype) and "
            + "\(targets.dtype)")
    let (rows, classes) = (logits.shape[0], logits.shape[1])
    let wide = targets.to(.int64)
    requireClasses(wide, classes, ignoring)
    let loss = Tensor(uninitialized: Shape(rows), logits.dtype, logits.device, for: "crossEntropy")
    let lse = Tensor(uninitialized: Shape(rows), logits.dtype, logits.device, for: "crossEntropy")
    var call = hs_call(HS_OP_CROSS_ENTROPY, 0, logits.dtype)
    call.n.0 = Int64(rows)
    call.n.1 = Int64(classes)
    call.n.2 = ignoring.map(Int64.init) ?? Int64.min
    call.f.0 = labelSmoothing
    execute(&call, logits, wide, loss, lse)
    guard let tape = activeTape(logits) else { return loss }
    let link = tape.link(logits)
    return tape.record(loss) { [call] pass, gradient in
        pass.add(to: link) {
            let back = Tensor(
                uninitialized: logits.shape, logits.dtype, logits.device, for: "crossEntropy")
            var backward = call
            backward.op = Int32(HS_OP_CROSS_ENTROPY_BACKWARD)
            executeSlowly(&backward, [logits, wide, lse, gradient, back])
            return back
        }
    }
}

private func requireClasses(_ targets: Tensor, _ classes: Int, _ ignoring: Int?) {
    guard targets.buffer.slot == nil, let address = targets.address else { return }
    let values = address.assumingMemoryBound(to: Int64.self)
    let skipped = ignoring.map(Int64.init) ?? Int64.min
    let bad = hs_first_outside_ignoring(values, Int64(targets.count), 0, Int64(classes), skipped)
    require(
        bad < 0,
        "crossEntropy: target \(bad < 0 ? 0 : values[Int(bad)]) of row \(bad) is outside "
            + "0..<\(classes)")
}
