import HindsightTensors

/// A part of a model that holds parameters and other modules.
///
/// A module is a final class whose stored properties are all constants, so that the compiler can
/// check it is `Sendable`; what changes is inside its parameters. Parameters are found by reflection
/// once, under the names of the properties that lead to them: `encoder.layers.0.weight`.
///
/// ```swift
/// final class Regressor: Module {
///     let hidden: Linear
///     let output: Linear
///
///     init(random: inout RandomGenerator) {
///         hidden = Linear(10, 64, random: &random)
///         output = Linear(64, 1, random: &random)
///     }
///
///     func callAsFunction(_ x: Tensor) -> Tensor { output(hidden(x).relu()) }
/// }
/// ```
public protocol Module: AnyObject, Sendable {}

/// A module that maps one tensor to one tensor.
public protocol Layer: Module {
    /// The output for prediction.
    func callAsFunction(_ x: Tensor) -> Tensor

    /// The output for training, where dropout and its like draw from `random`.
    func callAsFunction(_ x: Tensor, training random: inout RandomGenerator) -> Tensor
}

extension Layer {
    /// A layer without randomness does the same in training as in prediction.
    public func callAsFunction(_ x: Tensor, training random: inout RandomGenerator) -> Tensor {
        self(x)
    }
}

extension Module {
    /// All parameters of this module and the modules in it, in the order of their declaration.
    ///
    /// Found by reflection at the first call and kept as long as somebody (an optimizer, a training
    /// step) holds the list.
    public var parameters: ParameterList { ModuleRegistry.shared.list(of: self) }

    /// The parameters' tensors at one moment, for predictions that run beside the training.
    public func snapshot() -> Snapshot { Snapshot(of: parameters.variables) }

    /// Makes all parameters of this module (not) receive gradients, from the next step on.
    public func setTrainable(_ isTrainable: Bool) {
        for parameter in parameters.parameters { parameter.isTrainable = isTrainable }
    }
}

/// The value of a function of a model and its gradients with respect to the model's trainable
/// parameters.
///
/// ```swift
/// let (loss, gradients) = try valueAndGradients(of: model) { model in
///     meanSquaredError(model(x), y)
/// }
/// ```
///
/// - Throws: `MemoryLimitError` if the limit was passed, and whatever `body` throws.
public func valueAndGradients<M: Module>(
    of model: M, _ body: (M) throws -> Tensor
) throws -> (value: Tensor, gradients: Gradients) {
    try valueAndGradients(of: model.parameters.trainable) { try body(model) }
}
