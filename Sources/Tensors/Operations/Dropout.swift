import CHindsightKernels

/// x with each element zeroed with probability `rate` and the others divided by 1 - `rate`
/// (Srivastava et al. 2014). The mask follows from the generator's state and is not stored.
///
/// - Parameters:
///   - x: `float32` or `float64`.
///   - rate: from 0 to 1 (1 gives zeros), taken to the nearest 65536th.
///   - random: moves on by one block for every eight elements.
/// - Returns: the shape and element type of `x`.
public func dropout(_ x: Tensor, rate: Double, random: inout RandomGenerator) -> Tensor {
    require(rate >= 0 && rate <= 1, "dropout: the rate must be in 0...1, not \(rate)")
    require(
        x.dtype.isDifferentiable, "dropout: needs float32 or float64, not \(x.dtype) \(x.shape)")
    if rate == 0 { return x }
    var call = hs_call(HS_OP_DROPOUT, 0, x.dtype)
    call.n.0 = Int64(x.count)
    call.f.0 = rate
    let patches = random.draw(x.count, perBlock: 8, &call)
    let masked = dropped(call, patches, x)
    guard let tape = activeTape(x) else { return masked }
    let link = tape.link(x)
    return tape.record(masked) { pass, gradient in
        pass.add(to: link) { dropped(call, patches, gradient) }
    }
}

private func dropped(_ call: hs_call, _ patches: CallPatches, _ x: Tensor) -> Tensor {
    let result = Tensor(uninitialized: x.shape, x.dtype, x.device, for: "dropout")
    var call = call
    if patches.integers.isEmpty {
        execute(&call, x, result)
    } else {
        executeSlowly(&call, [x, result], patches: patches)
    }
    return result
}
