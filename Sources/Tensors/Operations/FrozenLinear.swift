import CHindsightKernels

// Linear with a weight stored as bfloat16: half the memory, and no gradient of its own.

/// The forward of `linear` with a bfloat16 weight.
func frozenLinear(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ activation: Activation?
) -> Tensor {
    // Only the CPU's float32 kernels read bfloat16.
    if x.dtype != .float32 || x.device != .cpu {
        return linear(
            x, weight: weight.to(.float32).to(x.dtype), bias: bias, activation: activation)
    }
    let tape = activeTape(x, nil, bias)
    if let activation, tape != nil, !activation.derivesFromResult {
        return activation(linear(x, weight: weight, bias: bias))
    }
    var target = x.shape
    target[target.rank - 1] = weight.shape[0]
    let result = frozenProduct(
        x, weight, bias, shape: target, transposed: true, activation: activation)
    guard let tape else { return result }
    let (shape, kept) = (x.shape, activation == nil ? nil : result)
    let toX = tape.link(x)
    let toBias = bias.map { tape.link($0) } ?? -1
    return tape.record(result) { pass, gradient in
        var inner = gradient
        if let activation, let kept {
            inner = kept.unaryBackward(activation.kind, "linear", kept, gradient, 0, 0)
        }
        pass.add(to: toX) {
            frozenProduct(inner, weight, nil, shape: shape, transposed: false, activation: nil)
        }
        pass.add(to: toBias) { inner.columnSums(weight.shape[0]) }
    }
}

/// x·Wᵀ, or x·W if not `transposed`, of that shape.
private func frozenProduct(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, shape: Shape, transposed: Bool,
    activation: Activation?
) -> Tensor {
    let result = Tensor(uninitialized: shape, .float32, x.device, for: "linear")
    guard result.count > 0 else { return result }
    let inner = weight.shape[transposed ? 1 : 0], outer = weight.shape[transposed ? 0 : 1]
    var call = MatmulSizes(
        m: result.count / outer, n: outer, k: inner, transposeB: transposed
    ).call(.float32, activation: activation?.kind ?? -1)
    call.flags |= Int32(HS_BFLOAT16_B)
    executeSlowly(&call, [x, weight, result, bias])
    return result
}
