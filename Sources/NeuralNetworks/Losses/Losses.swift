import HindsightTensors

/// The mean (or sum) of (prediction - target)². Both have the same shape.
public func meanSquaredError(
    _ prediction: Tensor, _ target: Tensor, reduction: Reduction = .mean
) -> Tensor {
    pointwiseLoss(.squared, "meanSquaredError", prediction, target, reduction)
}

/// Σ (yᵢ - f(xᵢ))²: the sum of squared errors of predictions f(xᵢ) and outcomes yᵢ.
public func sumSquaredError(_ prediction: Tensor, _ outcome: Tensor) -> Tensor {
    pointwiseLoss(.squared, "sumSquaredError", prediction, outcome, .sum)
}

/// The mean (or sum) of |prediction - target|: the L1 loss.
public func meanAbsoluteError(
    _ prediction: Tensor, _ target: Tensor, reduction: Reduction = .mean
) -> Tensor {
    pointwiseLoss(.absolute, "meanAbsoluteError", prediction, target, reduction)
}

/// Huber's loss: ½d² where |d| ≤ delta, else delta·(|d| - ½delta); d = prediction - target.
public func huberLoss(
    _ prediction: Tensor, _ target: Tensor, delta: Double = 1, reduction: Reduction = .mean
) -> Tensor {
    require(delta > 0, "huberLoss: delta must be above 0, not \(delta)")
    return pointwiseLoss(.huber, "huberLoss", prediction, target, reduction, delta)
}

/// Binary cross-entropy of logits z and targets t in 0...1: max(z, 0) - z·t + log(1 + e^-|z|).
public func binaryCrossEntropy(
    logits: Tensor, targets: Tensor, reduction: Reduction = .mean
) -> Tensor {
    pointwiseLoss(.binaryCrossEntropy, "binaryCrossEntropy", logits, targets, reduction)
}

/// The mean (or sum) cross-entropy of logits and classes, over the rows that are not ignored.
///
/// - Parameters:
///   - logits: `[rows, classes]`.
///   - targets: `[rows]`, `int64` or `int32`: the class of each row.
///   - labelSmoothing: how much of the target is spread evenly over all classes (Szegedy et al. 2016).
///   - ignoring: a target whose rows count for nothing, or nil.
///   - reduction: the mean is over the rows that count; NaN if there are none.
/// - Returns: a scalar.
public func crossEntropy(
    logits: Tensor, targets: Tensor, labelSmoothing: Double = 0, ignoring: Int? = nil,
    reduction: Reduction = .mean
) -> Tensor {
    let rows = crossEntropyRows(
        logits: logits, targets: targets, labelSmoothing: labelSmoothing, ignoring: ignoring)
    guard reduction == .mean else { return rows.sum() }
    guard let ignoring else { return rows.mean() }
    let counted = (targets.to(.int64) .!= Double(ignoring)).to(rows.dtype).sum()
    return rows.sum() / counted
}
