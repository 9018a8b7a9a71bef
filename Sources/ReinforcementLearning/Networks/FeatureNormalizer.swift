import HindsightNeuralNetworks
import HindsightTensors

/// Brings features to mean 0 and deviation 1 by all that was learnt from so far, and clips them to ±5
/// (Plappert et al. 2018).
///
/// Mean and variance are updated batch by batch (Chan et al. 1979) and are parameters that no optimizer moves,
/// so that checkpoints hold them.
final class FeatureNormalizer: Module {
    private let mean, variance, count: Parameter
    private let measured: CapturedFunction

    private static let bound = 5.0
    /// Deviations below a hundredth count as that.
    private static let leastVariance = 1e-4

    init(_ features: Int, _ encoder: ObservationEncoder) {
        let (mean, variance, count) = (
            Parameter(.zeros([features]), isTrainable: false),
            Parameter(.ones([features]), isTrainable: false),
            Parameter(.zeros([1]), isTrainable: false)
        )
        (self.mean, self.variance, self.count) = (mean, variance, count)
        measured = CapturedFunction { inputs, _ in
            let rows = encoder([inputs[4]] + inputs[6...])
            let size = Double(rows.shape[0])
            let all = count.value + size
            let way = rows.mean(axes: 0) - mean.value
            let spread =
                variance.value * count.value + rows.variance(axes: 0, correction: 0) * size
                + way.squared() * count.value * size / all
            return [mean.value + way * size / all, spread / all, all]
        }
    }

    /// `[rows, features]`, normalised.
    func callAsFunction(_ features: Tensor) -> Tensor {
        let deviation = variance.value.clamped(Self.leastVariance, .infinity).sqrt()
        return ((features - mean.value) / deviation).clamped(-Self.bound, Self.bound)
    }

    /// Takes a batch into account.
    ///
    /// - Parameter inputs: as `QBatch.tensors` gives them.
    func note(_ inputs: [Tensor]) throws {
        let results = try measured(inputs)
        for (parameter, value) in zip([mean, variance, count], results) {
            // A captured function's results are overwritten by its next run.
            parameter.variable.assign(Tensor(value.array(of: Float.self), shape: value.shape))
        }
    }
}
