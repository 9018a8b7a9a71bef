import HindsightNeuralNetworks
import HindsightTensors

/// How far a model's outputs are from what really happened.
package struct TextLoss {
    let problem: TextProblem
    /// Probability moved from the true class to all.
    let labelSmoothing: Double
    /// The focal loss's gamma; 0 for plain cross-entropy.
    let focus: Double

    /// A loss from its parts.
    package init(problem: TextProblem, labelSmoothing: Double = 0, focus: Double = 0) {
        self.problem = problem
        self.labelSmoothing = labelSmoothing
        self.focus = focus
    }

    /// The loss of each text: `[texts]`.
    package func rows(_ outputs: Tensor, _ targets: Tensor) -> Tensor {
        switch problem {
        case .classification:
            guard focus > 0 else {
                return crossEntropyRows(
                    logits: outputs, targets: targets, labelSmoothing: labelSmoothing)
            }
            return focused(crossEntropyRows(logits: outputs, targets: targets))
        case .multiLabel:
            // Binary cross-entropy: log(1 + eˣ) - x·t.
            let losses = outputs.softplus() - outputs * targets
            return (focus > 0 ? focused(losses) : losses).mean(axes: 1)
        case .regression:
            let errors = (outputs - targets).reshaped([outputs.shape[0]])
            return errors * errors
        }
    }

    /// (1 - p)^γ·(-log p) of losses -log p (Lin et al. 2017, equation 4).
    private func focused(_ losses: Tensor) -> Tensor {
        let missing = Tensor.maximum(-(-losses).expm1(), 1e-12)
        return missing.pow(focus) * losses
    }

    /// The mean over the texts.
    package func callAsFunction(_ outputs: Tensor, _ targets: Tensor, weights: Tensor? = nil)
        -> Tensor
    {
        if let weights { return (rows(outputs, targets) * weights).sum() / weights.sum() }
        switch problem {
        case .multiLabel where focus == 0:
            return binaryCrossEntropy(logits: outputs, targets: targets)
        case .regression: return meanSquaredError(outputs, targets)
        default: return rows(outputs, targets).mean()
        }
    }

    /// The mean over mixed texts: each has two outcomes, the first with the share in `shares`, the second
    /// with the rest (Zhang et al. 2018).
    package func mixed(
        _ outputs: Tensor, _ targets: [Tensor], weights: [Tensor]?, shares: Tensor
    ) -> Tensor {
        let parts = [shares, 1 - shares]
        var sum: Tensor?
        var total: Tensor?
        for index in 0..<2 {
            let counted = weights.map { $0[index] * parts[index] } ?? parts[index]
            let part = (rows(outputs, targets[index]) * counted).sum()
            sum = sum.map { $0 + part } ?? part
            total = total.map { $0 + counted.sum() } ?? counted.sum()
        }
        return sum! / total!
    }

    /// How far two passes over the same texts are apart: the mean of both Kullback-Leibler divergences
    /// (Liang et al. 2021, equation 2), ½·Σ(p - q)·(log p - log q), of each label for many labels; for
    /// numbers the squared difference. The mean over the texts.
    package func disagreement(_ first: Tensor, _ second: Tensor) -> Tensor {
        switch problem {
        case .classification:
            let logs = first.logSoftmax() - second.logSoftmax()
            return ((first.softmax() - second.softmax()) * logs).sum(axes: 1).mean() * 0.5
        case .multiLabel:
            // Of p and 1 - p: (p - q)·(log p/q - log (1 - p)/(1 - q)) = (p - q)·(x - y).
            let apart = (first.sigmoid() - second.sigmoid()) * (first - second)
            return apart.mean() * 0.5
        case .regression: return (first - second).squared().mean()
        }
    }
}
