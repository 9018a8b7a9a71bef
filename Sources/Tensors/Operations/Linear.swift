import CHindsightKernels

/// act(x·Wᵀ + b) as one operation.
///
/// - Parameters:
///   - x: `[…, inputs]`.
///   - weight: `[outputs, inputs]`, the layout of PyTorch's `Linear`. It may be `bfloat16` where `x` is
///     `float32`: frozen, with the results of the same numbers in `float32`, bit for bit.
///   - bias: `[outputs]`, or nil.
///   - activation: what to apply last, or nil.
/// - Returns: `[…, outputs]`; the same bits as `matmul`, `+` and the activation one after another.
public func linear(
    _ x: Tensor, weight: Tensor, bias: Tensor? = nil, activation: Activation? = nil
) -> Tensor {
    require(
        weight.rank == 2 && x.rank >= 1 && x.shape[x.rank - 1] == weight.shape[1],
        "linear: input \(x.shape) and weight \(weight.shape) ([outputs, inputs]) do not fit together"
    )
    require(
        bias == nil || bias!.shape == Shape(weight.shape[0]),
        "linear: bias \(bias?.shape ?? []) does not fit weight \(weight.shape)")
    require(
        (x.dtype == weight.dtype || weight.dtype == .bfloat16) && x.dtype.isDifferentiable
            && (bias?.dtype ?? x.dtype) == x.dtype,
        "linear: needs float32 or float64 throughout, not input \(x.dtype), weight \(weight.dtype)"
            + (bias.map { " and bias \($0.dtype)" } ?? ""))
    if weight.dtype == .bfloat16 { return frozenLinear(x, weight, bias, activation) }
    let tape = activeTape(x, weight, bias)
    if let activation, tape != nil, !activation.derivesFromResult {
        return activation(linear(x, weight: weight, bias: bias))
    }
    let result = linearForward(x, weight, bias, activation)
    guard let tape else { return result }
    return tape.recordLinear(result, x, weight, bias, activation)
}

@inline(__always)
private func linearForward(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ activation: Activation?
) -> Tensor {
    let (outputs, inputs) = (weight.shape[0], weight.shape[1])
    let rows = x.count / max(inputs, 1)
    var target = x.shape
    target[target.rank - 1] = outputs
    let result = Tensor(uninitialized: target, x.dtype, x.device, for: "linear")
    guard result.count > 0 else { return result }
    let sizes = MatmulSizes(
        m: inputs == 0 ? result.count / outputs : rows, n: outputs, k: inputs, transposeB: true)
    var call = sizes.call(x.dtype, activation: activation?.kind ?? -1)
    if let bias {
        executeWithBias(&call, x, weight, result, bias)
    } else {
        execute(&call, x, weight, result)
    }
    return result
}

@inline(__always)
private func executeWithBias(
    _ call: inout hs_call, _ x: Tensor, _ weight: Tensor, _ result: Tensor, _ bias: Tensor
) {
    execute(&call, x, weight, result, bias)
}

extension Tape {
    fileprivate func recordLinear(
        _ result: Tensor, _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ activation: Activation?
    ) -> Tensor {
        let (toX, toWeight) = (link(x), link(weight))
        let toBias = bias.map { link($0) } ?? -1
        return record(result) { pass, gradient in
            var inner = gradient
            if let activation {
                inner = result.unaryBackward(activation.kind, "linear", result, gradient, 0, 0)
            }
            let (outputs, inputs) = (weight.shape[0], weight.shape[1])
            let rows = inner.count / max(outputs, 1)
            pass.add(to: toX) {
                let back = Tensor(uninitialized: x.shape, x.dtype, x.device, for: "linear")
                var call = MatmulSizes(m: rows, n: inputs, k: outputs).call(x.dtype)
                if back.count > 0 { execute(&call, inner, weight, back) }
                return back
            }
            pass.add(to: toWeight) {
                let back = Tensor(uninitialized: weight.shape, x.dtype, x.device, for: "linear")
                var call = MatmulSizes(m: outputs, n: inputs, k: rows, transposeA: true)
                    .call(x.dtype)
                if back.count > 0 { execute(&call, inner, x, back) }
                return back
            }
            pass.add(to: toBias) { inner.columnSums(outputs) }
        }
    }
}

extension Tensor {
    /// The sums of the columns of this tensor seen as `[rows, columns]`.
    func columnSums(_ columns: Int) -> Tensor {
        let result = Tensor(uninitialized: Shape(columns), dtype, device, for: "sum")
        var call = hs_call(HS_OP_REDUCE, HS_SUM, dtype)
        call.n.0 = 1
        call.n.1 = Int64(count / Swift.max(columns, 1))
        call.n.2 = Int64(columns)
        if columns > 0 { execute(&call, self, result) }
        return result
    }
}
