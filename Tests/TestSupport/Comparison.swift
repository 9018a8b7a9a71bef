import Hindsight
import Testing

/// The largest difference of two tensors' elements, and the largest reference. Equal infinities and
/// two NaN count as equal.
public func deviation(_ actual: Tensor, _ reference: Tensor) -> (difference: Double, scale: Double)
{
    var (difference, scale) = (0.0, 0.0)
    for (a, b) in zip(actual.array(of: Double.self), reference.array(of: Double.self)) {
        if b.isFinite { scale = max(scale, b.magnitude) }
        if a == b || (a.isNaN && b.isNaN) { continue }
        difference = max(difference, (a - b).isNaN ? .infinity : (a - b).magnitude)
    }
    return (difference, scale)
}

/// Expects max|Δ| ≤ tolerance · max|reference| and equal shapes.
public func expectClose(
    _ actual: Tensor, _ reference: Tensor, tolerance: Double = 1e-5, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(
        actual.shape == reference.shape, "\(what): \(actual.shape), expected \(reference.shape)",
        sourceLocation: sourceLocation)
    guard actual.shape == reference.shape else { return }
    let (difference, scale) = deviation(actual, reference)
    #expect(
        difference <= tolerance * scale,
        "\(what): differs by \(difference), allowed \(tolerance) of \(scale)",
        sourceLocation: sourceLocation)
}

/// The elements' bits, to compare for exact equality.
public func bits(_ tensor: Tensor) -> [UInt8] {
    tensor.withUnsafeBytes { Array($0) }
}
