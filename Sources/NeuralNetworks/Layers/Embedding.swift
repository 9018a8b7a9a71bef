import HindsightTensors

/// A table of vectors, one for each of a number of items.
public final class Embedding: Layer {
    /// `[count, features]`.
    public let weight: Parameter

    /// A table with normally distributed vectors.
    ///
    /// - Parameters:
    ///   - count: how many items there are.
    ///   - features: the length of a vector.
    ///   - initializer: how the first values are drawn.
    ///   - random: where they come from.
    public init(
        _ count: Int, _ features: Int, initializer: Initializer = .normal(),
        random: inout RandomGenerator
    ) {
        weight = Parameter(initializer.draw([count, features], count, features, &random))
    }

    /// A table of these vectors: `[count, features]`.
    public init(weight: Tensor) {
        require(weight.rank == 2, "Embedding: weight \(weight.shape) must be [count, features]")
        self.weight = Parameter(weight)
    }

    /// The vectors of items.
    ///
    /// - Parameter indices: integers from 0 to count - 1, of any shape.
    /// - Returns: shape of `indices` + `[features]`.
    public func callAsFunction(_ indices: Tensor) -> Tensor { weight.value.rows(indices) }
}
