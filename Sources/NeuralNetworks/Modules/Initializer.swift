import HindsightTensors

/// How a parameter's first values are drawn.
public struct Initializer: Sendable {
    /// Draws a tensor of a shape whose parameter has that many inputs and outputs.
    public let draw:
        @Sendable (_ shape: Shape, _ fanIn: Int, _ fanOut: Int, inout RandomGenerator) -> Tensor

    /// An initialiser of one's own.
    public init(
        _ draw: @escaping @Sendable (Shape, Int, Int, inout RandomGenerator) -> Tensor
    ) {
        self.draw = draw
    }

    /// All zeros.
    public static let zeros = constant(0)

    /// All ones.
    public static let ones = constant(1)

    /// All the same.
    public static func constant(_ value: Double) -> Initializer {
        Initializer { shape, _, _, _ in Tensor(repeating: value, shape: shape) }
    }

    /// Normal with mean 0.
    public static func normal(deviation: Double = 1) -> Initializer {
        Initializer { shape, _, _, random in random.normal(shape, deviation: deviation) }
    }

    /// Uniform over -bound ..< bound.
    public static func uniform(bound: Double) -> Initializer {
        Initializer { shape, _, _, random in random.uniform(shape, from: -bound, to: bound) }
    }

    /// Uniform over ±1/√fan-in: PyTorch's default for weights and biases of `Linear`.
    public static let fanInUniform = Initializer { shape, fanIn, _, random in
        let bound = 1 / Double(max(fanIn, 1)).squareRoot()
        return random.uniform(shape, from: -bound, to: bound)
    }

    /// Uniform over ±gain·√(3 / fan-in) (He et al. 2015).
    public static func kaimingUniform(gain: Double = 2.0.squareRoot()) -> Initializer {
        Initializer { shape, fanIn, _, random in
            let bound = gain * (3 / Double(max(fanIn, 1))).squareRoot()
            return random.uniform(shape, from: -bound, to: bound)
        }
    }

    /// Normal with deviation gain/√fan-in (He et al. 2015).
    public static func kaimingNormal(gain: Double = 2.0.squareRoot()) -> Initializer {
        Initializer { shape, fanIn, _, random in
            random.normal(shape, deviation: gain / Double(max(fanIn, 1)).squareRoot())
        }
    }

    /// Uniform over ±gain·√(6 / (fan-in + fan-out)) (Glorot and Bengio 2010).
    public static func xavierUniform(gain: Double = 1) -> Initializer {
        Initializer { shape, fanIn, fanOut, random in
            let bound = gain * (6 / Double(max(fanIn + fanOut, 1))).squareRoot()
            return random.uniform(shape, from: -bound, to: bound)
        }
    }

    /// Normal with deviation gain·√(2 / (fan-in + fan-out)) (Glorot and Bengio 2010).
    public static func xavierNormal(gain: Double = 1) -> Initializer {
        Initializer { shape, fanIn, fanOut, random in
            random.normal(
                shape, deviation: gain * (2 / Double(max(fanIn + fanOut, 1))).squareRoot())
        }
    }
}
