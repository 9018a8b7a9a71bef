import HindsightTensors

/// Zeroes elements at random in training and does nothing in prediction.
public final class Dropout: Layer {
    /// The probability that an element is zeroed.
    public let rate: Double

    /// Dropout with that probability.
    ///
    /// - Parameter rate: from 0 to 1.
    public init(_ rate: Double) {
        require(rate >= 0 && rate <= 1, "Dropout: the rate must be in 0...1, not \(rate)")
        self.rate = rate
    }

    /// The input itself: for prediction.
    public func callAsFunction(_ x: Tensor) -> Tensor { x }

    /// Zeroes and scales: for training.
    public func callAsFunction(_ x: Tensor, training random: inout RandomGenerator) -> Tensor {
        dropout(x, rate: rate, random: &random)
    }
}
