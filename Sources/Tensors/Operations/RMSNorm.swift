import CHindsightKernels

/// x / √(mean of x² + ε) · weight over the last axis (Zhang and Sennrich 2019).
///
/// - Parameters:
///   - x: `[…, features]`, `float32` or `float64`.
///   - weight: `[features]`, or nil for ones.
///   - epsilon: added to the mean square.
/// - Returns: the shape of `x`.
public func rmsNorm(_ x: Tensor, weight: Tensor? = nil, epsilon: Double = 1e-6) -> Tensor {
    require(
        x.rank >= 1 && x.dtype.isDifferentiable,
        "rmsNorm: needs float32 or float64 of at least one dimension, not \(x.dtype) \(x.shape)")
    let features = x.shape[x.rank - 1]
    require(
        weight == nil || (weight!.shape == Shape(features) && weight!.dtype == x.dtype),
        "rmsNorm: weight \(weight?.dtype ?? x.dtype) \(weight?.shape ?? []) does not fit input "
            + "\(x.dtype) \(x.shape)")
    let rows = features == 0 ? 0 : x.count / features
    let result = Tensor(uninitialized: x.shape, x.dtype, x.device, for: "rmsNorm")
    let scale = Tensor(uninitialized: Shape(rows), x.dtype, x.device, for: "rmsNorm")
    var call = hs_call(HS_OP_RMS_NORM, 0, x.dtype)
    call.n.0 = Int64(rows)
    call.n.1 = Int64(features)
    call.f.0 = epsilon
    executeSlowly(&call, [x, weight, result, scale])
    guard let tape = activeTape(x, weight, nil) else { return result }
    let toX = tape.link(x)
    let toWeight = weight.map { tape.link($0) } ?? -1
    return tape.record(result) { pass, gradient in
        func like(_ tensor: Tensor?, _ link: Int32) -> Tensor? {
            guard let tensor, link >= 0 else { return nil }
            return Tensor(uninitialized: tensor.shape, x.dtype, x.device, for: "rmsNorm")
        }
        let (dx, dWeight) = (like(x, toX), like(weight, toWeight))
        var call = hs_call(HS_OP_RMS_NORM_BACKWARD, 0, x.dtype)
        call.n.0 = Int64(rows)
        call.n.1 = Int64(features)
        executeSlowly(&call, [gradient, x, scale, weight, dx, dWeight])
        if let dx { pass.add(dx, to: toX) }
        if let dWeight { pass.add(dWeight, to: toWeight) }
    }
}
