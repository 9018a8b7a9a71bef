/// Byte-pair encoding over bytes (GPT-2) or over characters.
struct BytePairEncoding: Sendable {
    /// What is done with a symbol that is no token.
    struct Unknown: Sendable {
        /// The id of the token for it; without one it is left out.
        var id: Int32?
        /// Whether neighbours make one token.
        var fuses = false
        /// The ids of the tokens `<0x00>` … `<0xFF>` that write its bytes, where there are all.
        var byteTokens: [Int32?]?
    }

    /// Tokens as the file writes them.
    let vocabulary: Vocabulary
    /// Tokens by the bytes they stand for; nil if the model works on characters.
    private let byBytes: Vocabulary?
    /// The id of each byte's token.
    private let byteIDs: [Int32?]
    private let merges: MergeTable
    let unknown: Unknown
    /// Tokens that a word of the same bytes becomes as a whole.
    private var whole: [Bool] = []

    /// - Parameters:
    ///   - byteLevel: Whether tokens write bytes by the byte alphabet.
    ///   - ignoresMerges: Whether a word that is a token becomes it in any case.
    init(
        vocabulary: Vocabulary, merges: MergeTable, unknown: Unknown, byteLevel: Bool,
        ignoresMerges: Bool
    ) {
        self.vocabulary = vocabulary
        self.merges = merges
        self.unknown = unknown
        byteIDs = (0..<256).map { byte in
            ByteAlphabet.token(of: [UInt8(byte)]).withUnsafeBufferPointer { vocabulary.id($0) }
        }
        byBytes = byteLevel ? BytePairEncoding.bytes(of: vocabulary) : nil
        findWholeTokens(all: ignoresMerges)
    }

    private static func bytes(of vocabulary: Vocabulary) -> Vocabulary {
        var bytes: [UInt8] = []
        var result = Vocabulary(capacity: vocabulary.count)
        vocabulary.forEach { token, id in
            bytes.removeAll(keepingCapacity: true)
            if ByteAlphabet.append(bytesOf: token, to: &bytes) {
                bytes.withUnsafeBufferPointer { result.insert($0, id: id) }
            }
        }
        return result
    }

    private mutating func findWholeTokens(all: Bool) {
        var whole = [Bool](repeating: all, count: Int(vocabulary.greatestID) + 1)
        if !all {
            var ids = Growable<Int32>()
            var scratch = Growable<UInt64>()
            (byBytes ?? vocabulary).forEach { token, id in
                ids.truncate(to: 0)
                appendSymbols(of: token, to: &ids)
                merges.apply(to: &ids, from: 0, &scratch)
                whole[Int(id)] = ids.count == 1 && ids[0] == id
            }
        }
        self.whole = whole
    }

    /// Appends the ids of a word.
    func encode(_ word: Bytes, to ids: inout Growable<Int32>, _ merged: inout Growable<UInt64>) {
        let known = byBytes == nil ? vocabulary.id(word) : byBytes.unsafelyUnwrapped.id(word)
        if let known, whole[Int(known)] { return ids.append(known) }
        let start = ids.count
        appendSymbols(of: word, to: &ids)
        merges.apply(to: &ids, from: start, &merged)
    }

    private func appendSymbols(of word: Bytes, to ids: inout Growable<Int32>) {
        var pending: Int32?
        var position = 0
        while position < word.count {
            let length = byBytes == nil ? word.scalar(at: position).length : 1
            let symbol = Bytes(rebasing: word[position..<position + length])
            position += length
            if let id = byBytes == nil ? vocabulary.id(symbol) : byteIDs[Int(symbol[0])] {
                if let unknown = pending { ids.append(unknown) }
                pending = nil
                ids.append(id)
            } else if !appendBytes(of: symbol, to: &ids), let id = unknown.id {
                if let before = pending, !unknown.fuses { ids.append(before) }
                pending = id
            }
        }
        if let pending { ids.append(pending) }
    }

    /// Appends the tokens that write a symbol's bytes; false if there are none.
    private func appendBytes(of symbol: Bytes, to ids: inout Growable<Int32>) -> Bool {
        guard let tokens = unknown.byteTokens else { return false }
        let written = byBytes == nil ? Array(symbol) : ByteAlphabet.token(of: Array(symbol))
        let found = written.compactMap { tokens[Int($0)] }
        guard found.count == written.count else { return false }
        for id in found { ids.append(id) }
        return true
    }
}
