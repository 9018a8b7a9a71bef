import CHindsightKernels

/// Which rows of packed or padded tensors belong together.
///
/// The numbers are data: a captured step reads them at each replay, so that it fits other lengths of as
/// many sequences in as many rows.
public enum SequenceSpans: Sendable {
    /// Sequence i is rows `offsets[i] ..< offsets[i + 1]`; rows before the first offset and from the last
    /// one on are padding. `int32`, `[sequences + 1]`, nondecreasing; a sequence may be empty.
    case packed(offsets: Tensor)
    /// Sequence i is rows `i * capacity ..< i * capacity + lengths[i]`, the rest is padding. `int32`,
    /// `[sequences]`.
    case padded(lengths: Tensor, capacity: Int)

    /// The offsets or lengths.
    var tensor: Tensor {
        switch self {
        case .packed(let offsets): offsets
        case .padded(let lengths, _): lengths
        }
    }

    /// How many sequences there are.
    public var count: Int {
        switch self {
        case .packed(let offsets): max(offsets.count - 1, 0)
        case .padded(let lengths, _): lengths.count
        }
    }

    /// Stops the program if these are no spans of that many rows. What a captured step will be given
    /// cannot be asked: there, spans are cut to the rows.
    func check(rows: Int, _ name: StaticString) {
        let numbers = tensor
        require(
            numbers.dtype == .int32 && numbers.rank == 1,
            "\(name): offsets and lengths must be int32 [count], not \(numbers.dtype) "
                + "\(numbers.shape)")
        switch self {
        case .packed:
            require(
                numbers.count >= 1,
                "\(name): offsets must have one element more than there are sequences, not none")
        case .padded(_, let capacity):
            require(
                capacity >= 0 && numbers.count * capacity <= rows,
                "\(name): \(numbers.count) sequences of capacity \(capacity) do not fit \(rows) rows"
            )
        }
        guard numbers.buffer.slot == nil, let address = numbers.address else { return }
        let values = UnsafeBufferPointer(
            start: address.assumingMemoryBound(to: Int32.self), count: numbers.count)
        checkValues(values, rows, name)
    }

    private func checkValues(
        _ values: UnsafeBufferPointer<Int32>, _ rows: Int, _ name: StaticString
    ) {
        let place: Int64
        let most: Int
        switch self {
        case .packed:
            place = hs_first_descent(values.baseAddress, Int64(values.count), Int32(clamping: rows))
            most = rows
        case .padded(_, let capacity):
            place = hs_first_outside_int32(
                values.baseAddress, Int64(values.count), 0, Int32(clamping: capacity))
            most = capacity
        }
        let value = place < 0 ? 0 : values[Int(place)]
        switch self {
        case .packed:
            require(
                place < 0,
                "\(name): offset \(value) at place \(place) is less than the one before or "
                    + "outside 0...\(most)")
        case .padded:
            require(
                place < 0, "\(name): length \(value) of sequence \(place) is outside 0...\(most)")
        }
    }
}
