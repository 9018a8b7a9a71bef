/// Walks over the fields of a protocol buffer message without decoding or copying them
/// (https://protobuf.dev/programming-guides/encoding).
struct WireReader {
    /// A field's number and content.
    struct Field {
        let number: Int
        let content: Content
    }

    /// What a field holds.
    enum Content {
        case number(UInt64)
        /// Where the bytes of a text, of a message or of packed numbers are.
        case bytes(Range<Int>)
        /// Four or eight bytes.
        case fixed(Range<Int>)
    }

    /// What is wrong with a message, and where.
    struct Problem: Error {
        let text: String
    }

    private let bytes: UnsafeRawBufferPointer
    private let end: Int
    private(set) var position: Int

    init(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next field; nil at the message's end.
    mutating func next() throws(Problem) -> Field? {
        guard position < end else { return nil }
        let start = position
        let tag = try varint()
        let number = Int(clamping: tag >> 3)
        guard number > 0, number < 1 << 29 else { throw problem("a field without number", start) }
        switch tag & 7 {
        case 0: return Field(number: number, content: .number(try varint()))
        case 1: return Field(number: number, content: .fixed(try skip(8, start)))
        case 2:
            let count = Int(clamping: try varint())
            return Field(number: number, content: .bytes(try skip(count, start)))
        case 5: return Field(number: number, content: .fixed(try skip(4, start)))
        default: throw problem("a field of the unknown kind \(tag & 7)", start)
        }
    }

    /// The numbers that are packed in the rest of the message.
    mutating func numbers(atMost limit: Int) throws(Problem) -> [UInt64] {
        var numbers: [UInt64] = []
        while position < end {
            guard numbers.count < limit else {
                throw problem("more than \(limit) numbers", position)
            }
            numbers.append(try varint())
        }
        return numbers
    }

    private mutating func varint() throws(Problem) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < end else { throw problem("it ends within a number", position) }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw problem("a number of more than 64 bits", position)
    }

    private mutating func skip(_ count: Int, _ start: Int) throws(Problem) -> Range<Int> {
        guard count <= end - position else {
            throw problem("a field of \(count) bytes goes beyond its message", start)
        }
        defer { position += count }
        return position..<(position + count)
    }

    private func problem(_ text: String, _ place: Int) -> Problem {
        Problem(text: "byte \(place): \(text); this is no ONNX file, or a damaged one")
    }
}
