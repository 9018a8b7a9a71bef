import HindsightTensors

/// Adam with bias correction (Kingma and Ba 2015); weight decay is added to the gradient.
public final class Adam: Optimizer {
    /// Parameters, states, step count and learning rate.
    public let core: OptimizerCore
    private let rule: AdamRule

    /// Adam for a module's parameters.
    ///
    /// - Parameters:
    ///   - module: whose parameters to change.
    ///   - learningRate: the step size.
    ///   - betas: how slowly the first and second moments move.
    ///   - epsilon: added to the root of the second moment.
    ///   - weightDecay: added to the gradient, times the parameter.
    ///   - groups: settings of their own for some parameters.
    public init(
        _ module: any Module, learningRate: Float, betas: (Double, Double) = (0.9, 0.999),
        epsilon: Double = 1e-8, weightDecay: Double = 0, groups: [ParameterGroup] = []
    ) {
        rule = AdamRule(betas: betas, epsilon: epsilon, decoupled: false)
        core = AdamRule.core(module, learningRate, weightDecay, groups)
    }

    /// The updates of one step.
    public func updates(_ gradients: Gradients, gradientScale: Tensor?) -> [VariableUpdate] {
        rule.updates(core, gradients, gradientScale)
    }
}

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019): p -= lr·decay·p apart from the
/// gradient's step.
public final class AdamW: Optimizer {
    /// Parameters, states, step count and learning rate.
    public let core: OptimizerCore
    private let rule: AdamRule

    /// AdamW for a module's parameters.
    ///
    /// - Parameters:
    ///   - module: whose parameters to change.
    ///   - learningRate: the step size.
    ///   - betas: how slowly the first and second moments move.
    ///   - epsilon: added to the root of the second moment.
    ///   - weightDecay: how much each parameter shrinks a step, times the learning rate.
    ///   - groups: settings of their own for some parameters.
    public init(
        _ module: any Module, learningRate: Float, betas: (Double, Double) = (0.9, 0.999),
        epsilon: Double = 1e-8, weightDecay: Double = 0.01, groups: [ParameterGroup] = []
    ) {
        rule = AdamRule(betas: betas, epsilon: epsilon, decoupled: true)
        core = AdamRule.core(module, learningRate, weightDecay, groups)
    }

    /// The updates of one step.
    public func updates(_ gradients: Gradients, gradientScale: Tensor?) -> [VariableUpdate] {
        rule.updates(core, gradients, gradientScale)
    }
}

/// What Adam and AdamW share.
private struct AdamRule: Sendable {
    private let betas: (Double, Double)
    private let epsilon: Double
    private let decoupled: Bool

    init(betas: (Double, Double), epsilon: Double, decoupled: Bool) {
        require(
            (0..<1).contains(betas.0) && (0..<1).contains(betas.1),
            "Adam: betas must be in 0..<1, not \(betas)")
        self.betas = betas
        self.epsilon = epsilon
        self.decoupled = decoupled
    }

    static func core(
        _ module: any Module, _ learningRate: Float, _ weightDecay: Double,
        _ groups: [ParameterGroup]
    ) -> OptimizerCore {
        OptimizerCore(
            module.parameters, learningRate: learningRate, weightDecay: weightDecay, groups: groups,
            stateNames: ["firstMoment", "secondMoment"])
    }

    func updates(
        _ core: OptimizerCore, _ gradients: Gradients, _ gradientScale: Tensor?
    ) -> [VariableUpdate] {
        core.segments(gradients).map { group, segments in
            .adam(
                segments, gradientScale: gradientScale, betas: betas, epsilon: epsilon,
                weightDecay: group.weightDecay, decoupled: decoupled,
                learningRate: core.learningRate(of: group),
                corrections: { [betas] in
                    AdamRule.corrections(core.stepCount(of: group), betas)
                })
        }
    }

    /// 1 - beta1^t and √(1 - beta2^t).
    private static func corrections(_ step: Int, _ betas: (Double, Double)) -> (Double, Double) {
        (1 - power(betas.0, step), (1 - power(betas.1, step)).squareRoot())
    }
}

/// base multiplied by itself so many times.
func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
        if rest & 1 == 1 { result *= factor }
        factor *= factor
        rest >>= 1
    }
    return result
}
