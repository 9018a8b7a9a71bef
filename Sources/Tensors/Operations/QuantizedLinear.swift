import CHindsightKernels

/// The weight of a linear layer as 8-bit integers, for inference: symmetric, with a scale for each output
/// (Jacob et al. 2018), in the order in which the kernels read it.
public struct QuantizedWeight: Sendable {
    /// Features of each output row.
    public let outputs: Int
    /// Features of each input row.
    public let inputs: Int
    let packed: Tensor

    /// Outputs that begin a part of the weight are multiples of this.
    public static let panel = Int(HS_INT8_PANEL)

    /// The nearest 8-bit weight.
    ///
    /// - Parameter weight: `[outputs, inputs]`, a floating-point type.
    /// - Throws: `QuantizationError`.
    public init(_ weight: Tensor) throws {
        guard weight.rank == 2, weight.dtype.isFloatingPoint, weight.count > 0 else {
            throw QuantizationError(
                "its weight is \(weight.dtype) \(weight.shape), not floating-point [outputs, inputs]"
            )
        }
        (outputs, inputs) = (weight.shape[0], weight.shape[1])
        guard inputs <= Int(HS_INT8_MOST_INPUTS) else {
            throw QuantizationError(
                "it has \(inputs) inputs; 32-bit sums hold at most \(HS_INT8_MOST_INPUTS)")
        }
        let count = Int(hs_int8_bytes(Int64(outputs), Int64(inputs)))
        packed = Tensor(uninitialized: [count], .uint8, .cpu, for: "QuantizedWeight")
        let values = weight.detached.to(.cpu).to(.float32)
        guard let from = values.address, let to = packed.address else {
            throw QuantizationError("there is no memory for it here")
        }
        let floats = from.assumingMemoryBound(to: Float.self)
        guard hs_int8_pack(Int64(outputs), Int64(inputs), floats, to) else {
            throw QuantizationError("its weight has infinite values or NaN; train it anew")
        }
    }
}

/// Why a layer cannot be quantised.
public struct QuantizationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The layer's name, if it is known.
    public var layer: String?
    /// What is wrong.
    public let reason: String

    init(_ reason: String) { self.reason = reason }

    /// What is shown to people.
    public var description: String {
        "\(layer ?? "the layer") cannot be quantised to int8: \(reason)"
    }
}

/// What normalises the result of `quantizedLinear` (see `layerNorm`).
public struct QuantizedLinearNorm: Sendable {
    /// `[outputs]`.
    public let weight: Tensor
    /// `[outputs]`.
    public let bias: Tensor
    /// Added to the variance.
    public let epsilon: Double

    /// A normalisation with these parameters.
    public init(weight: Tensor, bias: Tensor, epsilon: Double) {
        self.weight = weight
        self.bias = bias
        self.epsilon = epsilon
    }
}

/// act(x·Wᵀ + b) + residual, normalised, with 8-bit weights and activations: for inference alone.
///
/// Each row of `x` is rounded to 8 bits by its own greatest magnitude. Sums are exact 32-bit integers, the same
/// with every kernel variant, batch and number of threads. There are no gradients: with an operand that has
/// some the program stops.
///
/// - Parameters:
///   - x: `[…, inputs]`, `float32`. A row that is not finite gives NaN.
///   - weight: the quantised weight.
///   - outputs: which of the weight's outputs to compute, from a multiple of `QuantizedWeight.panel` on; all if
///     nil.
///   - bias: `float32`, of the outputs that are computed, or nil.
///   - activation: what to apply to the sums; GELU is within 1e-5 of the exact one.
///   - parts: into how many tensors the outputs are cut, each a multiple of `QuantizedWeight.panel` wide if there
///     are several.
///   - residual: the shape of the result, added behind the activation, or nil; not with several parts.
///   - norm: what normalises the rows in the end, or nil; not with several parts.
/// - Returns: `[…, outputs]`, or `[parts, rows, outputs / parts]` with more parts than one.
public func quantizedLinear(
    _ x: Tensor, weight: QuantizedWeight, outputs: Range<Int>? = nil, bias: Tensor? = nil,
    activation: Activation? = nil, parts: Int = 1, residual: Tensor? = nil,
    norm: QuantizedLinearNorm? = nil
) -> Tensor {
    let range = outputs ?? 0..<weight.outputs
    checkOperands(x, weight, range, bias, norm)
    let width = range.count / parts
    require(
        parts == 1
            || (width * parts == range.count && width % QuantizedWeight.panel == 0
                && residual == nil && norm == nil),
        "quantizedLinear: \(range.count) outputs in \(parts) parts, which must be multiples of "
            + "\(QuantizedWeight.panel) without residual and norm")
    let shape: Shape =
        parts > 1
        ? [parts, x.count / weight.inputs, width] : x.shape.replacing(x.rank - 1, with: width)
    let result = Tensor(uninitialized: shape, .float32, x.device, for: "quantizedLinear")
    require(
        residual == nil || (residual!.shape == result.shape && residual!.dtype == .float32),
        "quantizedLinear: the residual is \(residual?.shape ?? []), the result \(result.shape)")
    require(
        activeTape(x, residual, bias) == nil,
        "quantizedLinear: 8-bit layers have no gradients; train the float32 model and quantise it after"
    )
    guard result.count > 0 else { return result }
    var call = hs_call(HS_OP_LINEAR_INT8, Int(activation?.kind ?? -1), .float32)
    call.n.0 = Int64(x.count / weight.inputs)
    call.n.1 = Int64(range.count)
    call.n.2 = Int64(weight.inputs)
    call.n.3 = Int64(weight.outputs)
    call.n.4 = Int64(range.lowerBound)
    call.n.5 = Int64(parts)
    call.f.0 = norm?.epsilon ?? 0
    executeSlowly(
        &call,
        [x, weight.packed, result, bias, residual, norm?.weight, norm?.bias])
    return result
}

private func checkOperands(
    _ x: Tensor, _ weight: QuantizedWeight, _ range: Range<Int>, _ bias: Tensor?,
    _ norm: QuantizedLinearNorm?
) {
    require(
        x.device == .cpu, "quantizedLinear: 8-bit layers run on the CPU alone; move the input there"
    )
    require(
        x.rank >= 1 && x.dtype == .float32 && x.shape[x.rank - 1] == weight.inputs,
        "quantizedLinear: input \(x.dtype) \(x.shape) must be float32 with \(weight.inputs) features"
    )
    require(
        range.lowerBound >= 0 && range.upperBound <= weight.outputs
            && range.lowerBound % QuantizedWeight.panel == 0,
        "quantizedLinear: outputs \(range) of \(weight.outputs) must begin at a multiple of "
            + "\(QuantizedWeight.panel)")
    for (name, tensor) in [("bias", bias), ("norm", norm?.weight), ("norm", norm?.bias)] {
        require(
            tensor == nil || (tensor!.shape == Shape(range.count) && tensor!.dtype == .float32),
            "quantizedLinear: the \(name) is \(tensor?.shape ?? []), not float32 [\(range.count)]")
    }
}
