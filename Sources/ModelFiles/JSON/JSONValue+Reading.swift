extension JSONValue {
    /// How deep arrays and objects may be nested in each other.
    public static let maximumDepth = 128

    /// The value in a JSON text.
    ///
    /// Strict: one value, names in an object only once, numbers within the range of `Double`, valid
    /// UTF-8, no lone surrogates, no comments. A byte order mark at the start is passed over.
    ///
    /// - Parameters:
    ///   - bytes: the text in UTF-8.
    ///   - source: the file's name, for messages.
    /// - Throws: `JSONError` with line and column.
    public init(parsing bytes: UnsafeBufferPointer<UInt8>, source: String = "JSON")
        throws(JSONError)
    {
        var scanner = JSONScanner(bytes, source: source, maximumDepth: JSONValue.maximumDepth)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { scanner.position = 3 }
        scanner.skipSpace()
        self = try scanner.value(0, JSONSource(source))
        try scanner.expectEnd()
    }

    /// The value in a JSON text; see `init(parsing:source:)`.
    public init(parsing text: String, source: String = "JSON") throws(JSONError) {
        var text = text
        let outcome = text.withUTF8 { bytes -> Result<JSONValue, JSONError> in
            do throws(JSONError) {
                return .success(try JSONValue(parsing: bytes, source: source))
            } catch {
                return .failure(error)
            }
        }
        self = try outcome.get()
    }

    /// The value in a JSON file.
    ///
    /// - Throws: `FileError`, or `JSONError` with file, line and column.
    public init(file path: String) throws {
        // Read, not mapped: such files are small, and programs do overwrite them in place.
        let file = try FileBytes(path, access: .read)
        self = try file.withBytes { bytes in
            try JSONValue(parsing: bytes.assumingMemoryBound(to: UInt8.self), source: path)
        }
    }
}

extension JSONScanner {
    /// The value that comes next.
    fileprivate mutating func value(_ depth: Int, _ source: JSONSource) throws(JSONError)
        -> JSONValue
    {
        switch current {
        case 0x7B: return .object(try object(depth, source))
        case 0x5B: return .array(try array(depth, source))
        case 0x22: return .string(try string())
        case 0x74:
            try expect(word: "true")
            return .bool(true)
        case 0x66:
            try expect(word: "false")
            return .bool(false)
        case 0x6E:
            try expect(word: "null")
            return .null
        default:
            switch try number() {
            case .integer(let value): return .integer(value)
            case .real(let value): return .number(value)
            }
        }
    }

    private mutating func array(_ depth: Int, _ source: JSONSource) throws(JSONError) -> [JSONValue]
    {
        try enter(depth)
        var values: [JSONValue] = []
        var isFirst = true
        while try hasNext(before: 0x5D, isFirst: &isFirst) {
            values.append(try value(depth + 1, source))
        }
        return values
    }

    private mutating func object(_ depth: Int, _ source: JSONSource) throws(JSONError) -> JSONObject
    {
        try enter(depth)
        var object = JSONObject()
        object.source = source
        var isFirst = true
        while try hasNext(before: 0x7D, isFirst: &isFirst) {
            let place = position
            let key = try key()
            guard object.insert(key, try value(depth + 1, source)) else {
                throw failure("the member \"\(key)\" a second time", at: place)
            }
        }
        return object
    }
}
