extension Normalizer {
    private static let supported =
        "BertNormalizer, Lowercase, NFC, NFD, NFKC, NFKD, StripAccents, Strip, Replace, Prepend, "
        + "Precompiled, Sequence"

    /// Replacements may make a text at most so many times longer, all together.
    private static let greatestGrowth = 4096.0

    /// The steps of a normalizer; none for null.
    static func read(_ field: JSONField) throws -> [Normalizer] {
        let steps = try steps(field)
        let growth = steps.reduce(1.0) { growth, step in
            switch step {
            case .replace(_, let content): return growth * Double(max(1, content.count))
            case .precompiled(let map): return growth * Double(max(1, map.longest))
            default: return growth
            }
        }
        guard growth <= greatestGrowth else {
            throw field.failure("replacements that make texts at most 4096 times longer")
        }
        return steps
    }

    private static func steps(_ field: JSONField) throws -> [Normalizer] {
        guard let field = field.orNil else { return [] }
        switch try field.type() {
        case "Sequence": return try field["normalizers"].array().flatMap { try steps($0) }
        case "BertNormalizer": return [.bert(try BertNormalizer(field))]
        case "Lowercase": return [.lowercase]
        case "NFC": return [.canonical(CanonicalForm(compatibility: false, composed: true))]
        case "NFD": return [.canonical(CanonicalForm(compatibility: false, composed: false))]
        case "NFKC": return [.canonical(CanonicalForm(compatibility: true, composed: true))]
        case "NFKD": return [.canonical(CanonicalForm(compatibility: true, composed: false))]
        case "StripAccents": return [.stripAccents]
        case "Strip":
            return [
                .strip(
                    left: try field["strip_left"].boolean(),
                    right: try field["strip_right"].boolean())
            ]
        case "Replace":
            return [
                .replace(
                    try Pattern.read(field["pattern"]), Array(try field["content"].string().utf8))
            ]
        case "Precompiled":
            let map = field["precompiled_charsmap"]
            guard let found = PrecompiledMap(base64: try map.string()) else {
                throw map.failure("a map that SentencePiece compiled, in base 64")
            }
            return [.precompiled(found)]
        case "Prepend": return [.prepend(Array(try field["prepend"].string().utf8))]
        case let kind:
            throw TokenizerError.unsupported(path: field.path, kind: kind, supported: supported)
        }
    }
}

extension BertNormalizer {
    init(_ field: JSONField) throws {
        let lowercases = try field["lowercase"].boolean(default: true)
        self.init(
            cleans: try field["clean_text"].boolean(default: true),
            separatesIdeographs: try field["handle_chinese_chars"].boolean(default: true),
            stripsAccents: try field["strip_accents"].boolean(default: lowercases),
            lowercases: lowercases)
    }
}

extension Pattern {
    /// Reads `{"String": …}` or `{"Regex": …}`.
    static func read(_ field: JSONField) throws -> Pattern {
        if let text = field["String"].orNil {
            let literal = Array(try text.string().utf8)
            guard !literal.isEmpty else { throw text.failure("at least one character") }
            return .literal(literal)
        }
        guard let regex = field["Regex"].orNil else {
            throw field.failure("an object with String or Regex")
        }
        let expression = try regex.string()
        if let words = WordPattern.known[expression] { return .words(words) }
        if let run = RunPattern(expression) { return .run(run) }
        throw TokenizerError.unsupported(
            path: regex.path, kind: "the regular expression \(expression)",
            supported:
                "those of GPT-2, GPT-4, Llama 3 and Qwen 2, and one class with a quantifier, "
                + RunPattern.classes.map(\.text).joined(separator: " or "))
    }
}
