/// A step on the way to a value: a member's name or an element's index.
public enum JSONStep: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringInterpolation
{
    /// A member of an object.
    case member(String)
    /// An element of an array.
    case element(Int)

    /// A member's name written as a literal.
    public init(stringLiteral value: String) { self = .member(value) }
    /// An index written as a literal.
    public init(integerLiteral value: Int) { self = .element(value) }
}

extension JSONValue {
    /// The value at the end of a way; nil if it does not lead anywhere, or to `null`.
    public func value(_ path: JSONStep...) -> JSONValue? { find(path) }

    /// An integer; a number without a fraction counts as one.
    ///
    /// - Throws: `JSONTypeError` with the file, the way and what is there.
    public func integer(_ path: JSONStep...) throws(JSONTypeError) -> Int {
        guard let value = find(path)?.asInteger else { throw mismatch(path, "an integer") }
        return value
    }

    /// A number, whole or not.
    ///
    /// - Throws: `JSONTypeError` with the file, the way and what is there.
    public func number(_ path: JSONStep...) throws(JSONTypeError) -> Double {
        guard let value = find(path)?.asNumber else { throw mismatch(path, "a number") }
        return value
    }

    /// A truth value.
    ///
    /// - Throws: `JSONTypeError` with the file, the way and what is there.
    public func bool(_ path: JSONStep...) throws(JSONTypeError) -> Bool {
        guard case .bool(let value)? = find(path) else { throw mismatch(path, "true or false") }
        return value
    }

    /// A text.
    ///
    /// - Throws: `JSONTypeError` with the file, the way and what is there.
    public func string(_ path: JSONStep...) throws(JSONTypeError) -> String {
        guard case .string(let value)? = find(path) else { throw mismatch(path, "a string") }
        return value
    }

    /// The elements of an array.
    ///
    /// - Throws: `JSONTypeError` with the file, the way and what is there.
    public func array(_ path: JSONStep...) throws(JSONTypeError) -> [JSONValue] {
        guard case .array(let value)? = find(path) else { throw mismatch(path, "an array") }
        return value
    }

    /// The members of an object.
    ///
    /// - Throws: `JSONTypeError` with the file, the way and what is there.
    public func object(_ path: JSONStep...) throws(JSONTypeError) -> JSONObject {
        guard case .object(let value)? = find(path) else { throw mismatch(path, "an object") }
        return value
    }

    /// The value as an integer, if it is one without loss.
    public var asInteger: Int? {
        switch self {
        case .integer(let value): Int(exactly: value)
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The value as a number, if it is one.
    public var asNumber: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The value as a text, if it is one.
    public var asString: String? {
        if case .string(let value) = self { return value }
        return nil
    }

    /// An error for the value at the end of a way: what a reader needs there, and what is there.
    ///
    /// For checks that the getters do not make, such as a name out of a list.
    public func mismatch(_ path: JSONStep..., expected: String) -> JSONTypeError {
        mismatch(path, expected)
    }

    private func find(_ path: [JSONStep]) -> JSONValue? {
        var value = self
        for step in path {
            let next: JSONValue? =
                switch step {
                case .member(let key): value[key]
                case .element(let index): value[index]
                }
            guard let next else { return nil }
            value = next
        }
        if case .null = value { return nil }
        return value
    }

    private func mismatch(_ path: [JSONStep], _ expected: String) -> JSONTypeError {
        var source = ""
        if case .object(let object) = self { source = object.source?.name ?? "" }
        var text = ""
        for step in path {
            switch step {
            case .member(let key): text += text.isEmpty ? key : "." + key
            case .element(let index): text += "[\(index)]"
            }
        }
        return JSONTypeError(
            source: source, path: text, expected: expected, found: found(at: path))
    }

    private func found(at path: [JSONStep]) -> String {
        var value = self
        for step in path {
            let next: JSONValue? =
                switch step {
                case .member(let key): value[key]
                case .element(let index): value[index]
                }
            guard let next else { return "nothing" }
            value = next
        }
        return value.excerpt
    }

    /// The value on one line, cut short: for messages.
    public var excerpt: String {
        switch self {
        case .array(let values): return "an array of \(values.count)"
        case .object(let object): return "an object of \(object.count)"
        case .string(let text) where text.unicodeScalars.count > 60:
            return JSONValue.string(String(text.unicodeScalars.prefix(57)) + "...").excerpt
        default: return (try? text()) ?? "a number that is not finite"
        }
    }
}
