/// Longest match first over a vocabulary (Devlin et al., "BERT", 2018).
struct WordPiece: Sendable {
    let vocabulary: Vocabulary
    let unknownID: Int32
    /// What pieces that continue a word start with.
    let prefix: [UInt8]
    /// Words of more scalars are unknown.
    let longestWord: Int
    private let prefixHash: UInt64

    init(vocabulary: Vocabulary, unknownID: Int32, prefix: [UInt8], longestWord: Int) {
        self.vocabulary = vocabulary
        self.unknownID = unknownID
        self.prefix = prefix
        self.longestWord = longestWord
        prefixHash = prefix.withUnsafeBufferPointer { Vocabulary.hash($0) }
    }

    /// Appends the ids of a word.
    func encode(_ word: Bytes, to ids: inout Growable<Int32>, _ hashes: inout Growable<UInt64>) {
        guard !isTooLong(word) else { return ids.append(unknownID) }
        let mark = ids.count
        var start = 0
        while start < word.count {
            let rest = Bytes(rebasing: word[start...])
            guard let (id, length) = longest(rest, continues: start > 0, &hashes) else {
                ids.truncate(to: mark)
                return ids.append(unknownID)
            }
            ids.append(id)
            start += length
        }
    }

    @inline(__always)
    private func isTooLong(_ word: Bytes) -> Bool {
        guard word.count > longestWord else { return false }
        return word.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } > longestWord
    }

    /// The longest token that the bytes start with, and how many of them it takes.
    @inline(__always)
    private func longest(
        _ bytes: Bytes, continues: Bool, _ hashes: inout Growable<UInt64>
    ) -> (id: Int32, length: Int)? {
        var hash = continues ? prefixHash : Vocabulary.emptyHash
        let most = min(bytes.count, vocabulary.longest)
        hashes.truncate(to: 0)
        hashes.reserve(most)
        for index in 0..<most {
            hash = Vocabulary.extend(hash, bytes[index])
            hashes.append(hash)
        }
        var length = most
        while length > 0 {
            if length == bytes.count || bytes[length] & 0xC0 != 0x80,
                let id = vocabulary.id(
                    prefix: continues ? prefix : [], Bytes(rebasing: bytes[..<length]),
                    hash: hashes[length - 1])
            {
                return (id, length)
            }
            length -= 1
        }
        return nil
    }
}
