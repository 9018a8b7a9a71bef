import HindsightTensors

/// Changes parameters by their gradients.
///
/// An optimizer holds a core (parameters in their groups, states, step count, learning rate) and says
/// which updates one step consists of.
public protocol Optimizer: AnyObject, Sendable {
    /// The parameters, their states and the settings that change.
    var core: OptimizerCore { get }

    /// The updates of one step, to be performed once `core.advance()` has counted it.
    ///
    /// - Parameters:
    ///   - gradients: of the parameters this optimizer was made for; parameters without one stay.
    ///   - gradientScale: a scalar every gradient is multiplied by, or nil.
    /// - Returns: one update for each group of parameters that has gradients.
    func updates(_ gradients: Gradients, gradientScale: Tensor?) -> [VariableUpdate]

    /// Everything but the settings: what a checkpoint has to keep.
    var state: OptimizerState { get }

    /// Goes on from a saved state.
    ///
    /// - Throws: `OptimizerStateError` if it does not belong to these parameters; nothing is changed.
    func restore(_ state: OptimizerState) throws
}

/// An optimizer whose parameters are not what is to predict.
public protocol AveragingOptimizer: Optimizer {
    /// What is to predict, for each parameter that was trained; fresh tensors.
    func averages() -> [(parameter: Parameter, value: Tensor)]
}

extension Optimizer {
    /// The step size, before the factors of parameter groups.
    public var learningRate: Float {
        get { core.learningRate }
        set { core.learningRate = newValue }
    }

    /// How many steps were taken.
    public var stepCount: Int { core.stepCount }

    /// The states of all parameters, and the step count.
    public var state: OptimizerState { core.state }

    /// Goes on from a saved state of the parameters.
    ///
    /// - Throws: `OptimizerStateError` if it does not belong to these parameters; nothing is changed.
    public func restore(_ state: OptimizerState) throws { try core.restore(state) }

    /// Takes one step.
    ///
    /// - Parameters:
    ///   - gradients: of the parameters this optimizer was made for; parameters without one stay.
    ///   - gradientScale: a scalar every gradient is multiplied by, such as
    ///     `Gradients.clipScale(toGlobalNorm:)`.
    public func step(_ gradients: Gradients, gradientScale: Tensor? = nil) {
        core.advance()
        for update in updates(gradients, gradientScale: gradientScale) { update.perform() }
    }
}

/// Settings of their own for some of the parameters.
public struct ParameterGroup: Sendable {
    let matches: @Sendable (String) -> Bool
    let learningRateFactor: Double
    let weightDecay: Double?

    /// Settings for the parameters that `matches` chooses by their names.
    ///
    /// - Parameters:
    ///   - learningRateFactor: what the optimizer's learning rate is multiplied by.
    ///   - weightDecay: instead of the optimizer's, or nil to keep it.
    ///   - matches: whether a parameter of that name belongs to this group; the first group that says so
    ///     has it, and parameters of no group keep the optimizer's settings.
    public init(
        learningRateFactor: Double = 1, weightDecay: Double? = nil,
        _ matches: @escaping @Sendable (String) -> Bool
    ) {
        self.matches = matches
        self.learningRateFactor = learningRateFactor
        self.weightDecay = weightDecay
    }
}

/// What an optimizer remembers: the step count and, for each parameter name, its tensors.
public struct OptimizerState: Sendable {
    /// How many steps were taken.
    public var stepCount: Int
    /// Tensors by name, such as `0.weight.momentum`.
    public var tensors: [String: Tensor]

    /// A state from its parts.
    public init(stepCount: Int, tensors: [String: Tensor]) {
        self.stepCount = stepCount
        self.tensors = tensors
    }
}

/// A saved optimizer state that does not fit the parameters.
public struct OptimizerStateError: Error, Sendable, CustomStringConvertible {
    /// What is shown to people.
    public let description: String
}
