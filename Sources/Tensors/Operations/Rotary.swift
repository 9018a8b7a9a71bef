import CHindsightKernels

/// Which features of a head form a pair in `rotaryEmbedding`.
public enum RotaryStyle: Sendable, Hashable, CaseIterable {
    /// Feature i and feature i + headSize / 2, as in Llama's checkpoints for transformers.
    case half
    /// Features 2i and 2i + 1, as in the paper.
    case interleaved
}

/// Positions written into queries or keys: pair i of every head is turned by the angle
/// position · base^(-2i / headSize) (Su et al. 2021).
///
/// - Parameters:
///   - x: `[rows, heads * headSize]`, `float32` or `float64`; the head size is even.
///   - heads: how many heads a row has.
///   - positions: `[rows]`, `int32`: where each row is in its sequence. Data: a captured step reads them
///     at each replay.
///   - base: what the wavelengths grow to, in radians.
///   - style: which features form a pair.
/// - Returns: the shape of `x`.
public func rotaryEmbedding(
    _ x: Tensor, heads: Int, positions: Tensor, base: Double = 10_000, style: RotaryStyle = .half
) -> Tensor {
    require(
        x.rank == 2 && x.dtype.isDifferentiable,
        "rotaryEmbedding: needs float32 or float64 [rows, features], not \(x.dtype) \(x.shape)")
    require(
        heads >= 1 && x.shape[1] % (2 * heads) == 0,
        "rotaryEmbedding: \(x.shape) does not divide into \(heads) heads of an even size")
    require(
        positions.dtype == .int32 && positions.shape == Shape(x.shape[0]),
        "rotaryEmbedding: positions must be int32 [\(x.shape[0])], not \(positions.dtype) "
            + "\(positions.shape)")
    require(base > 0 && base.isFinite, "rotaryEmbedding: the base must be positive, not \(base)")
    var call = hs_call(HS_OP_ROTARY, style == .interleaved ? 1 : 0, x.dtype)
    call.n.0 = Int64(x.shape[0])
    call.n.1 = Int64(heads)
    call.n.2 = Int64(x.shape[1] / heads)
    call.f.0 = base
    let numbers = positions.to(x.device)
    let result = turned(x, numbers, call)
    guard let tape = activeTape(x) else { return result }
    let link = tape.link(x)
    return tape.record(result) { [call] pass, gradient in
        var backwards = call
        backwards.flags = 1
        pass.add(to: link) { turned(gradient, numbers, backwards) }
    }
}

private func turned(_ x: Tensor, _ positions: Tensor, _ call: hs_call) -> Tensor {
    let result = Tensor(uninitialized: x.shape, x.dtype, x.device, for: "rotaryEmbedding")
    var call = call
    execute(&call, x, positions, result)
    return result
}
