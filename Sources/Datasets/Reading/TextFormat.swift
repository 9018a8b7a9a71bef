/// How a file of records is written.
public struct TextFormat: Sendable, Hashable {
    /// How characters are written as bytes.
    public var encoding = TextEncoding.automatic
    /// What to do with bytes that are no text.
    public var malformedText = MalformedTextPolicy.fail
    /// What separates fields. Nil: a tab if the name ends in `.tsv` or `.tab`, otherwise the most
    /// frequent of comma, tab, semicolon and vertical bar in the first record.
    public var delimiter: Unicode.Scalar?
    /// What encloses fields that contain delimiters, quotes or line breaks; doubled inside. Nil: quotes
    /// mean nothing.
    public var quote: Unicode.Scalar? = "\""
    /// Whether the first record names the columns. If not, they are called `1`, `2`, ….
    public var hasHeader = true
    /// Whether the file is read as JSON Lines. Nil: if its name ends in `.jsonl` or `.ndjson`.
    public var isJSONLines: Bool?
    /// The longest record in bytes of UTF-8 that is held in memory; at most 1 GiB.
    public var maximumRecordBytes = 64 << 20

    /// How much is read at once, in bytes.
    var bufferBytes = 256 << 10

    /// - Parameters:
    ///   - encoding: how characters are written as bytes.
    ///   - malformedText: what to do with bytes that are no text.
    ///   - delimiter: what separates fields, an ASCII character; nil finds out.
    ///   - quote: what encloses fields, an ASCII character, or nil for nothing.
    ///   - hasHeader: whether the first record names the columns.
    public init(
        encoding: TextEncoding = .automatic, malformedText: MalformedTextPolicy = .fail,
        delimiter: Unicode.Scalar? = nil, quote: Unicode.Scalar? = "\"", hasHeader: Bool = true
    ) {
        self.encoding = encoding
        self.malformedText = malformedText
        self.delimiter = delimiter
        self.quote = quote
        self.hasHeader = hasHeader
    }

    /// Fields separated by tabs, without quotes, as IANA's text/tab-separated-values has it.
    public static let plainTabs = TextFormat(delimiter: "\t", quote: nil)
}
