/// Reads comma-, tab- or otherwise separated values record by record, in constant memory.
///
/// RFC 4180, and what is common beyond it: lines may end in LF, CRLF or CR; blank lines are skipped; a
/// quote inside a field that did not begin with one is an ordinary character. A record with more or
/// fewer fields than the first one is an error, and so are a quote that is never closed and text after
/// a closing quote.
///
/// ```swift
/// let reader = try CSVReader(path: "reviews.csv")
/// while try reader.next() { print(reader.line, reader[0]) }
/// ```
public final class CSVReader: RecordReader {
    /// The names of the columns: the first record, or `1`, `2`, … if there is no header.
    @exclusivity(unchecked) public private(set) var columns: [String] = []
    /// The line where the record begins, counted from 1; a quoted field may span several.
    @exclusivity(unchecked) public internal(set) var line = 0
    /// The file, or what the bytes were called.
    public var source: String { buffer.source }
    /// What separates fields.
    public let delimiter: Unicode.Scalar

    /// The most columns that a file may have.
    static let maximumColumns = 65_536

    let buffer: RecordBuffer
    /// Where the record's fields are in the buffer.
    @exclusivity(unchecked) var fields: UnsafeMutablePointer<FieldRange>
    @exclusivity(unchecked) var fieldCapacity: Int
    let delimiterByte: UInt8
    /// The quote, or 0xFF, which no UTF-8 text contains.
    let quoteByte: UInt8
    let outside: ByteSearch
    let inside: ByteSearch
    @exclusivity(unchecked) private var isHeldBack = false

    /// Opens a file and reads the names of its columns.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - format: how it is written.
    /// - Throws: `DatasetError`.
    public convenience init(path: String, format: TextFormat = TextFormat()) throws {
        try self.init(ByteSource(path: path), format)
    }

    /// Reads bytes in memory.
    ///
    /// - Parameters:
    ///   - bytes: the text.
    ///   - name: what errors call it; its ending may tell the delimiter.
    ///   - format: how it is written.
    /// - Throws: `DatasetError`.
    public convenience init(
        bytes: [UInt8], name: String = "CSV in memory", format: TextFormat = TextFormat()
    ) throws {
        try self.init(ByteSource(bytes: bytes, name: name), format)
    }

    private init(_ source: ByteSource, _ format: TextFormat) throws {
        buffer = RecordBuffer(source, format)
        fieldCapacity = 64
        fields = .allocate(capacity: fieldCapacity)
        quoteByte = format.quote.map { UInt8(truncatingIfNeeded: $0.value) } ?? 0xFF
        var found = DatasetError?.none
        do { try buffer.refill() } catch let error as DatasetError { found = error }
        delimiter = format.delimiter ?? detectDelimiter(buffer, quote: quoteByte)
        delimiterByte = UInt8(truncatingIfNeeded: delimiter.value)
        outside = ByteSearch(delimiterByte, Byte.lineFeed, Byte.carriageReturn)
        inside = ByteSearch(quoteByte, Byte.lineFeed, Byte.carriageReturn)
        if let found { throw found }
        try check(format)
        try readHeader(format.hasHeader)
    }

    deinit { fields.deallocate() }

    private func check(_ format: TextFormat) throws(DatasetError) {
        let marks = [delimiter, format.quote].compactMap { $0 }
        guard marks.allSatisfy({ $0.isASCII && $0 != "\n" && $0 != "\r" }),
            delimiter != format.quote
        else {
            throw DatasetError(
                .invalidArgument(
                    "delimiter and quote must be two different ASCII characters other than line "
                        + "breaks, not \(marks.map(\.description))."), source: source)
        }
    }

    private func readHeader(_ hasHeader: Bool) throws {
        guard let count = try scanRecord() else { throw DatasetError(.empty, source: source) }
        guard hasHeader else {
            columns = (1...count).map(String.init)
            isHeldBack = true
            return
        }
        var places: [String: Int] = [:]
        for index in 0..<count {
            let name = String(decoding: bytes(of: index), as: UTF8.self)
            if !name.isEmpty, let first = places.updateValue(index, forKey: name) {
                throw DatasetError(
                    .duplicateColumn(name, first: first + 1, second: index + 1), source: source,
                    line: line)
            }
            columns.append(name)
        }
    }

    /// Reads the next record.
    ///
    /// After an error about one record, the next call goes on with the record that follows it; after
    /// any other error it throws again or ends.
    ///
    /// - Returns: Whether there is one.
    /// - Throws: `DatasetError` with file and line.
    public func next() throws -> Bool {
        if isHeldBack {
            isHeldBack = false
            return true
        }
        guard let count = try scanRecord() else { return false }
        if count != columns.count {
            throw DatasetError(
                .raggedRow(expected: columns.count, found: count), source: source, line: line)
        }
        return true
    }

    /// The record's value in a column, counted from 0.
    public subscript(column: Int) -> String {
        precondition(columns.indices.contains(column), "CSVReader: no such column")
        return String(decoding: bytes(of: column), as: UTF8.self)
    }

    /// Calls a function with the UTF-8 of the record's value in a column, without copying it.
    public func withUTF8<Result, Failure: Error>(
        of column: Int, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(columns.indices.contains(column), "CSVReader: no such column")
        return try body(bytes(of: column))
    }

    /// All values of the record.
    public var record: [String] { columns.indices.map { self[$0] } }

    func field(_ column: Int) -> Field { Field(kind: .string, bytes: bytes(of: column)) }

    func item(_: Int) -> Field { Field() }

    /// The field's text; only fields of the columns exist.
    private func bytes(of column: Int) -> UnsafeBufferPointer<UInt8> {
        precondition(column >= 0 && column < fieldCapacity, "CSVReader: no such column")
        let range = fields[column]
        return UnsafeBufferPointer(
            start: buffer.base + Int(range.start), count: Int(range.end - range.start))
    }
}
