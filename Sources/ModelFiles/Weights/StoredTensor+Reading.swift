import HindsightTensors

/// Why bytes in a file are no tensor; whoever knows the file adds its name.
package struct UnreadableTensor: Error {
    package let problem: String
}

extension StoredTensor {
    /// The tensor with these bytes, which it reads where they are if they are aligned.
    ///
    /// - Parameters:
    ///   - bytes: all elements, one after the other.
    ///   - owner: what keeps the bytes.
    package func tensor(
        reading bytes: UnsafeRawBufferPointer, of owner: FileBytes
    ) throws(UnreadableTensor) -> Tensor {
        let dtype = try readableType()
        if dtype == .bool, let wrong = bytes.firstIndex(where: { $0 > 1 }) {
            throw UnreadableTensor(
                problem: "element \(wrong) is the byte \(bytes[wrong]), neither true nor false")
        }
        // A place without elements needs an address all the same.
        let address = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 64)!
        if UInt(bitPattern: address) % UInt(dtype.byteCount) == 0 {
            return Tensor(borrowing: address, shape: Shape(sizes), dtype: dtype, owner: owner)
        }
        let copy = FileBytes(copying: bytes, name: owner.path)
        return Tensor(
            borrowing: copy.bytes.baseAddress!, shape: Shape(sizes), dtype: dtype, owner: copy)
    }

    /// The type that the tensor has in memory; an error if there is none, or too many dimensions.
    package func readableType() throws(UnreadableTensor) -> DType {
        guard let dtype = type.isQuantised && type.isReadable ? .float32 : type.dtype else {
            throw UnreadableTensor(
                problem: "elements of type \(type.rawValue) cannot be computed with; convert it")
        }
        guard sizes.count <= Shape.maximumRank else {
            throw UnreadableTensor(
                problem: "\(sizes.count) dimensions; tensors have \(Shape.maximumRank) at most")
        }
        return dtype
    }
}

extension Tensor {
    /// The tensor as the engine computes with it: `float16` and `bfloat16` become `float32`.
    package var widened: Tensor { dtype == .bfloat16 || dtype == .float16 ? to(.float32) : self }
}
