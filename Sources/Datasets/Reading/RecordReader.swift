/// A value of a record, valid until the next record is read.
struct Field {
    /// What kind of value it is. A delimited file has only strings.
    enum Kind: UInt8 {
        case missing, null, string, number, boolean, list, object
    }

    var kind = Kind.missing
    /// UTF-8: the string unescaped, or the value as it is written.
    var bytes = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    /// Which of the record's items a list has.
    var items = 0..<0

    /// The value as a string.
    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// The value without white space (ASCII) at both ends.
    var trimmed: UnsafeBufferPointer<UInt8> { trimmedSpace(bytes) }
}

/// The bytes without white space (ASCII) at both ends.
func trimmedSpace(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var (low, high) = (0, bytes.count)
    while low < high && isSpace(bytes[low]) { low += 1 }
    while low < high && isSpace(bytes[high - 1]) { high -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[low..<high])
}

/// Whether a byte is a space, a tab, or ends a line or page.
@inline(__always)
func isSpace(_ byte: UInt8) -> Bool { byte == Byte.space || (byte >= 9 && byte <= 13) }

/// What CSV and JSON Lines have in common: named columns, records one after the other.
protocol RecordReader: AnyObject {
    /// What errors call the data.
    var source: String { get }
    /// The names of the columns.
    var columns: [String] { get }
    /// The line where the record begins, counted from 1.
    var line: Int { get }
    /// Reads the next record; false at the end.
    func next() throws -> Bool
    /// The record's value in a column.
    func field(_ column: Int) -> Field
    /// The items of the record's lists.
    func item(_ index: Int) -> Field
}

extension RecordReader {
    /// The place of a column.
    func index(of column: String) throws(DatasetError) -> Int {
        if let index = columns.firstIndex(of: column) { return index }
        throw DatasetError(.missingColumn(column, present: columns), source: source)
    }
}
