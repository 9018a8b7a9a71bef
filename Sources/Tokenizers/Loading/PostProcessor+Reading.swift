extension PostProcessor {
    private static let supported =
        "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, Sequence"

    /// BERT's: [CLS] A [SEP], and B [SEP] as the second segment.
    static func bert(cls: Int32, sep: Int32) -> PostProcessor {
        let single: [Item] = [
            .special([cls], typeID: 0), .first(typeID: 0), .special([sep], typeID: 0),
        ]
        return PostProcessor(
            single: single,
            pair: single + [.second(typeID: 1), .special([sep], typeID: 1)])
    }

    /// RoBERTa's: <s> A </s>, and </s> B </s>, all one segment.
    static func roberta(cls: Int32, sep: Int32) -> PostProcessor {
        let single: [Item] = [
            .special([cls], typeID: 0), .first(typeID: 0), .special([sep], typeID: 0),
        ]
        return PostProcessor(
            single: single,
            pair: single + [
                .special([sep], typeID: 0), .second(typeID: 0), .special([sep], typeID: 0),
            ])
    }

    static func read(_ field: JSONField) throws -> PostProcessor {
        try readIfAny(field) ?? PostProcessor()
    }

    /// Nil for what only touches offsets.
    private static func readIfAny(_ field: JSONField) throws -> PostProcessor? {
        guard let field = field.orNil else { return nil }
        switch try field.type() {
        case "ByteLevel": return nil
        case "Sequence":
            let found = try field["processors"].array().compactMap { try readIfAny($0) }
            guard found.count < 2 else {
                throw field.failure("at most one processor that adds tokens")
            }
            return found.first
        case "BertProcessing":
            return bert(cls: try tokenID(field["cls"]), sep: try tokenID(field["sep"]))
        case "RobertaProcessing":
            return roberta(cls: try tokenID(field["cls"]), sep: try tokenID(field["sep"]))
        case "TemplateProcessing": return try template(field)
        case let kind:
            throw TokenizerError.unsupported(path: field.path, kind: kind, supported: supported)
        }
    }

    /// The id of `["[CLS]", 101]`.
    private static func tokenID(_ field: JSONField) throws -> Int32 {
        let parts = try field.array()
        guard parts.count == 2 else { throw field.failure("a token and its id") }
        _ = try parts[0].string()
        return Int32(try parts[1].integer())
    }

    private static func template(_ field: JSONField) throws -> PostProcessor {
        var special: [String: [Int32]] = [:]
        for (name, token) in try field["special_tokens"].members() {
            special[name] = try token["ids"].array().map { Int32(try $0.integer()) }
        }
        let single = try items(field["single"], special)
        let pair = try items(field["pair"], special)
        let counts = [single, pair].map { items in
            let isFirst = { (item: Item) in if case .first = item { true } else { false } }
            let isSecond = { (item: Item) in if case .second = item { true } else { false } }
            return (items.filter(isFirst).count, items.filter(isSecond).count)
        }
        guard counts[0] == (1, 0) else { throw field["single"].failure("sequence A once") }
        guard counts[1] == (1, 1) else { throw field["pair"].failure("sequences A and B once") }
        return PostProcessor(single: single, pair: pair)
    }

    private static func items(_ field: JSONField, _ special: [String: [Int32]]) throws -> [Item] {
        try field.array().map { piece in
            if let token = piece["SpecialToken"].orNil {
                let name = try token["id"].string()
                guard let ids = special[name] else {
                    throw TokenizerError.field(
                        path: token["id"].path, expected: "a name from special_tokens", found: name)
                }
                return .special(ids, typeID: Int32(try token["type_id"].integer()))
            }
            guard let sequence = piece["Sequence"].orNil else {
                throw piece.failure("an object with Sequence or SpecialToken")
            }
            let type = Int32(try sequence["type_id"].integer())
            switch try sequence["id"].string() {
            case "A": return .first(typeID: type)
            case "B": return .second(typeID: type)
            default: throw sequence["id"].failure("A or B")
            }
        }
    }
}

extension Decoder {
    static func read(_ field: JSONField) throws -> Decoder {
        guard let field = field.orNil else { return .spaces }
        switch try field.type() {
        case "ByteLevel": return .byteLevel
        case "WordPiece":
            return .wordPiece(
                prefix: try field["prefix"].string(), cleansUp: try field["cleanup"].boolean())
        case let kind:
            if let steps = try DecoderStep.read(field) { return .steps(steps) }
            throw TokenizerError.unsupported(
                path: field.path, kind: kind,
                supported: "WordPiece, ByteLevel, Sequence, " + DecoderStep.supported)
        }
    }
}

extension AddedToken {
    static func read(_ field: JSONField, vocabulary: Vocabulary) throws -> [AddedToken] {
        guard let field = field.orNil else { return [] }
        var contents: [Int32: String] = [:]
        return try field.array().compactMap { entry in
            let content = try entry["content"].string()
            let id = Int32(try entry["id"].integer())
            guard id < 16_777_216 else { throw entry["id"].failure("an id below 16777216") }
            let special = try entry["special"].boolean(default: false)
            let token = AddedToken(
                content: content, id: id, isSpecial: special,
                isSingleWord: try entry["single_word"].boolean(default: false),
                stripsLeft: try entry["lstrip"].boolean(default: false),
                stripsRight: try entry["rstrip"].boolean(default: false),
                isNormalized: try entry["normalized"].boolean(default: !special))
            if let known = vocabulary.id(content), known != id {
                throw TokenizerError.field(
                    path: entry["id"].path, expected: "\(known), the id in model.vocab",
                    found: "\(id)")
            }
            let owner =
                contents[id] ?? vocabulary.token(id).map { String(decoding: $0, as: UTF8.self) }
            if let owner, !owner.utf8.elementsEqual(content.utf8) {
                throw TokenizerError.field(
                    path: entry["id"].path, expected: "an id of its own", found: "that of \(owner)")
            }
            contents[id] = content
            return content.isEmpty ? nil : token
        }
    }
}
