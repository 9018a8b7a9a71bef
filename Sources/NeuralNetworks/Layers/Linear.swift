import HindsightTensors

/// y = act(x·Wᵀ + b): a fully connected layer.
public final class Linear: Layer {
    /// `[outputs, inputs]`.
    public let weight: Parameter
    /// `[outputs]`, or nil.
    public let bias: Parameter?
    /// What is applied last, in the same pass; nil for nothing.
    public let activation: Activation?

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
    }

    /// A layer with these weights.
    ///
    /// - Parameters:
    ///   - weight: `[outputs, inputs]`.
    ///   - bias: `[outputs]` of the weight's element type, or nil.
    ///   - activation: what to apply last.
    public init(weight: Tensor, bias: Tensor?, activation: Activation? = nil) {
        require(
            weight.rank == 2 && (bias == nil || bias!.shape == [weight.shape[0]]),
            "Linear: weight \(weight.shape) must be [outputs, inputs] and bias "
                + "\(bias?.shape ?? []) [outputs]")
        require(
            bias == nil || bias!.dtype == weight.dtype,
            "Linear: weight is \(weight.dtype) and bias \(bias?.dtype ?? weight.dtype); they must have one "
                + "element type")
        self.weight = Parameter(weight)
        self.bias = bias.map { Parameter($0) }
        self.activation = activation
    }

    private init(_ other: Linear, _ activation: Activation) {
        weight = other.weight
        bias = other.bias
        self.activation = activation
    }

    /// The same parameters with an activation fused behind.
    func fusing(_ activation: Activation) -> Linear { Linear(self, activation) }

    /// The weighted sums of each row's features.
    ///
    /// - Parameter x: `[…, inputs]`.
    /// - Returns: `[…, outputs]`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        linear(x, weight: weight.value, bias: bias?.value, activation: activation)
    }
}
