import HindsightTensors

/// Adam with bias correction (Kingma and Ba 2015); weight decay is added to the gradient.
public final class Adam: Optimizer {
    private let adam: AdamCore

    /// - Parameters: as `AdamW`, with a weight decay of 0 if not given.
    public init(
        _ module: any Module, learningRate: Float, betas: (Double, Double) = (0.9, 0.999),
        epsilon: Double = 1e-8, weightDecay: Double = 0, groups: [ParameterGroup] = []
    ) {
        adam = AdamCore(
            module.parameters, learningRate, betas, epsilon, weightDecay, groups, decoupled: false)
    }

    public var learningRate: Float {
        get { adam.core.learningRate }
        set { adam.core.learningRate = newValue }
    }
    public var stepCount: Int { adam.core.stepCount }
    public func advance() { adam.core.advance() }
    public var state: OptimizerState { adam.core.state }
    public func restore(_ state: OptimizerState) throws { try adam.core.restore(state) }

    public func updates(_ gradients: Gradients, gradientScale: Tensor?) -> [VariableUpdate] {
        adam.updates(gradients, gradientScale)
    }
}

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019): p -= lr·decay·p apart from the
/// gradient's step.
public final class AdamW: Optimizer {
    private let adam: AdamCore

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
        adam = AdamCore(
            module.parameters, learningRate, betas, epsilon, weightDecay, groups, decoupled: true)
    }

    public var learningRate: Float {
        get { adam.core.learningRate }
        set { adam.core.learningRate = newValue }
    }
    public var stepCount: Int { adam.core.stepCount }
    public func advance() { adam.core.advance() }
    public var state: OptimizerState { adam.core.state }
    public func restore(_ state: OptimizerState) throws { try adam.core.restore(state) }

    public func updates(_ gradients: Gradients, gradientScale: Tensor?) -> [VariableUpdate] {
        adam.updates(gradients, gradientScale)
    }
}

/// What Adam and AdamW share.
private final class AdamCore: Sendable {
    let core: OptimizerCore
    private let betas: (Double, Double)
    private let epsilon: Double
    private let decoupled: Bool

    init(
        _ list: ParameterList, _ learningRate: Float, _ betas: (Double, Double),
        _ epsilon: Double, _ weightDecay: Double, _ groups: [ParameterGroup], decoupled: Bool
    ) {
        require(
            (0..<1).contains(betas.0) && (0..<1).contains(betas.1),
            "Adam: betas must be in 0..<1, not \(betas)")
        core = OptimizerCore(
            list, learningRate: learningRate, weightDecay: weightDecay, groups: groups,
            stateNames: ["firstMoment", "secondMoment"])
        self.betas = betas
        self.epsilon = epsilon
        self.decoupled = decoupled
    }

    func updates(_ gradients: Gradients, _ gradientScale: Tensor?) -> [VariableUpdate] {
        core.segments(gradients).map { group, segments in
            .adam(
                segments, gradientScale: gradientScale, betas: betas, epsilon: epsilon,
                weightDecay: group.weightDecay, decoupled: decoupled,
                learningRate: core.learningRate(of: group),
                corrections: { [core, betas] in
                    AdamCore.corrections(core.stepCount, betas)
                })
        }
    }

    /// 1 - beta1^t and √(1 - beta2^t).
    private static func corrections(_ step: Int, _ betas: (Double, Double)) -> (Double, Double) {
        (1 - power(betas.0, step), (1 - power(betas.1, step)).squareRoot())
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, factor, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return result
    }
}
