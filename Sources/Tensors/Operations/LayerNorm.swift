import CHindsightKernels

/// (x - mean) / √(variance + ε) · weight + bias over the last axis (Ba et al. 2016).
///
/// - Parameters:
///   - x: `[…, features]`.
///   - weight: `[features]`, or nil for ones.
///   - bias: `[features]`, or nil for zeros.
///   - epsilon: added to the (biased) variance.
/// - Returns: the shape of `x`.
public func layerNorm(
    _ x: Tensor, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
) -> Tensor {
    require(
        x.rank >= 1 && x.dtype.isDifferentiable,
        "layerNorm: needs float32 or float64 of at least one dimension, not \(x.dtype) \(x.shape)")
    let features = x.shape[x.rank - 1]
    for (name, tensor) in [("weight", weight), ("bias", bias)] {
        require(
            tensor == nil || (tensor!.shape == Shape(features) && tensor!.dtype == x.dtype),
            "layerNorm: \(name) \(tensor?.shape ?? []) does not fit input \(x.shape)")
    }
    let rows = features == 0 ? 0 : x.count / features
    let result = Tensor(uninitialized: x.shape, x.dtype, x.device, for: "layerNorm")
    let mean = Tensor(uninitialized: Shape(rows), x.dtype, x.device, for: "layerNorm")
    let scale = Tensor(uninitialized: Shape(rows), x.dtype, x.device, for: "layerNorm")
    var call = hs_call(HS_OP_LAYER_NORM, 0, x.dtype)
    call.n.0 = Int64(rows)
    call.n.1 = Int64(features)
    call.f.0 = epsilon
    executeSlowly(&call, [x, weight, bias, result, mean, scale])
    guard let tape = activeTape(x, weight, bias) else { return result }
    let toX = tape.link(x)
    let toWeight = weight.map { tape.link($0) } ?? -1
    let toBias = bias.map { tape.link($0) } ?? -1
    return tape.record(result) { pass, gradient in
        func like(_ tensor: Tensor?, _ link: Int32) -> Tensor? {
            guard let tensor, link >= 0 else { return nil }
            return Tensor(uninitialized: tensor.shape, x.dtype, x.device, for: "layerNorm")
        }
        let (dx, dWeight, dBias) = (like(x, toX), like(weight, toWeight), like(bias, toBias))
        var call = hs_call(HS_OP_LAYER_NORM_BACKWARD, 0, x.dtype)
        call.n.0 = Int64(rows)
        call.n.1 = Int64(features)
        executeSlowly(&call, [gradient, x, mean, scale, weight, dx, dWeight, dBias])
        if let dx { pass.add(dx, to: toX) }
        if let dWeight { pass.add(dWeight, to: toWeight) }
        if let dBias { pass.add(dBias, to: toBias) }
    }
}
