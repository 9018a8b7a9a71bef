/// Reads numbers in little-endian order from bytes that may end too soon.
struct ByteCursor {
    let bytes: UnsafeRawBufferPointer
    /// Where the next number is read; never beyond the end.
    private(set) var position: Int

    init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
        self.bytes = bytes
        self.position = min(max(position, 0), bytes.count)
    }

    /// The bytes that are left.
    var remaining: Int { bytes.count - position }

    /// The next integer; nil if the bytes end before it does.
    @inline(__always)
    mutating func read<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number? {
        guard remaining >= MemoryLayout<Number>.size else { return nil }
        defer { position += MemoryLayout<Number>.size }
        return Number(
            littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    /// The place of the next `count` bytes, which are passed over; nil if so many are not left.
    @inline(__always)
    mutating func skip(_ count: Int) -> Range<Int>? {
        guard count >= 0, count <= remaining else { return nil }
        defer { position += count }
        return position..<(position + count)
    }

    /// The place of the bytes before the next newline, which is passed over; nil if there is none.
    mutating func line() -> Range<Int>? {
        guard let end = bytes[position...].firstIndex(of: 0x0A) else { return nil }
        defer { position = end + 1 }
        return position..<end
    }
}
