import CHindsightKernels

/// How the losses of single elements or rows become one number.
public enum Reduction: Sendable, Hashable {
    /// Their mean.
    case mean
    /// Their sum.
    case sum
}

/// The pointwise losses with a fused kernel.
package enum PointwiseLoss: Sendable {
    case squared, absolute, huber, binaryCrossEntropy

    var rawValue: Int {
        switch self {
        case .squared: HS_LOSS_SQUARED
        case .absolute: HS_LOSS_ABSOLUTE
        case .huber: HS_LOSS_HUBER
        case .binaryCrossEntropy: HS_LOSS_BCE_LOGITS
        }
    }
}

/// A fused pointwise loss: reads prediction and target once, stores nothing in between.
package func pointwiseLoss(
    _ kind: PointwiseLoss, _ name: StaticString, _ prediction: Tensor, _ target: Tensor,
    _ reduction: Reduction, _ parameter: Double = 0
) -> Tensor {
    require(
        prediction.shape == target.shape,
        "\(name): prediction \(prediction.shape) and target \(target.shape) have different shapes")
    require(
        prediction.dtype == target.dtype && prediction.dtype.isDifferentiable
            && prediction.device == target.device,
        "\(name): prediction \(prediction.dtype) and target \(target.dtype) must both be float32 or "
            + "both float64, on one device")
    let divisor = reduction == .mean ? Double(prediction.count) : 1
    let result = Tensor(uninitialized: [], prediction.dtype, prediction.device, for: name)
    var call = hs_call(HS_OP_LOSS, kind.rawValue, prediction.dtype)
    call.n.0 = Int64(prediction.count)
    call.f.0 = parameter
    call.f.1 = divisor
    execute(&call, prediction, target, result)
    guard let tape = activeTape(prediction, target) else { return result }
    let (toPrediction, toTarget) = (tape.link(prediction), tape.link(target))
    return tape.record(result) { pass, gradient in
        func back() -> Tensor {
            let back = Tensor(
                uninitialized: prediction.shape, prediction.dtype, prediction.device, for: name)
            var call = hs_call(HS_OP_LOSS_BACKWARD, kind.rawValue, prediction.dtype)
            call.n.0 = Int64(prediction.count)
            call.f.0 = parameter
            call.f.1 = divisor
            execute(&call, prediction, target, gradient, back)
            return back
        }
        pass.add(to: toPrediction) { back() }
        // All of them but binary cross-entropy depend on the difference alone.
        pass.add(to: toTarget) {
            kind == .binaryCrossEntropy
                ? -prediction * gradient * (1 / divisor) : -back()
        }
    }
}
