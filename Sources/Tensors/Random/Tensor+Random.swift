import CHindsightKernels

extension RandomGenerator {
    private mutating func filled(
        _ kind: Int, _ name: StaticString, _ shape: Shape, _ device: Device, _ f0: Double,
        _ f1: Double
    ) -> Tensor {
        let result = Tensor(uninitialized: shape, device.natural(.float32), device, for: name)
        var call = hs_call(HS_OP_RANDOM, kind, result.dtype)
        call.n.0 = Int64(shape.elementCount)
        call.f.0 = f0
        call.f.1 = f1
        let patches = draw(shape.elementCount, perBlock: 4, &call)
        executeSlowly(&call, [result], patches: patches)
        return result
    }

    /// Numbers spread evenly over `low` ..< `high`, 24 random bits each.
    ///
    /// - Parameters:
    ///   - shape: the sizes.
    ///   - low: the least number.
    ///   - high: above the greatest number (`float32` may round up to it).
    ///   - device: where the tensor is to be.
    /// - Returns: `float32`; `float64` on the reference device, from the same bits.
    public mutating func uniform(
        _ shape: Shape, from low: Double = 0, to high: Double = 1, on device: Device = .cpu
    ) -> Tensor {
        filled(HS_UNIFORM, "uniform", shape, device, low, high)
    }

    /// Normally distributed numbers (Box and Muller 1958).
    ///
    /// - Parameters:
    ///   - shape: the sizes.
    ///   - mean: their mean.
    ///   - deviation: their standard deviation.
    ///   - device: where the tensor is to be.
    /// - Returns: `float32`; `float64` on the reference device, from the same bits.
    public mutating func normal(
        _ shape: Shape, mean: Double = 0, deviation: Double = 1, on device: Device = .cpu
    ) -> Tensor {
        filled(HS_NORMAL, "normal", shape, device, mean, deviation)
    }

    /// The numbers 0 ..< `count` in a random order (Fisher and Yates).
    public mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        order.shuffle(using: &self)
        return order
    }
}
