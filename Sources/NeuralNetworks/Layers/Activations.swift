import HindsightTensors

/// A layer that only applies an activation. `Sequential` fuses it into a `Linear` before it.
public protocol ActivationLayer: Layer {
    /// What it applies.
    var activation: Activation { get }
}

extension ActivationLayer {
    /// The activation of every element.
    public func callAsFunction(_ x: Tensor) -> Tensor { activation(x) }
}

/// max(x, 0).
public final class ReLU: ActivationLayer {
    public let activation = Activation.relu
    public init() {}
}

/// x · Φ(x), or its tanh approximation.
public final class GELU: ActivationLayer {
    public let activation: Activation
    public init(approximate: Bool = false) { activation = approximate ? .geluTanh : .gelu }
}

/// The hyperbolic tangent.
public final class Tanh: ActivationLayer {
    public let activation = Activation.tanh
    public init() {}
}

/// 1 / (1 + e⁻ˣ).
public final class Sigmoid: ActivationLayer {
    public let activation = Activation.sigmoid
    public init() {}
}

/// x · sigmoid(x).
public final class SiLU: ActivationLayer {
    public let activation = Activation.silu
    public init() {}
}
