import HindsightTensors

/// AdamW that needs no schedule (Defazio et al. 2024, "The Road Less Scheduled"): it trains with a learning
/// rate that stays, and predicts with an average of all points it came to.
///
/// While training, the parameters are y = (1 - β₁)z + β₁x, where z takes the steps and x is the average, in
/// which each z counts as the square of the largest learning rate so far. Predictions are to be made with x:
/// see `averages()`.
public final class ScheduleFreeAdamW: Optimizer, AveragingOptimizer {
    /// Parameters, states, step count and learning rate.
    public let core: OptimizerCore
    private let betas: (Double, Double)
    private let epsilon: Double
    private let average = Guarded(Average())

    /// How the average weighs what comes next.
    private struct Average {
        /// The step it was brought up to.
        var step = 0
        var highestRate = 0.0
        var weightSum = 0.0
        /// The share of the newest z.
        var share = 0.0
    }

    private static let averageName = "average"

    /// Schedule-free AdamW for a module's parameters.
    ///
    /// - Parameters:
    ///   - module: whose parameters to change.
    ///   - learningRate: the step size, after a warm-up if there is one.
    ///   - betas: the share of the average in the parameters, and how slowly the second moment moves.
    ///   - epsilon: added to the root of the second moment.
    ///   - weightDecay: how much each parameter shrinks a step, times the learning rate.
    ///   - groups: settings of their own for some parameters.
    public init(
        _ module: any Module, learningRate: Float, betas: (Double, Double) = (0.9, 0.999),
        epsilon: Double = 1e-8, weightDecay: Double = 0.01, groups: [ParameterGroup] = []
    ) {
        require(
            betas.0 > 0 && betas.0 < 1 && (0..<1).contains(betas.1),
            "ScheduleFreeAdamW: betas must be above 0 and below 1, not \(betas)")
        self.betas = betas
        self.epsilon = epsilon
        core = OptimizerCore(
            module.parameters, learningRate: learningRate, weightDecay: weightDecay, groups: groups
        ) { [("z", $0), ("secondMoment", .zeros(like: $0))] }
    }

    /// The updates of one step.
    public func updates(_ gradients: Gradients, gradientScale: Tensor?) -> [VariableUpdate] {
        core.segments(gradients).map { group, segments in
            .scheduleFree(
                segments, gradientScale: gradientScale, betas: betas, epsilon: epsilon,
                weightDecay: group.weightDecay, learningRate: core.learningRate(of: group),
                share: { [self] in share() },
                correction: { [core, betas] in
                    (1 - power(betas.1, core.stepCount(of: group))).squareRoot()
                })
        }
    }

    /// The share of the newest z in the average at the step under way; the factors of groups cancel out.
    private func share() -> Double {
        let (step, rate) = (core.stepCount, Double(core.learningRate))
        return average.withLock { average in
            guard average.step != step else { return average.share }
            average.step = step
            average.highestRate = max(average.highestRate, rate)
            let weight = average.highestRate * average.highestRate
            average.weightSum += weight
            average.share = average.weightSum > 0 ? weight / average.weightSum : 0
            return average.share
        }
    }

    /// x of every parameter that was trained: y + (1 - 1/β₁)(z - y).
    public func averages() -> [(parameter: Parameter, value: Tensor)] {
        core.trainedStates.map { parameter, states in
            let y = parameter.value
            return (parameter, y + (states[0].value - y) * (1 - 1 / betas.0))
        }
    }

    /// Everything but the settings: what a checkpoint has to keep.
    public var state: OptimizerState {
        var state = core.state
        let numbers = average.withLock {
            [Double($0.step), $0.highestRate, $0.weightSum, $0.share]
        }
        state.tensors[ScheduleFreeAdamW.averageName] = Tensor(numbers)
        return state
    }

    /// Goes on from a saved state.
    ///
    /// - Throws: `OptimizerStateError` if it does not belong to these parameters; nothing is changed.
    public func restore(_ state: OptimizerState) throws {
        guard let saved = state.tensors[ScheduleFreeAdamW.averageName], saved.shape == [4],
            saved.dtype == .float64
        else {
            throw OptimizerStateError(
                description: "the optimizer state has no average; it belongs to another optimizer")
        }
        try core.restore(state)
        let numbers = saved.array(of: Double.self)
        average.withLock {
            $0 = Average(
                step: Int(numbers[0]), highestRate: numbers[1], weightSum: numbers[2],
                share: numbers[3])
        }
    }
}
