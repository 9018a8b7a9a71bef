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
    /// What it applies.
    public let activation = Activation.relu
    /// Has no settings.
    public init() {}
}

/// x · Φ(x), or its tanh approximation.
public final class GELU: ActivationLayer {
    /// What it applies.
    public let activation: Activation
    /// A GELU, exact or approximate.
    ///
    /// - Parameter approximate: use the tanh approximation.
    public init(approximate: Bool = false) { activation = approximate ? .geluTanh : .gelu }
}

/// The hyperbolic tangent.
public final class Tanh: ActivationLayer {
    /// What it applies.
    public let activation = Activation.tanh
    /// Has no settings.
    public init() {}
}

/// 1 / (1 + e⁻ˣ).
public final class Sigmoid: ActivationLayer {
    /// What it applies.
    public let activation = Activation.sigmoid
    /// Has no settings.
    public init() {}
}

/// x · sigmoid(x).
public final class SiLU: ActivationLayer {
    /// What it applies.
    public let activation = Activation.silu
    /// Has no settings.
    public init() {}
}
