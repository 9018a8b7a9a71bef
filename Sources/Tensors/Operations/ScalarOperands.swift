import CHindsightKernels

// What a Swift number means beside a tensor: floating-point types take it rounded, integer types only
// if it is a whole number they have.

extension Tensor {
    /// A tensor of one element with this one's type and device.
    ///
    /// - Parameters:
    ///   - value: a whole number in the range of the type, if that is an integer type.
    ///   - operation: what the number is for.
    func scalarOperand(_ value: Double, _ operation: StaticString) -> Tensor {
        dtype.requireWhole(value, operation)
        let scalar: Tensor =
            switch dtype {
            case .float64: Tensor(value)
            case .int64: Tensor(Int64(value))
            case .int32: Tensor(Int32(value))
            case .uint8: Tensor(UInt8(value))
            case .bool: Tensor(value != 0)
            default: Tensor(Float(value))
            }
        return device == .cpu ? scalar : scalar.to(device)
    }

    /// `factor` · x + `offset`, rounded once. Integers wrap around where they overflow.
    func scaled(_ operation: StaticString, _ factor: Double, _ offset: Double = 0) -> Tensor {
        if dtype.integers != nil {
            dtype.requireWhole(factor.magnitude, operation, shown: factor)
            dtype.requireWhole(offset.magnitude, operation, shown: offset)
        }
        return unary(HS_SCALE, operation, factor, offset)
    }

    /// Compares every element with a number as mathematics does: one that an integer type does not have
    /// is between two elements, or beyond all of them.
    static func compare(
        _ kind: Int, _ name: StaticString, _ a: Tensor, with value: Double
    ) -> Tensor {
        guard let range = a.dtype.integers else {
            return compare(kind, name, a, a.scalarOperand(value, name))
        }
        let up = kind == HS_LT || kind == HS_GE
        let whole = value.rounded(up ? .up : .down)
        let isOrder = kind != HS_EQ && kind != HS_NE
        if let bound = Int64(exactly: whole), range.contains(bound), isOrder || whole == value {
            return compare(kind, name, a, a.scalarOperand(whole, name))
        }
        let isBelow = value < 0 && (kind == HS_GT || kind == HS_GE)
        let isAbove = value > 0 && (kind == HS_LT || kind == HS_LE)
        let always = isBelow || isAbove || kind == HS_NE
        return Tensor(
            repeating: always ? 1 : 0, shape: a.shape, dtype: .bool, on: a.device)
    }
}

extension DType {
    /// Stops the program if this is an integer type that does not have the number `value`.
    func requireWhole(_ value: Double, _ operation: StaticString, shown: Double? = nil) {
        guard let range = integers else { return }
        let whole = Int64(exactly: value)
        require(
            whole.map(range.contains) ?? false,
            "\(operation): \(self) takes whole numbers of its range, not \(shown ?? value); use a "
                + "floating-point tensor, with to(.float32) say")
    }
}
