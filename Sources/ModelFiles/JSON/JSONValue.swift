/// A JSON value (RFC 8259). Objects keep the order of their members.
///
/// ```swift
/// let config = try JSONValue(file: "models/all-MiniLM-L6-v2/config.json")
/// let width = try config.integer("hidden_size")            // throws where it is and what it is
/// let epsilon = try config.number("layer_norm_eps")
/// ```
public enum JSONValue: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without point and exponent that fits 64 bits.
    case integer(Int64)
    /// Every other number.
    case number(Double)
    /// A text.
    case string(String)
    /// A list of values.
    case array([JSONValue])
    /// Named values.
    case object(JSONObject)

    /// A member of an object; nil where there is none, or no object.
    public subscript(key: String) -> JSONValue? {
        if case .object(let object) = self { return object[key] }
        return nil
    }

    /// An element of an array; nil where there is none, or no array.
    public subscript(index: Int) -> JSONValue? {
        if case .array(let values) = self, values.indices.contains(index) { return values[index] }
        return nil
    }
}

extension JSONValue: Equatable {
    /// Whether both are the same value: `1` and `1.0` are, strings are if their bytes are.
    public static func == (a: JSONValue, b: JSONValue) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.integer(let a), .integer(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.integer(let a), .number(let b)), (.number(let b), .integer(let a)):
            Int64(exactly: b) == a
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A text written as a literal.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An integer written as a literal.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A number written as a literal.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// `true` or `false` written as a literal.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// `nil` stands for `null`.
    public init(nilLiteral: ()) { self = .null }
    /// An array written as a literal.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object written as a literal; of members with one name the last counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (key, value) in elements { object[key] = value }
        self = .object(object)
    }
}
