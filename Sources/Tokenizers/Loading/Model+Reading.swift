extension Model {
    static let supported = "WordPiece, BPE, Unigram"

    static func read(_ field: JSONField, byteLevel: Bool) throws -> Model {
        switch try field.type() {
        case "WordPiece": return .wordPiece(try WordPiece(field))
        case "BPE": return .bytePair(try BytePairEncoding(field, byteLevel: byteLevel))
        case "Unigram": return .unigram(try Unigram(field))
        case let kind:
            throw TokenizerError.unsupported(
                path: "model", kind: kind, supported: supported)
        }
    }
}

extension WordPiece {
    init(_ field: JSONField) throws {
        let vocabulary = try Vocabulary(field["vocab"])
        let unknown = try field["unk_token"].string()
        guard let id = vocabulary.id(unknown) else {
            throw TokenizerError.vocabulary(
                reason: "hasn't got model.unk_token, which is \(unknown)")
        }
        self.init(
            vocabulary: vocabulary, unknownID: id,
            prefix: Array(try field["continuing_subword_prefix"].string().utf8),
            longestWord: try field["max_input_chars_per_word"].integer())
    }
}

extension BytePairEncoding {
    init(_ field: JSONField, byteLevel: Bool) throws {
        for name in ["continuing_subword_prefix", "end_of_word_suffix"] {
            if let affix = try field[name].orNil?.string(), !affix.isEmpty {
                throw TokenizerError.unsupported(
                    path: field[name].path, kind: "\"\(affix)\"", supported: "null or \"\"")
            }
        }
        if let dropout = field["dropout"].orNil {
            guard case .number(0)? = dropout.value else { throw dropout.failure("null or 0") }
        }
        let vocabulary = try Vocabulary(field["vocab"])
        var unknown = Unknown()
        unknown.fuses = try field["fuse_unk"].boolean(default: false)
        if let token = try field["unk_token"].orNil?.string() {
            guard let id = vocabulary.id(token) else {
                throw TokenizerError.vocabulary(
                    reason: "hasn't got model.unk_token, which is \(token)")
            }
            unknown.id = id
        }
        if try field["byte_fallback"].boolean(default: false) {
            unknown.byteTokens = vocabulary.byteTokens
        }
        self.init(
            vocabulary: vocabulary, merges: try MergeTable(field["merges"], vocabulary),
            unknown: unknown, byteLevel: byteLevel,
            ignoresMerges: try field["ignore_merges"].boolean(default: false))
    }
}

extension MergeTable {
    /// Reads merges, each as `"left right"` or as `["left", "right"]`.
    init(_ field: JSONField, _ vocabulary: Vocabulary) throws {
        guard case .array(let values)? = field.value else { throw field.failure("an array") }
        self.init(capacity: values.count)
        var joined: [UInt8] = []
        try field.document.pool.withUnsafeBufferPointer { pool in
            for (rank, value) in values.enumerated() {
                let path = "\(field.path)[\(rank)]"
                guard let (left, right) = MergeTable.pair(value, pool) else {
                    throw TokenizerError.field(
                        path: path, expected: "two tokens", found: value.kind)
                }
                joined.removeAll(keepingCapacity: true)
                joined.append(contentsOf: left)
                joined.append(contentsOf: right)
                guard let leftID = vocabulary.id(left), let rightID = vocabulary.id(right),
                    let id = joined.withUnsafeBufferPointer({ vocabulary.id($0) })
                else {
                    throw TokenizerError.field(
                        path: path, expected: "two tokens that make one, all of the vocabulary",
                        found: "\(String(decoding: left, as: UTF8.self)) and "
                            + String(decoding: right, as: UTF8.self))
                }
                insert(leftID, rightID, rank: rank, id: id)
            }
        }
    }

    private static func pair(_ value: JSON, _ pool: Bytes) -> (Bytes, Bytes)? {
        switch value {
        case .string(let piece):
            let text = piece.bytes(of: pool)
            guard let space = text.firstIndex(of: 0x20), space == text.lastIndex(of: 0x20) else {
                return nil
            }
            return (Bytes(rebasing: text[..<space]), Bytes(rebasing: text[(space + 1)...]))
        case .array(let parts):
            guard parts.count == 2, case .string(let left) = parts[0],
                case .string(let right) = parts[1]
            else { return nil }
            return (left.bytes(of: pool), right.bytes(of: pool))
        default: return nil
        }
    }
}
