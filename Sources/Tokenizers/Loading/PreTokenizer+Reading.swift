extension PreTokenizer {
    private static let supported =
        "BertPreTokenizer, ByteLevel, Whitespace, WhitespaceSplit, Digits, Split, Punctuation, "
        + "Metaspace, Sequence"

    /// The steps of a pre-tokenizer; none for null.
    static func read(_ field: JSONField) throws -> [PreTokenizer] {
        let steps = try steps(field)
        let bytes = steps.firstIndex { if case .byteLevel = $0 { true } else { false } }
        if let bytes, bytes != steps.count - 1 {
            throw field.failure("ByteLevel only as the last step")
        }
        return steps
    }

    private static func steps(_ field: JSONField) throws -> [PreTokenizer] {
        guard let field = field.orNil else { return [] }
        switch try field.type() {
        case "Sequence": return try field["pretokenizers"].array().flatMap { try steps($0) }
        case "BertPreTokenizer": return [.bert]
        case "Whitespace": return [.whitespace]
        case "WhitespaceSplit": return [.whitespaceSplit]
        case "Digits":
            return [
                .digits(individual: try field["individual_digits"].boolean(default: false))
            ]
        case "Metaspace": return [.metaspace(try Metaspace(field))]
        case "Punctuation": return [.punctuation(try behavior(field["behavior"]))]
        case "ByteLevel":
            return [
                .byteLevel(
                    prefixSpace: try field["add_prefix_space"].boolean(default: true),
                    splits: try field["use_regex"].boolean(default: true))
            ]
        case "Split":
            return [
                .split(
                    try Pattern.read(field["pattern"]), try behavior(field["behavior"]),
                    inverted: try field["invert"].boolean(default: false))
            ]
        case let kind:
            throw TokenizerError.unsupported(path: field.path, kind: kind, supported: supported)
        }
    }

    private static func behavior(_ field: JSONField) throws -> SplitBehavior {
        guard let field = field.orNil else { return .isolated }
        guard let behavior = SplitBehavior(rawValue: try field.string()) else {
            throw TokenizerError.unsupported(
                path: field.path, kind: try field.string(),
                supported: SplitBehavior.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return behavior
    }
}
