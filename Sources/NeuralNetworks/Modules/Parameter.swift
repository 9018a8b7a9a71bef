import HindsightTensors
import Synchronization

/// A trainable tensor of a module: weights that gradients flow to and optimizers update.
public final class Parameter: Sendable {
    /// The place that holds the tensor.
    public let variable: Variable

    private let trainable: Atomic<Bool>

    /// Counts every change of any parameter's `isTrainable`, so that lists know when to look again.
    static let freezeGeneration = Atomic<Int>(0)

    /// A parameter that starts as `tensor`.
    public init(_ tensor: Tensor, isTrainable: Bool = true) {
        variable = Variable(tensor)
        trainable = Atomic(isTrainable)
    }

    /// The tensor held now (see `Variable.value`).
    @inline(__always)
    public var value: Tensor { variable.value }

    /// The sizes of the tensor.
    public var shape: Shape { variable.shape }

    /// Whether `valueAndGradients(of:)` of a module with this parameter gives it a gradient.
    public var isTrainable: Bool {
        get { trainable.load(ordering: .relaxed) }
        set {
            trainable.store(newValue, ordering: .relaxed)
            Parameter.freezeGeneration.add(1, ordering: .releasing)
        }
    }
}
