import HindsightTensors

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Adafactor (Shazeer and Stern 2018), in the form of PyTorch's: the second moment of a matrix is kept as the
/// mean squares of its rows and of its columns, so that states take next to no memory.
///
/// Steps are relative to the size of each parameter: p -= max(ε₂, rms(p))·min(lr, 1/√t)·u / max(1, rms(u)/d),
/// where u = g/√v and v moves by t to the power of `decay`. There is no momentum.
public final class Adafactor: Optimizer {
    /// Parameters, states, step count and learning rate.
    public let core: OptimizerCore
    private let decay: Double
    private let epsilons: (Double, Double)
    private let clip: Double

    /// Adafactor for a module's parameters.
    ///
    /// - Parameters:
    ///   - module: whose parameters to change.
    ///   - learningRate: the largest step, as a share of each parameter's root mean square.
    ///   - decay: the power of the step count that says how fast the second moment moves; below 0.
    ///   - epsilons: the least root of the second moment, and the least size of a parameter.
    ///   - clip: d, above which the root mean square of an update is scaled down.
    ///   - weightDecay: how much each parameter shrinks a step, times the learning rate.
    ///   - groups: settings of their own for some parameters.
    public init(
        _ module: any Module, learningRate: Float = 1e-2, decay: Double = -0.8,
        epsilons: (Double, Double) = (Double(Float.ulpOfOne), 1e-3), clip: Double = 1,
        weightDecay: Double = 0, groups: [ParameterGroup] = []
    ) {
        require(decay <= 0, "Adafactor: the decay must not be above 0, not \(decay)")
        require(clip >= 1, "Adafactor: the clip must be at least 1, not \(clip)")
        self.decay = decay
        self.epsilons = epsilons
        self.clip = clip
        core = OptimizerCore(
            module.parameters, learningRate: learningRate, weightDecay: weightDecay, groups: groups
        ) { Adafactor.freshStates($0) }
    }

    private static func freshStates(_ parameter: Tensor) -> [(name: String, tensor: Tensor)] {
        guard let columns = parameter.shape.last, parameter.rank >= 2 else {
            return [("meanSquare", .zeros(like: parameter))]
        }
        let (dtype, device) = (parameter.dtype, parameter.device)
        let rows = parameter.shape[parameter.rank - 2]
        let outer = parameter.shape.dropLast(2)
        return [
            ("rowMeanSquare", .zeros(Shape(Array(outer) + [rows]), dtype, on: device)),
            ("columnMeanSquare", .zeros(Shape(Array(outer) + [columns]), dtype, on: device)),
        ]
    }

    /// The updates of one step.
    public func updates(_ gradients: Gradients, gradientScale: Tensor?) -> [VariableUpdate] {
        core.segments(gradients).map { group, segments in
            let rate = core.learningRate(of: group)
            return .adafactor(
                segments, gradientScale: gradientScale, epsilons: epsilons, clip: clip,
                weightDecay: group.weightDecay, learningRate: rate,
                rate: { [core, decay] in pow(Double(core.stepCount(of: group)), decay) },
                relativeStep: { [core] in
                    min(rate(), 1 / Double(core.stepCount(of: group)).squareRoot())
                })
        }
    }
}
