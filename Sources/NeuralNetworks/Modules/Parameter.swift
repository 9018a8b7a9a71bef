import HindsightTensors

/// A trainable tensor of a module: weights that gradients flow to and optimizers update.
public final class Parameter: Sendable {
    /// The place that holds the tensor.
    public let variable: Variable

    private let trainable: CaptureFlag

    /// A parameter that starts as `tensor`.
    public init(_ tensor: Tensor, isTrainable: Bool = true) {
        variable = Variable(tensor)
        trainable = CaptureFlag(isTrainable)
    }

    /// The tensor held now (see `Variable.value`).
    @inline(__always)
    public var value: Tensor { variable.value }

    /// The sizes of the tensor.
    public var shape: Shape { variable.shape }

    /// Whether `valueAndGradients(of:)` of a module with this parameter gives it a gradient. A change
    /// counts from the next step on, captured or not.
    public var isTrainable: Bool {
        get { trainable.value }
        set { trainable.value = newValue }
    }
}
