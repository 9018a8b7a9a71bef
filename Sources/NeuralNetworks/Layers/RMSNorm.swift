import HindsightTensors

/// Scales each row to a mean square of 1, then each feature by a weight (Zhang and Sennrich 2019).
public final class RMSNorm: Layer {
    /// `[features]`, starts as ones.
    public let weight: Parameter
    /// Added to the mean square.
    public let epsilon: Double

    /// - Parameters:
    ///   - features: the size of the last axis.
    ///   - epsilon: added to the mean square.
    public init(_ features: Int, epsilon: Double = 1e-6) {
        weight = Parameter(.ones([features]))
        self.epsilon = epsilon
    }

    /// A layer with this weight: `[features]`.
    public init(weight: Tensor, epsilon: Double = 1e-6) {
        require(weight.rank == 1, "RMSNorm: weight \(weight.shape) must be [features]")
        self.weight = Parameter(weight)
        self.epsilon = epsilon
    }

    /// - Parameter x: `[…, features]`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        rmsNorm(x, weight: weight.value, epsilon: epsilon)
    }
}
