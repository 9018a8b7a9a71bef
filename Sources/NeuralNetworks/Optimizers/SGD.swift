import HindsightTensors

/// Stochastic gradient descent with momentum (Sutskever et al. 2013), in PyTorch's form:
/// g += decay·p; b = momentum·b + (1 - dampening)·g; p -= lr·b (or lr·(g + momentum·b) with Nesterov).
public final class SGD: Optimizer {
    /// Parameters, states, step count and learning rate.
    public let core: OptimizerCore
    private let momentum: Double
    private let dampening: Double
    private let nesterov: Bool

    /// Gradient descent for a module's parameters.
    ///
    /// - Parameters:
    ///   - module: whose parameters to change.
    ///   - learningRate: the step size.
    ///   - momentum: how much of the last step goes on; 0 keeps no state.
    ///   - dampening: how much of the gradient is held back from the momentum.
    ///   - nesterov: look ahead along the momentum; needs momentum and no dampening.
    ///   - weightDecay: added to the gradient, times the parameter.
    ///   - groups: settings of their own for some parameters.
    public init(
        _ module: any Module, learningRate: Float, momentum: Double = 0, dampening: Double = 0,
        nesterov: Bool = false, weightDecay: Double = 0, groups: [ParameterGroup] = []
    ) {
        require(
            !nesterov || (momentum > 0 && dampening == 0),
            "SGD: Nesterov needs momentum and no dampening")
        core = OptimizerCore(
            module.parameters, learningRate: learningRate, weightDecay: weightDecay, groups: groups,
            stateNames: momentum == 0 ? [] : ["momentum"])
        self.momentum = momentum
        self.dampening = dampening
        self.nesterov = nesterov
    }

    /// The updates of one step.
    public func updates(_ gradients: Gradients, gradientScale: Tensor?) -> [VariableUpdate] {
        core.segments(gradients).map { group, segments in
            .sgd(
                segments, gradientScale: gradientScale, weightDecay: group.weightDecay,
                momentum: momentum, dampening: dampening, nesterov: nesterov,
                learningRate: core.learningRate(of: group),
                isFirstStep: { [core] in core.stepCount(of: group) == 1 })
        }
    }
}
