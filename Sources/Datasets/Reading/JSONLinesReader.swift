/// Reads JSON Lines (one JSON object a line, RFC 8259) record by record, in constant memory.
///
/// The columns are the wanted keys, or else the keys of the first object. Values are strings, numbers,
/// booleans, null, or lists of those; values of other keys may be anything. Blank lines are skipped.
public final class JSONLinesReader: RecordReader {
    /// The keys that are read.
    public private(set) var columns: [String]
    /// The record's line, counted from 1.
    public private(set) var line = 0
    /// The file, or what the bytes were called.
    public var source: String { buffer.source }

    /// The most keys that are read where none were named.
    private static let maximumKeys = 1024

    private let buffer: RecordBuffer
    private var parser: JSONParser
    private let search = ByteSearch(Byte.lineFeed, Byte.lineFeed, Byte.lineFeed)
    private var isHeldBack = false

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - keys: which values to read; nil: the keys of the first object.
    ///   - format: the encoding, and how long a record may be; the rest means nothing here.
    /// - Throws: `DatasetError`.
    public convenience init(
        path: String, keys: [String]? = nil, format: TextFormat = TextFormat()
    ) throws {
        try self.init(ByteSource(path: path), keys, format)
    }

    /// Reads bytes in memory.
    ///
    /// - Parameters:
    ///   - bytes: the text.
    ///   - name: what errors call it.
    ///   - keys: which values to read; nil: the keys of the first object.
    ///   - format: the encoding, and how long a record may be; the rest means nothing here.
    /// - Throws: `DatasetError`.
    public convenience init(
        bytes: [UInt8], name: String = "JSON Lines in memory", keys: [String]? = nil,
        format: TextFormat = TextFormat()
    ) throws {
        try self.init(ByteSource(bytes: bytes, name: name), keys, format)
    }

    private init(_ source: ByteSource, _ keys: [String]?, _ format: TextFormat) throws {
        buffer = RecordBuffer(source, format)
        columns = keys ?? []
        parser = JSONParser(keys: columns, replacesSurrogates: format.malformedText == .replace)
        guard let first = try nextLine() else { throw DatasetError(.empty, source: source.name) }
        let present = try located { () throws(JSONProblem) in try parser.keys(of: first) }
        if keys == nil {
            if present.count > Self.maximumKeys {
                throw DatasetError(
                    .tooManyColumns(limit: Self.maximumKeys), source: source.name, line: line)
            }
            columns = present
            parser = JSONParser(
                keys: present, replacesSurrogates: format.malformedText == .replace)
        }
        for key in columns where !present.contains(key) {
            throw DatasetError(
                .missingColumn(key, present: present), source: source.name, line: line)
        }
        try located { () throws(JSONProblem) in try parser.parse(first) }
        isHeldBack = true
    }

    /// Reads the next record.
    ///
    /// After an error about one line, the next call goes on with the line after it.
    ///
    /// - Returns: Whether there is one.
    /// - Throws: `DatasetError` with file and line.
    public func next() throws -> Bool {
        if isHeldBack {
            isHeldBack = false
            return true
        }
        guard let text = try nextLine() else { return false }
        try located { () throws(JSONProblem) in try parser.parse(text) }
        return true
    }

    /// The record's value in a column: strings unescaped, other values as they are written; nil if it
    /// is null or not there.
    public subscript(column: Int) -> String? {
        let field = field(column)
        return field.kind == .missing || field.kind == .null ? nil : field.string
    }

    func field(_ column: Int) -> Field { parser.values[column] }

    func item(_ index: Int) -> Field { parser.items[index] }

    /// The next line that is not blank.
    private func nextLine() throws -> UnsafeBufferPointer<UInt8>? {
        while true {
            let start = UnsafePointer(buffer.base) + buffer.start
            let end = search.find(start)
            if end >= UnsafePointer(buffer.base) + buffer.end && !buffer.isComplete {
                try buffer.refill()
                continue
            }
            let limit = min(end - UnsafePointer(buffer.base), buffer.end)
            if buffer.start == buffer.end { return nil }
            let text = UnsafeBufferPointer(start: start, count: limit - buffer.start)
            line = buffer.line
            buffer.line += 1
            buffer.start = min(limit + 1, buffer.end)
            if !trimmedSpace(text).isEmpty { return text }
        }
    }

    private func located<Result>(
        _ body: () throws(JSONProblem) -> Result
    ) throws(DatasetError) -> Result {
        do {
            return try body()
        } catch {
            throw DatasetError(
                .malformedJSON(error.what, column: error.place + 1), source: source, line: line)
        }
    }
}
