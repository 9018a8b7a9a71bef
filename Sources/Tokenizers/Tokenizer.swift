/// Turns text into the ids of a model's tokens and back.
///
/// Works as the Hugging Face `tokenizers` package does with the same `tokenizer.json`: the text is
/// normalized, split into words, each word is cut into tokens of the vocabulary, and special tokens
/// are put around. Immutable, so that any number of threads may use it at once.
///
/// Truncation and padding in the file are not applied: pass `maximumLength` instead;
/// `truncationLength` says what the file asks for.
public final class Tokenizer: Sendable {
    let parts: TokenizerParts
    let rawMatcher: AddedTokenMatcher
    let normalizedMatcher: AddedTokenMatcher
    let addedByID: [Int32: AddedToken]
    let addedByContent: [String: Int32]
    let names: SpecialTokenNames

    /// Reads the tokenizer of a model's folder: `tokenizer.json`, or else `vocab.txt`.
    ///
    /// `tokenizer_config.json` is read where there is one, for the names of the special tokens and,
    /// beside a `vocab.txt`, for `do_lower_case`, `strip_accents` and `tokenize_chinese_chars`.
    ///
    /// - Parameter folder: The path of the folder.
    /// - Throws: `TokenizerError`.
    public convenience init(folder: String) throws {
        let configuration = try ModelFolder(path: folder)
        try self.init(try configuration.parts(), configuration.names)
    }

    /// Reads a `tokenizer.json`.
    ///
    /// - Parameter json: The file's bytes.
    /// - Throws: `TokenizerError`.
    public convenience init(json: [UInt8]) throws {
        try self.init(try TokenizerParts(json: json), SpecialTokenNames())
    }

    /// Makes a BERT tokenizer of a `vocab.txt`: one token a line, the first line is token 0.
    ///
    /// - Parameters:
    ///   - vocabulary: The path of the file.
    ///   - lowercase: Whether text is made lowercase and loses its accents.
    /// - Throws: `TokenizerError`.
    public convenience init(vocabulary: String, lowercase: Bool) throws {
        let bytes = try ModelFolder.read(vocabulary)
        let parts = try TokenizerParts(vocabularyFile: bytes, BertOptions(lowercases: lowercase))
        try self.init(parts, SpecialTokenNames())
    }

    /// Makes a BERT tokenizer of the bytes of a `vocab.txt`: one token a line.
    ///
    /// - Parameters:
    ///   - vocabularyFile: The file's bytes.
    ///   - lowercase: Whether text is made lowercase and loses its accents.
    /// - Throws: `TokenizerError`.
    public convenience init(vocabularyFile: [UInt8], lowercase: Bool) throws {
        let parts = try TokenizerParts(
            vocabularyFile: vocabularyFile, BertOptions(lowercases: lowercase))
        try self.init(parts, SpecialTokenNames())
    }

    private init(_ parts: TokenizerParts, _ names: SpecialTokenNames) throws {
        self.parts = parts
        self.names = names
        let raw = parts.added.filter { !$0.isNormalized }
        let normalized = parts.added.filter(\.isNormalized)
        let contents = normalized.map { Tokenizer.normalized($0.content, parts.normalizer) }
        rawMatcher = AddedTokenMatcher(raw, contents: raw.map { Array($0.content.utf8) })
        normalizedMatcher = AddedTokenMatcher(normalized, contents: contents)
        addedByContent = Dictionary(
            parts.added.map { ($0.content, $0.id) }, uniquingKeysWith: { $1 })
        var byID = Dictionary(raw.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        let special = Set(parts.added.filter(\.isSpecial).map(\.content))
        // As in the reference, a normalized token is written normalized, and special by what is
        // written.
        for (var token, content) in zip(normalized, contents) {
            token.content = String(decoding: content, as: UTF8.self)
            token.isSpecial = special.contains(token.content)
            byID[token.id] = token
        }
        addedByID = byID
    }

    private static func normalized(_ text: String, _ steps: [Normalizer]) -> [UInt8] {
        var scratch = NormalizerScratch()
        var output = Growable<UInt8>()
        var text = text
        text.withUTF8 { Normalizer.append($0, steps, to: &output, &scratch) }
        return Array(output.elements)
    }

    /// One more than the greatest id of a token: the rows that an embedding needs.
    public var vocabularySize: Int {
        Int(max(parts.model.vocabulary.greatestID, addedByID.keys.max() ?? -1)) + 1
    }

    /// The token with an id, as the vocabulary writes it; nil if there is none.
    public func token(_ id: Int) -> String? {
        guard let id = Int32(exactly: id) else { return nil }
        if let added = addedByID[id] { return added.content }
        return parts.model.vocabulary.token(id).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The id of a token; nil if the vocabulary hasn't got it.
    public func id(of token: String) -> Int? {
        (addedByContent[token] ?? parts.model.vocabulary.id(token)).map(Int.init)
    }

    /// The length to which the file asks to truncate, with special tokens; nil if it doesn't.
    public var truncationLength: Int? { parts.truncationLength }

    /// The token that fills shorter texts of a batch.
    public var padID: Int? { special(names.pad, ["[PAD]", "<pad>", "<|finetune_right_pad_id|>"]) }
    /// The token in front of a text whose state stands for the whole.
    public var clsID: Int? { special(names.cls, ["[CLS]", "<s>"]) }
    /// The token that separates texts.
    public var sepID: Int? { special(names.sep, ["[SEP]", "</s>"]) }
    /// The token that stands for a hidden one.
    public var maskID: Int? { special(names.mask, ["[MASK]", "<mask>"]) }
    /// The token for what the vocabulary can't write.
    public var unknownID: Int? {
        parts.model.unknownID.map(Int.init) ?? special(names.unknown, ["[UNK]", "<unk>"])
    }
    /// The token that begins a text.
    public var bosID: Int? {
        special(names.bos, ["<s>", "<|begin_of_text|>", "<|im_start|>", "<|endoftext|>"])
    }
    /// The token that ends a text.
    public var eosID: Int? {
        special(names.eos, ["</s>", "<|im_end|>", "<|end_of_text|>", "<|endoftext|>"])
    }

    /// The token of the configured name, or else of the first usual name that there is.
    private func special(_ name: String?, _ usual: [String]) -> Int? {
        if let name { return id(of: name) }
        return usual.lazy.compactMap { self.id(of: $0) }.first
    }
}
