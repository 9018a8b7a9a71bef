import HindsightTensors

/// One training step as a function: loss, gradients, clipping and update, captured for each set of input
/// shapes it meets and replayed from then on.
///
/// ```swift
/// let step = TrainingStep(model, optimizer) { model, batch, random in
///     meanSquaredError(model(batch[0], training: &random), batch[1])
/// }
/// let loss = try step([x, y], random: &random)
/// ```
///
/// The learning rate, the step count and the random numbers are inputs of the captured plan; Swift
/// numbers used in the closure are fixed at the capture (pass changing ones as scalar tensors). After
/// parameters were frozen or unfrozen, the next step is captured anew.
public final class TrainingStep<Model: Module>: @unchecked Sendable {
    /// Computes the loss of a batch.
    public typealias Loss = (Model, [Tensor], inout RandomGenerator) throws -> Tensor

    private let optimizer: any Optimizer
    /// The loss, and what makes the updates once the optimizer has counted the step.
    private let forwardAndBackward:
        ([Tensor], inout RandomGenerator) throws -> (Tensor, () -> [VariableUpdate])
    private let captured: CapturedFunction
    private let list: ParameterList
    private let capturing: Bool

    /// A step of a model's training.
    ///
    /// - Parameters:
    ///   - model: what to train.
    ///   - optimizer: made for the same model.
    ///   - clipNorm: the largest global norm of the gradients, or nil.
    ///   - capturing: whether to capture; if not, every step runs eagerly, with the same bits.
    ///   - loss: a tensor of one element from the model, a batch and a random generator.
    public init(
        _ model: Model, _ optimizer: any Optimizer, clipNorm: Double? = nil,
        capturing: Bool = true, loss: @escaping Loss
    ) {
        let list = model.parameters
        self.list = list
        self.optimizer = optimizer
        self.capturing = capturing
        let gradients = { (batch: [Tensor], random: inout RandomGenerator) in
            let (value, gradients) = try valueAndGradients(of: list.trainable) {
                try loss(model, batch, &random)
            }
            let scale = clipNorm.map { gradients.clipScale(toGlobalNorm: $0) }
            return (value, { optimizer.updates(gradients, gradientScale: scale) })
        }
        forwardAndBackward = gradients
        captured = CapturedFunction { batch, random in
            let (value, updates) = try gradients(batch, &random)
            for update in updates() { update.perform() }
            return [value]
        }
    }

    /// Takes one step.
    ///
    /// - Parameters:
    ///   - batch: the tensors the loss is given.
    ///   - random: where random numbers come from; moves on as in an eager step.
    /// - Returns: the loss before the update: a tensor of one element, read when wanted.
    /// - Throws: `MemoryLimitError`, and what the loss throws; parameters are then unchanged.
    @discardableResult
    public func callAsFunction(
        _ batch: [Tensor], random: inout RandomGenerator
    ) throws -> Tensor {
        guard capturing else { return try eagerStep(batch, &random) }
        let plan = try captured.plan(for: batch)
        return try plan.run(batch, random: &random) { optimizer.core.advance() }[0]
    }

    private func eagerStep(_ batch: [Tensor], _ random: inout RandomGenerator) throws -> Tensor {
        let (value, updates) = try Memory.withLimit(Int.max) {
            try forwardAndBackward(batch, &random)
        }
        optimizer.core.advance()
        for update in updates() { update.perform() }
        return value
    }

    /// Takes one step of a loss that draws no random numbers.
    ///
    /// - Parameter batch: the tensors the loss is given.
    /// - Returns: the loss before the update: a tensor of one element, read when wanted.
    /// - Throws: `MemoryLimitError`, and what the loss throws; parameters are then unchanged.
    @discardableResult
    public func callAsFunction(_ batch: [Tensor]) throws -> Tensor {
        var none = RandomGenerator(seed: 0)
        return try self(batch, random: &none)
    }
}
