import HindsightNeuralNetworks
import HindsightTensors

/// Several networks that judge actions.
final class CriticEnsemble: Module {
    private let members: [MultilayerPerceptron]

    /// - Parameters:
    ///   - inputs: features of observation and action together.
    ///   - outputs: 1, or the number of quantiles.
    init(
        _ inputs: Int, _ hidden: [Int], count: Int, outputs: Int, normalizes: Bool,
        random: inout RandomGenerator
    ) {
        var members: [MultilayerPerceptron] = []
        for _ in 0..<max(count, 1) {
            members.append(
                MultilayerPerceptron(
                    inputs, hidden: hidden, outputs: outputs, normalizes: normalizes,
                    random: &random))
        }
        self.members = members
    }

    /// Each member's judgement, `[rows, outputs]`.
    func callAsFunction(_ features: Tensor, _ actions: Tensor) -> [Tensor] {
        let x = Tensor.concatenate([features, actions], axis: 1)
        return members.map { $0(x) }
    }

    /// The first member's judgement.
    func first(_ features: Tensor, _ actions: Tensor) -> Tensor {
        members[0](Tensor.concatenate([features, actions], axis: 1))
    }
}

extension [Tensor] {
    /// The least of the members' values, `[rows, outputs]`.
    func leastOfAll() -> Tensor { dropFirst().reduce(self[0]) { Tensor.minimum($0, $1) } }

    /// The least of the values of some members, drawn anew, `[rows, 1]`.
    func least(ofAny count: Int, _ random: inout RandomGenerator) -> Tensor {
        let all = Tensor.concatenate(self, axis: 1)
        guard count < all.shape[1] else { return leastOfAll() }
        let draws = random.uniform([1, all.shape[1]], from: 0, to: 1)
        let last = draws.topK(Swift.max(count, 1), largest: false).values
            .max(axes: 1, keepingDimensions: true)
        // Those that were not drawn are far above all values.
        return (all + (draws .> last).to(.float32) * 1e30).min(axes: 1, keepingDimensions: true)
    }

    /// The mean of all members' outputs, `[rows, 1]`.
    func meanOfAll() -> Tensor {
        Tensor.concatenate(self, axis: 1).mean(axes: 1, keepingDimensions: true)
    }

    /// All members' quantiles without the largest ones, `[rows, kept]`.
    func lowest(_ settings: SAC.Settings) -> Tensor {
        let all = Tensor.concatenate(self, axis: 1)
        let kept = Swift.max(1, all.shape[1] - settings.droppedQuantiles * count)
        return all.topK(kept, largest: false).values
    }

    /// How wrong the members are in each row, summed over them.
    ///
    /// - Parameter outcome: `[rows, 1]`, or `[rows, quantiles]` for members that predict quantiles.
    /// - Returns: `[rows]`.
    func rowLosses(_ outcome: Tensor) -> Tensor {
        let parts = map { prediction in
            prediction.shape[1] == 1 && outcome.shape[1] == 1
                ? (prediction - outcome).squared().sum(axes: 1) * 0.5
                : quantileHuberRows(prediction, outcome)
        }
        return parts.dropFirst().reduce(parts[0]) { $0 + $1 }
    }
}

/// Huber's loss of differences, element by element: ½d² where |d| ≤ 1, else |d| - ½.
func huberElements(_ difference: Tensor) -> Tensor {
    let size = difference.abs()
    let inner = Tensor.minimum(size, 1)
    // ½·min(|d|, 1)² + (|d| - min(|d|, 1))
    return inner.squared() * 0.5 + (size - inner)
}

/// The quantile Huber loss of each row, summed over predicted quantiles and averaged over the outcome's
/// (Dabney et al. 2018).
///
/// - Parameters:
///   - prediction: `[rows, quantiles]`.
///   - outcome: `[rows, samples]`.
/// - Returns: `[rows]`.
func quantileHuberRows(_ prediction: Tensor, _ outcome: Tensor) -> Tensor {
    let count = prediction.shape[1]
    let levels = ((Tensor.arange(count) + 0.5) / Double(count)).reshaped([1, count, 1])
    let difference = outcome.expandingDimension(at: 1) - prediction.expandingDimension(at: 2)
    let isBelow = (difference.detached .< 0).to(.float32)
    let weight = (levels - isBelow).abs()
    return (weight * huberElements(difference)).mean(axes: 2).sum(axes: 1)
}
