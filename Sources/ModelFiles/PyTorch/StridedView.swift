/// Where a tensor's elements lie in a file, checked against the storage it is a view of.
struct StridedView {
    /// The bytes from the first element to the last.
    let range: Range<Int>
    /// Whether the elements lie one after the other.
    let isContiguous: Bool
    /// Sizes greater than 1, outermost first.
    let sizes: [Int64]
    /// For each of those sizes, how many elements on the next one is.
    let strides: [Int64]

    init(
        _ tensor: PickledTensor, in storage: Range<Int>, name: String, path: String
    ) throws(ModelFileError) {
        func failure(_ problem: String) -> ModelFileError {
            ModelFileError(path: path, tensor: name, problem: problem)
        }
        let size = tensor.type.block.bytes
        guard let count = StoredType.elementCount(tensor.sizes), count <= Int.max / 64 else {
            throw failure("shape \(tensor.sizes) has more elements than a computer can count")
        }
        guard count > 0 else {
            range = storage.lowerBound..<storage.lowerBound
            isContiguous = true
            sizes = []
            strides = []
            return
        }
        let held = storage.count / size
        guard let span = StridedView.span(tensor), span <= held else {
            throw failure(
                "shape \(tensor.sizes) with strides \(tensor.strides) from element "
                    + "\(tensor.offset) on reaches beyond its storage of \(held) elements")
        }
        guard count <= held else {
            throw failure(
                "shape \(tensor.sizes) repeats the \(held) elements of its storage; save "
                    + "tensor.contiguous() instead")
        }
        let axes = tensor.sizes.indices.filter { tensor.sizes[$0] != 1 }
        sizes = axes.map { Int64(tensor.sizes[$0]) }
        strides = axes.map { Int64(tensor.strides[$0]) }
        var next: Int64 = 1
        var isContiguous = true
        for (size, stride) in zip(sizes, strides).reversed() {
            if stride != next { isContiguous = false }
            next *= size
        }
        self.isContiguous = isContiguous
        let start = storage.lowerBound + tensor.offset * size
        range = start..<(storage.lowerBound + span * size)
    }

    /// One more than the place of the last element in the storage; nil if it can't be counted.
    private static func span(_ tensor: PickledTensor) -> Int? {
        guard tensor.offset >= 0 else { return nil }
        var last = tensor.offset
        for (size, stride) in zip(tensor.sizes, tensor.strides) {
            let (distance, isTooFar) = (size - 1).multipliedReportingOverflow(by: stride)
            let (sum, overflows) = last.addingReportingOverflow(distance)
            guard !isTooFar, !overflows else { return nil }
            last = sum
        }
        return last < Int.max ? last + 1 : nil
    }
}
