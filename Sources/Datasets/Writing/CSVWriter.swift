/// Writes separated values (RFC 4180, lines ending in LF) that `CSVReader` and others read back as they
/// were.
///
/// The file has its name only after `finish()`; without it, what was there before stays.
public final class CSVWriter {
    /// The file.
    public let path: String
    /// The names of the columns.
    public let columns: [String]
    private let delimiter: UInt8
    private let file: AtomicFile
    private var pending: [UInt8] = []
    private var isFinished = false

    /// Begins a file and writes the names of its columns.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - columns: the names of the columns.
    ///   - delimiter: what separates fields, an ASCII character; nil: a tab if the name ends in `.tsv`
    ///     or `.tab`, otherwise a comma.
    /// - Throws: `DatasetError`.
    public init(path: String, columns: [String], delimiter: Unicode.Scalar? = nil) throws {
        self.path = path
        self.columns = columns
        let name = path.lowercased()
        let byTab = name.hasSuffix(".tsv") || name.hasSuffix(".tab")
        let mark = delimiter ?? (byTab ? "\t" : ",")
        guard mark.isASCII, !["\n", "\r", "\""].contains(mark), !columns.isEmpty else {
            throw DatasetError(
                .invalidArgument(
                    "needs at least one column, and an ASCII delimiter other than a quote or a line "
                        + "break."), source: path)
        }
        self.delimiter = UInt8(mark.value)
        file = try AtomicFile(path: path)
        try write(columns)
    }

    /// Writes a record.
    ///
    /// - Throws: `DatasetError` if there are more or fewer values than columns, or the disk is full.
    public func write(_ values: [String]) throws {
        if values.count != columns.count {
            throw DatasetError(
                .raggedRow(expected: columns.count, found: values.count), source: path)
        }
        if isFinished {
            throw DatasetError(.invalidArgument("the file is already finished."), source: path)
        }
        for (index, value) in values.enumerated() {
            if index > 0 { pending.append(delimiter) }
            append(value)
        }
        pending.append(Byte.lineFeed)
        if pending.count >= 1 << 16 { try flush() }
    }

    /// Puts the file on disk under its name.
    ///
    /// - Throws: `DatasetError`; what was there before is then unchanged.
    public func finish() throws {
        if isFinished { return }
        try flush()
        isFinished = true
        try file.finish()
    }

    private func append(_ value: String) {
        let mustQuote =
            value.isEmpty && columns.count == 1
            || value.utf8.contains {
                $0 == delimiter || $0 == Byte.quote || $0 == Byte.lineFeed
                    || $0 == Byte.carriageReturn
            }
        guard mustQuote else { return pending.append(contentsOf: value.utf8) }
        pending.append(Byte.quote)
        for byte in value.utf8 {
            if byte == Byte.quote { pending.append(byte) }
            pending.append(byte)
        }
        pending.append(Byte.quote)
    }

    private func flush() throws {
        try pending.withUnsafeBytes { try file.write($0) }
        pending.removeAll(keepingCapacity: true)
    }
}
