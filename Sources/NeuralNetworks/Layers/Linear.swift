import HindsightTensors

/// y = act(x·Wᵀ + b): a fully connected layer.
public final class Linear: Layer {
    /// `[outputs, inputs]`.
    public let weight: Parameter
    /// `[outputs]`, or nil.
    public let bias: Parameter?
    /// What is applied last, in the same pass; nil for nothing.
    public let activation: Activation?
    /// What is trained beside the weights, or nil (see `adapting(_:)`).
    public let adapter: LowRankAdapter?

    /// A layer with fresh weights.
    ///
    /// - Parameters:
    ///   - inputs: features of each input row.
    ///   - outputs: features of each output row.
    ///   - bias: whether to add one.
    ///   - activation: what to apply last.
    ///   - initializer: for the weights; the bias is uniform over ±1/√inputs, as in PyTorch.
    ///   - random: where the first values come from.
    public init(
        _ inputs: Int, _ outputs: Int, bias: Bool = true, activation: Activation? = nil,
        initializer: Initializer = .fanInUniform, random: inout RandomGenerator
    ) {
        require(
            inputs >= 0 && outputs >= 0, "Linear: negative sizes \(inputs) and \(outputs)")
        weight = Parameter(initializer.draw([outputs, inputs], inputs, outputs, &random))
        self.bias =
            bias
            ? Parameter(Initializer.fanInUniform.draw([outputs], inputs, outputs, &random)) : nil
        self.activation = activation
        adapter = nil
    }

    /// A layer with these weights.
    ///
    /// - Parameters:
    ///   - weight: `[outputs, inputs]`; `bfloat16` for one that is never trained, at half the memory.
    ///   - bias: `[outputs]` of the weight's element type, `float32` beside `bfloat16`, or nil.
    ///   - activation: what to apply last.
    public init(weight: Tensor, bias: Tensor?, activation: Activation? = nil) {
        require(
            weight.rank == 2 && (bias == nil || bias!.shape == [weight.shape[0]]),
            "Linear: weight \(weight.shape) must be [outputs, inputs] and bias "
                + "\(bias?.shape ?? []) [outputs]")
        require(
            bias == nil || bias!.dtype == (weight.dtype == .bfloat16 ? .float32 : weight.dtype),
            "Linear: weight is \(weight.dtype) and bias \(bias?.dtype ?? weight.dtype); they must have one "
                + "element type, or be bfloat16 and float32")
        self.weight = Parameter(weight, isTrainable: weight.dtype != .bfloat16)
        self.bias = bias.map { Parameter($0) }
        self.activation = activation
        adapter = nil
    }

    private init(_ other: Linear, _ activation: Activation?, _ adapter: LowRankAdapter?) {
        weight = other.weight
        bias = other.bias
        self.activation = activation
        self.adapter = adapter
    }

    /// The same parameters with an activation fused behind.
    func fusing(_ activation: Activation) -> Linear { Linear(self, activation, adapter) }

    /// The same parameters with an adapter beside them.
    public func adapting(_ adapter: LowRankAdapter) -> Linear {
        require(
            adapter.down.shape[1] == weight.shape[1] && adapter.up.shape[0] == weight.shape[0],
            "Linear: an adapter from \(adapter.down.shape[1]) to \(adapter.up.shape[0]) features does "
                + "not fit weight \(weight.shape)")
        return Linear(self, activation, adapter)
    }

    /// The weighted sums of each row's features.
    ///
    /// - Parameter x: `[…, inputs]`.
    /// - Returns: `[…, outputs]`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        guard let adapter, adapter.isEnabled else { return base(x, activation) }
        return joined(x, adapter, adapter(x))
    }

    /// The output for training, where the adapter's dropout draws from `random`.
    public func callAsFunction(_ x: Tensor, training random: inout RandomGenerator) -> Tensor {
        guard let adapter, adapter.isEnabled else { return base(x, activation) }
        return joined(x, adapter, adapter(x, training: &random))
    }

    /// The layer's output with what its adapter gives.
    private func joined(_ x: Tensor, _ adapter: LowRankAdapter, _ added: Tensor) -> Tensor {
        guard let factor = adapter.rowFactor(weight.value) else {
            return activated(base(x, nil) + added)
        }
        let product = (linear(x, weight: weight.value) + added) * factor
        return activated(bias.map { product + $0.value } ?? product)
    }

    private func base(_ x: Tensor, _ activation: Activation?) -> Tensor {
        linear(x, weight: weight.value, bias: bias?.value, activation: activation)
    }

    private func activated(_ x: Tensor) -> Tensor { activation.map { $0(x) } ?? x }
}
