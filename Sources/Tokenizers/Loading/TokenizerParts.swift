/// The components of a tokenizer, as its file describes them.
struct TokenizerParts: Sendable {
    var normalizer: [Normalizer]
    var preTokenizer: [PreTokenizer]
    var model: Model
    var postProcessor: PostProcessor
    var decoder: Decoder
    var added: [AddedToken]
    var truncationLength: Int?

    /// Reads a `tokenizer.json`.
    init(json: [UInt8]) throws {
        let root = JSONField(try JSONDocument(json))
        guard case .object? = root.value else { throw root.failure("an object") }
        normalizer = try Normalizer.read(root["normalizer"])
        preTokenizer = try PreTokenizer.read(root["pre_tokenizer"])
        let isByteLevel = preTokenizer.contains {
            if case .byteLevel = $0 { true } else { false }
        }
        model = try Model.read(root["model"], byteLevel: isByteLevel)
        added = try AddedToken.read(root["added_tokens"], vocabulary: model.vocabulary)
        postProcessor = try PostProcessor.read(root["post_processor"])
        decoder = try Decoder.read(root["decoder"])
        try checkSpecialTokens(root["post_processor"])
        if let length = root["truncation"].orNil {
            truncationLength = try length["max_length"].integer()
        }
    }

    /// A model has no row for an id without token, so that such a template would fail much later.
    private func checkSpecialTokens(_ field: JSONField) throws {
        let known = Set(added.map(\.id))
        for case .special(let ids, _) in postProcessor.single + postProcessor.pair {
            for id in ids where !known.contains(id) && model.vocabulary.token(id) == nil {
                throw TokenizerError.field(
                    path: field.path, expected: "ids of tokens", found: "\(id)")
            }
        }
    }

    /// Makes the parts of BERT around the tokens of a `vocab.txt`.
    init(vocabularyFile bytes: [UInt8], _ options: BertOptions) throws {
        let vocabulary = try Vocabulary(lines: bytes)
        guard let unknown = vocabulary.id(options.unknown) else {
            throw TokenizerError.vocabulary(
                reason: "has no line \(options.unknown), the token for unknown words")
        }
        normalizer = [
            .bert(
                BertNormalizer(
                    cleans: true, separatesIdeographs: options.separatesIdeographs,
                    stripsAccents: options.stripsAccents ?? options.lowercases,
                    lowercases: options.lowercases))
        ]
        preTokenizer = [.bert]
        model = .wordPiece(
            WordPiece(
                vocabulary: vocabulary, unknownID: unknown, prefix: Array("##".utf8),
                longestWord: 100))
        added = options.specialTokens.compactMap { token in
            vocabulary.id(token).map { AddedToken(content: token, id: $0, isSpecial: true) }
        }
        postProcessor = PostProcessor()
        if let cls = vocabulary.id(options.cls), let sep = vocabulary.id(options.sep) {
            postProcessor = .bert(cls: cls, sep: sep)
        }
        decoder = .wordPiece(prefix: "##", cleansUp: true)
    }
}

/// What a BERT tokenizer does besides its vocabulary.
struct BertOptions {
    var lowercases = true
    /// Nil for: if it makes lowercase.
    var stripsAccents: Bool?
    var separatesIdeographs = true
    var unknown = "[UNK]"
    var cls = "[CLS]"
    var sep = "[SEP]"
    var pad = "[PAD]"
    var mask = "[MASK]"

    var specialTokens: [String] { [pad, unknown, cls, sep, mask] }
}
