/// A value that JSON cannot express.
public enum JSONWritingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A number that is infinite or not a number.
    case notFinite(Double)
    /// Arrays and objects nested deeper than `JSONValue.maximumDepth`.
    case tooDeep

    /// What is shown to people.
    public var description: String {
        switch self {
        case .notFinite(let value): "JSON cannot express the number \(value)"
        case .tooDeep: "JSON nested more than \(JSONValue.maximumDepth) deep is not written"
        }
    }
}

extension JSONValue {
    /// How a JSON text is laid out.
    public enum Layout: Sendable {
        /// On one line, without spaces.
        case compact
        /// One member or element a line, indented by two spaces.
        case indented
    }

    /// This value as a JSON text. Reading it gives the same value again, numbers to the last bit.
    ///
    /// - Throws: `JSONWritingError`.
    public func text(_ layout: Layout = .compact) throws(JSONWritingError) -> String {
        String(decoding: try bytes(layout), as: UTF8.self)
    }

    /// This value as a JSON text in UTF-8; see `text(_:)`.
    public func bytes(_ layout: Layout = .compact) throws(JSONWritingError) -> [UInt8] {
        var writer = JSONWriter(layout: layout)
        try writer.append(self, 0)
        return writer.bytes
    }

    /// Writes this value to a file, whole or not at all.
    ///
    /// - Throws: `JSONWritingError` or `FileError`.
    public func write(to path: String, _ layout: Layout = .indented) throws {
        try AtomicFile.write(try bytes(layout) + [0x0A], to: path)
    }
}

/// Writes JSON texts.
struct JSONWriter {
    let layout: JSONValue.Layout
    var bytes: [UInt8] = []

    init(layout: JSONValue.Layout = .compact) { self.layout = layout }

    mutating func append(_ value: JSONValue, _ depth: Int) throws(JSONWritingError) {
        switch value {
        case .null: raw("null")
        case .bool(let value): raw(value ? "true" : "false")
        case .integer(let value): raw(String(value))
        case .number(let value):
            guard value.isFinite else { throw .notFinite(value) }
            raw(value.description)
        case .string(let text): append(text)
        case .array(let values):
            try append(list: values, "[", "]", depth) { (writer, value) throws(JSONWritingError) in
                try writer.append(value, depth + 1)
            }
        case .object(let object):
            try append(list: object, "{", "}", depth) { (writer, member) throws(JSONWritingError) in
                writer.append(member.key)
                writer.raw(writer.layout == .indented ? ": " : ":")
                try writer.append(member.value, depth + 1)
            }
        }
    }

    private mutating func append<Items: Collection>(
        list: Items, _ opening: StaticString, _ closing: StaticString, _ depth: Int,
        _ item: (inout JSONWriter, Items.Element) throws(JSONWritingError) -> Void
    ) throws(JSONWritingError) {
        guard depth < JSONValue.maximumDepth else { throw .tooDeep }
        raw(opening.description)
        var isFirst = true
        for element in list {
            if !isFirst { raw(",") }
            isFirst = false
            startLine(depth + 1)
            try item(&self, element)
        }
        if !list.isEmpty { startLine(depth) }
        raw(closing.description)
    }

    private mutating func startLine(_ depth: Int) {
        guard layout == .indented else { return }
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: 2 * depth))
    }

    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Appends a string in quotes, with escapes where JSON demands them.
    mutating func append(_ text: String) {
        bytes.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C: bytes.append(contentsOf: [0x5C, byte])
            case 0x0A: raw("\\n")
            case 0x0D: raw("\\r")
            case 0x09: raw("\\t")
            case 0x08: raw("\\b")
            case 0x0C: raw("\\f")
            case 0..<0x20: raw("\\u00" + JSONScanner.hex(byte).lowercased())
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }
}
