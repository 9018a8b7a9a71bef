import HindsightTensors

/// Normalises each row to mean 0 and variance 1, then scales and shifts it (Ba et al. 2016).
public final class LayerNorm: Layer {
    /// `[features]`, starts as ones; nil without affine parameters.
    public let weight: Parameter?
    /// `[features]`, starts as zeros; nil without affine parameters.
    public let bias: Parameter?
    /// Added to the variance.
    public let epsilon: Double

    /// A normalisation of rows of that many features.
    ///
    /// - Parameters:
    ///   - features: the size of the last axis.
    ///   - epsilon: added to the variance.
    ///   - affine: whether to learn a scale and a shift.
    public init(_ features: Int, epsilon: Double = 1e-5, affine: Bool = true) {
        weight = affine ? Parameter(.ones([features])) : nil
        bias = affine ? Parameter(.zeros([features])) : nil
        self.epsilon = epsilon
    }

    /// A layer with this scale and shift.
    ///
    /// - Parameters:
    ///   - weight: `[features]`.
    ///   - bias: `[features]`.
    ///   - epsilon: added to the variance.
    public init(weight: Tensor, bias: Tensor, epsilon: Double = 1e-5) {
        require(
            weight.rank == 1 && weight.shape == bias.shape,
            "LayerNorm: weight \(weight.shape) and bias \(bias.shape) must both be [features]")
        self.weight = Parameter(weight)
        self.bias = Parameter(bias)
        self.epsilon = epsilon
    }

    /// Each row normalised.
    ///
    /// - Parameter x: `[…, features]`.
    /// - Returns: the shape of `x`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        layerNorm(x, weight: weight?.value, bias: bias?.value, epsilon: epsilon)
    }
}
