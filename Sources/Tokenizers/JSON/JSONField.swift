/// A value of a document and where it is, for reading it with errors that name the field.
struct JSONField {
    let document: JSONDocument
    let value: JSON?
    let path: String

    /// The document's root.
    init(_ document: JSONDocument) { self.init(document, document.root, "") }

    private init(_ document: JSONDocument, _ value: JSON?, _ path: String) {
        self.document = document
        self.value = value
        self.path = path
    }

    /// Whether it is absent or null.
    var isNull: Bool {
        switch value {
        case nil, .null?: true
        default: false
        }
    }

    /// The member of that name; the last one, if there are several.
    subscript(name: String) -> JSONField {
        let inner = path.isEmpty ? name : path + "." + name
        guard case .object(let members)? = value else { return JSONField(document, nil, inner) }
        let found = members.last {
            document.pool[$0.name.start..<$0.name.end].elementsEqual(name.utf8)
        }
        return JSONField(document, found?.value, inner)
    }

    /// The field itself, if it isn't absent or null.
    var orNil: JSONField? { isNull ? nil : self }

    func failure(_ expected: String) -> TokenizerError {
        .field(
            path: path.isEmpty ? "the whole" : path, expected: expected,
            found: value?.kind ?? "nothing")
    }

    func string() throws -> String {
        guard case .string(let piece)? = value else { throw failure("a string") }
        return document.text(piece)
    }

    func boolean(default fallback: Bool? = nil) throws -> Bool {
        if let fallback, isNull { return fallback }
        guard case .boolean(let flag)? = value else { throw failure("true or false") }
        return flag
    }

    /// A whole number from 0 to 2³¹ − 1.
    func integer() throws -> Int {
        guard case .number(let number)? = value, number >= 0, number < 2_147_483_648,
            number.rounded(.down) == number
        else { throw failure("a whole number from 0 to 2147483647") }
        return Int(number)
    }

    func array() throws -> [JSONField] {
        guard case .array(let values)? = value else { throw failure("an array") }
        return values.enumerated().map { JSONField(document, $1, "\(path)[\($0)]") }
    }

    /// The members of an object, in order.
    func members() throws -> [(name: String, field: JSONField)] {
        guard case .object(let members)? = value else { throw failure("an object") }
        return members.map { member in
            let name = document.text(member.name)
            return (name, JSONField(document, member.value, path + "." + name))
        }
    }

    /// The field `type`, which names a component's kind.
    func type() throws -> String {
        guard case .object? = value else { throw failure("an object with a type") }
        return try self["type"].string()
    }
}
