/// A value of a JSON text. Strings are ranges of the document's pool of decoded UTF-8.
indirect enum JSON {
    case null
    case boolean(Bool)
    case number(Double)
    case string(Piece)
    case array([JSON])
    case object([(name: Piece, value: JSON)])

    /// What it is, for errors.
    var kind: String {
        switch self {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .number(let value): "the number \(value)"
        case .string: "a string"
        case .array(let values): "an array of \(values.count)"
        case .object: "an object"
        }
    }
}

/// A JSON text that was read: its root and the decoded bytes of all its strings.
final class JSONDocument {
    let root: JSON
    let pool: [UInt8]

    /// Reads a JSON text (RFC 8259): strict, of valid UTF-8, at most 64 levels deep.
    ///
    /// - Throws: `TokenizerError.notJSON`.
    init(_ text: [UInt8]) throws {
        var reader = try JSONReader(text)
        root = try reader.document()
        pool = reader.pool
    }

    /// The text of a string in the pool.
    func text(_ piece: Piece) -> String {
        String(decoding: pool[piece.start..<piece.end], as: UTF8.self)
    }
}
