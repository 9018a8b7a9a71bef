import HindsightTensors

/// RMSprop (Tieleman and Hinton 2012, lecture 6.5), in PyTorch's form: g += decay·p;
/// v = smoothing·v + (1 - smoothing)·g²; g /= √v + epsilon; b = momentum·b + g; p -= lr·b.
public final class RMSprop: Optimizer {
    /// Parameters, states, step count and learning rate.
    public let core: OptimizerCore
    private let smoothing: Double
    private let epsilon: Double
    private let momentum: Double

    /// RMSprop for a module's parameters.
    ///
    /// - Parameters:
    ///   - module: whose parameters to change.
    ///   - learningRate: the step size.
    ///   - smoothing: how slowly the mean square of gradients moves.
    ///   - epsilon: added to its root.
    ///   - momentum: how much of the last step goes on; 0 keeps no state for it.
    ///   - weightDecay: added to the gradient, times the parameter.
    ///   - groups: settings of their own for some parameters.
    public init(
        _ module: any Module, learningRate: Float, smoothing: Double = 0.99, epsilon: Double = 1e-8,
        momentum: Double = 0, weightDecay: Double = 0, groups: [ParameterGroup] = []
    ) {
        require(
            (0..<1).contains(smoothing), "RMSprop: smoothing must be in 0..<1, not \(smoothing)")
        self.smoothing = smoothing
        self.epsilon = epsilon
        self.momentum = momentum
        core = OptimizerCore(
            module.parameters, learningRate: learningRate, weightDecay: weightDecay, groups: groups,
            stateNames: momentum == 0 ? ["meanSquare"] : ["meanSquare", "momentum"])
    }

    /// The updates of one step.
    public func updates(_ gradients: Gradients, gradientScale: Tensor?) -> [VariableUpdate] {
        core.segments(gradients).map { group, segments in
            .rmsprop(
                segments, gradientScale: gradientScale, smoothing: smoothing, epsilon: epsilon,
                weightDecay: group.weightDecay, momentum: momentum,
                learningRate: core.learningRate(of: group))
        }
    }
}
