/// Many strings in one piece of memory, as UTF-8.
///
/// A million short texts are two allocations; a string is made when one is asked for.
public struct TextColumn: RandomAccessCollection, Sendable, Hashable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    /// A column without texts.
    public init() {}

    /// A column of these texts.
    public init(_ texts: some Sequence<String>) { for text in texts { append(text) } }

    /// Always 0.
    public var startIndex: Int { 0 }
    /// How many texts there are.
    public var endIndex: Int { ends.count }

    /// A text.
    public subscript(index: Int) -> String {
        withUTF8(at: index) { String(decoding: $0, as: UTF8.self) }
    }

    /// Calls a function with a text's UTF-8, without copying it.
    public func withUTF8<Result, Failure: Error>(
        at index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let range = range(index)
        return try bytes.withUnsafeBufferPointer { (all) throws(Failure) in
            try body(UnsafeBufferPointer(rebasing: all[range]))
        }
    }

    /// How long a text is, in bytes of UTF-8.
    public func byteCount(at index: Int) -> Int { range(index).count }

    /// Adds a text.
    public mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        ends.append(bytes.count)
    }

    /// Adds a text that is well-formed UTF-8.
    mutating func append(utf8 text: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: text)
        ends.append(bytes.count)
    }

    /// Takes the last text away.
    mutating func removeLast() {
        ends.removeLast()
        bytes.removeLast(bytes.count - (ends.last ?? 0))
    }

    /// The texts at these places, in this order.
    public func selecting(_ indexes: some Sequence<Int>) -> TextColumn {
        var result = TextColumn()
        bytes.withUnsafeBufferPointer { all in
            for index in indexes {
                result.append(utf8: UnsafeBufferPointer(rebasing: all[range(index)]))
            }
        }
        return result
    }

    private func range(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }
}

extension TextColumn: ExpressibleByArrayLiteral {
    /// A column of these texts.
    public init(arrayLiteral texts: String...) { self.init(texts) }
}
