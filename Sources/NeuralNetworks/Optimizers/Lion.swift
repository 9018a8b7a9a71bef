import HindsightTensors

/// Lion (Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", algorithm 2): every element moves
/// by the same length, in the direction of the sign of momentum and gradient.
///
/// p -= lr·(sign(β₁m + (1 - β₁)g) + decay·p); m = β₂m + (1 - β₂)g. It keeps half of Adam's state, and wants a
/// learning rate of a third to a tenth of Adam's.
public final class Lion: Optimizer {
    /// Parameters, states, step count and learning rate.
    public let core: OptimizerCore
    private let betas: (Double, Double)

    /// Lion for a module's parameters.
    ///
    /// - Parameters:
    ///   - module: whose parameters to change.
    ///   - learningRate: how far each element moves a step.
    ///   - betas: of the direction, and of the momentum that is kept.
    ///   - weightDecay: how much each parameter shrinks a step, times the learning rate.
    ///   - groups: settings of their own for some parameters.
    public init(
        _ module: any Module, learningRate: Float, betas: (Double, Double) = (0.9, 0.99),
        weightDecay: Double = 0, groups: [ParameterGroup] = []
    ) {
        require(
            (0..<1).contains(betas.0) && (0..<1).contains(betas.1),
            "Lion: betas must be in 0..<1, not \(betas)")
        self.betas = betas
        core = OptimizerCore(
            module.parameters, learningRate: learningRate, weightDecay: weightDecay, groups: groups,
            stateNames: ["momentum"])
    }

    /// The updates of one step.
    public func updates(_ gradients: Gradients, gradientScale: Tensor?) -> [VariableUpdate] {
        core.segments(gradients).map { group, segments in
            .lion(
                segments, gradientScale: gradientScale, betas: betas,
                weightDecay: group.weightDecay, learningRate: core.learningRate(of: group))
        }
    }
}
