/// Why a tokenizer can't be made: what, where, and what to do next.
public enum TokenizerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A folder without `tokenizer.json` and `vocab.txt`, or a file that can't be read.
    case unreadable(path: String, reason: String)
    /// Text that isn't JSON, with the line and the column in bytes, counted from 1.
    case notJSON(line: Int, column: Int, reason: String)
    /// A field that is missing or is not what it should be, as `model.vocab`.
    case field(path: String, expected: String, found: String)
    /// A kind of component that is not supported, with the field that names it.
    case unsupported(path: String, kind: String, supported: String)
    /// A vocabulary that can't be used.
    case vocabulary(reason: String)

    /// A sentence for people.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "can't read \(path): \(reason)"
        case .notJSON(let line, let column, let reason):
            "not JSON: line \(line), column \(column): \(reason)"
        case .field(let path, let expected, let found):
            "tokenizer.json: \(path): expected \(expected), found \(found)"
        case .unsupported(let path, let kind, let supported):
            "tokenizer.json: \(path): \(kind) is not supported; supported: \(supported)"
        case .vocabulary(let reason): "vocabulary: \(reason)"
        }
    }
}
