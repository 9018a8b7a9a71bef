import HindsightTensors

/// The losses of learning from logged data that are more than a squared error.
enum OfflineLosses {
    /// The expectile loss of each row, |τ - 1(u < 0)|·u² (Kostrikov et al. 2022, equation 5).
    ///
    /// - Parameters:
    ///   - differences: u, what is to be predicted less the prediction; gradients flow to it.
    ///   - expectile: τ; ½ gives half the squared error.
    static func expectile(_ differences: Tensor, _ expectile: Double) -> Tensor {
        let isBelow = (differences.detached .< 0).to(.float32)
        return (isBelow - expectile).abs() * differences.squared()
    }

    /// What logged actions weigh in imitation: exp(factor · A), at most `largest`; no gradients flow through.
    ///
    /// - Parameters:
    ///   - advantages: A.
    ///   - factor: IQL's β, or AWAC's 1/λ.
    ///   - largest: the bound.
    static func weights(_ advantages: Tensor, factor: Double, largest: Double) -> Tensor {
        // Cut off before exp, which would overflow.
        (advantages.detached * factor).clamped(-50, 50).exp().clamped(0, largest)
    }

    /// The gap of conservative Q-learning in each row, log Σ exp Q over other actions less Q of the logged one
    /// (Kumar et al. 2020, equation 4), where no Q of the policy's own actions counts less than the logged
    /// behaviour's return (Cal-QL; Nakamoto et al. 2023, equation 5.1).
    ///
    /// - Parameters:
    ///   - logged: Q of logged actions, `[rows, 1]`.
    ///   - chance: Q of random actions less their log-probabilities, `[rows, samples]`.
    ///   - own: Q of the policy's actions, `[rows, samples]`.
    ///   - ownLogProbabilities: of these, `[rows, samples]`.
    ///   - bounds: returns of the logged behaviour, `[rows, 1]`; nil for plain CQL.
    /// - Returns: `[rows, 1]`.
    static func conservativeGap(
        logged: Tensor, chance: Tensor, own: Tensor, ownLogProbabilities: Tensor, bounds: Tensor?
    ) -> Tensor {
        let calibrated = bounds.map { Tensor.maximum(own, $0) } ?? own
        let all = Tensor.concatenate([chance, calibrated - ownLogProbabilities], axis: 1)
        return all.logSumExp(axes: 1, keepingDimensions: true) - logged
    }
}
