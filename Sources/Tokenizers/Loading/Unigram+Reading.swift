extension Unigram {
    /// Reads a model whose vocabulary is a list of tokens and scores.
    init(_ field: JSONField) throws {
        let list = field["vocab"]
        guard case .array(let values)? = list.value else { throw list.failure("an array") }
        guard !values.isEmpty else {
            throw TokenizerError.vocabulary(reason: "model.vocab is empty")
        }
        guard values.count < 16_777_216 else { throw list.failure("at most 16777215 tokens") }
        var vocabulary = Vocabulary(capacity: values.count)
        var scores: [Double] = []
        scores.reserveCapacity(values.count)
        try field.document.pool.withUnsafeBufferPointer { pool in
            for (id, value) in values.enumerated() {
                guard case .array(let parts) = value, parts.count == 2,
                    case .string(let token) = parts[0], case .number(let score) = parts[1]
                else {
                    throw TokenizerError.field(
                        path: "\(list.path)[\(id)]", expected: "a token and its score",
                        found: value.kind)
                }
                vocabulary.insert(token.bytes(of: pool), id: Int32(id))
                scores.append(score)
            }
        }
        var unknown: Int32?
        if let field = field["unk_id"].orNil {
            let id = try field.integer()
            guard id < values.count else {
                throw field.failure("an id below \(values.count), the number of tokens")
            }
            unknown = Int32(id)
        }
        self.init(
            vocabulary: vocabulary, scores: scores, unknownID: unknown,
            fallsBack: try field["byte_fallback"].boolean(default: false))
    }
}

extension Vocabulary {
    /// The ids of the tokens `<0x00>` … `<0xFF>`.
    var byteTokens: [Int32?] {
        (0..<256).map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return id("<0x" + (byte < 16 ? "0" : "") + digits + ">")
        }
    }
}
