/// The likeliest cut of a word into tokens, each of which has a logarithm of its probability (Kudo,
/// "Subword Regularization", 2018), found with Viterbi's algorithm.
struct Unigram: Sendable {
    /// The best cut of a word's first bytes.
    struct Node: BitwiseCopyable {
        var score: Double
        /// Where its last token starts, or −1 if no cut ends here.
        var start: Int
        var id: Int32
    }

    /// A part of a word and its token, or −1 for one that is no token.
    struct Cut: BitwiseCopyable {
        var start: Int
        var end: Int
        var id: Int32
    }

    /// Buffers that encoding uses.
    struct Scratch: ~Copyable {
        var nodes = Growable<Node>()
        var cuts = Growable<Cut>()
    }

    let vocabulary: Vocabulary
    /// The id of the token for what no token writes; without one that is left out.
    let unknownID: Int32?
    private let scores: [Double]
    /// The score of a character that is no token: this much below the worst token's.
    private let unknownScore: Double
    private let trie: ByteTrie
    /// The ids of the tokens `<0x00>` … `<0xFF>` that write unknown bytes; nil if they are not to.
    private let byteTokens: [Int32?]?

    private static let unknownPenalty = 10.0

    /// - Parameters:
    ///   - vocabulary: Tokens with ids below the number of scores.
    ///   - scores: By id.
    ///   - fallsBack: Whether tokens of bytes write what is no token.
    init(vocabulary: Vocabulary, scores: [Double], unknownID: Int32?, fallsBack: Bool) {
        self.vocabulary = vocabulary
        self.scores = scores
        self.unknownID = unknownID
        unknownScore = (scores.min() ?? 0) - Unigram.unknownPenalty
        byteTokens = fallsBack ? vocabulary.byteTokens : nil
        var trie = ByteTrie()
        vocabulary.forEach { token, id in trie.insert(token, id) }
        self.trie = trie
    }

    /// Appends the ids of a word.
    func encode(_ word: Bytes, to ids: inout Growable<Int32>, _ scratch: inout Scratch) {
        findPaths(word, &scratch.nodes)
        cut(word, &scratch)
        for index in stride(from: scratch.cuts.count - 1, through: 0, by: -1) {
            let cut = scratch.cuts[index]
            if cut.id >= 0 {
                ids.append(cut.id)
            } else {
                appendUnknown(Bytes(rebasing: word[cut.start..<cut.end]), to: &ids)
            }
        }
    }

    /// Finds the best cut of every beginning of the word.
    private func findPaths(_ word: Bytes, _ nodes: inout Growable<Node>) {
        nodes.truncate(to: 0)
        nodes.reserve(word.count + 1)
        for _ in 0...word.count { nodes.append(Node(score: 0, start: -1, id: -1)) }
        var start = 0
        while start < word.count {
            let before = nodes[start].score
            let length = word.scalar(at: start).length
            var isWritten = false
            trie.forEachPrefix(of: word, from: start) { end, id in
                Unigram.offer(before + scores[Int(id)], start, id, to: &nodes[end])
                if end - start == length { isWritten = true }
            }
            if !isWritten {
                Unigram.offer(
                    before + unknownScore, start, unknownID ?? -1, to: &nodes[start + length])
            }
            start += length
        }
    }

    @inline(__always)
    private static func offer(_ score: Double, _ start: Int, _ id: Int32, to node: inout Node) {
        if node.start < 0 || score > node.score {
            node = Node(score: score, start: start, id: id)
        }
    }

    /// Follows the best path back; neighbouring unknown parts become one.
    private func cut(_ word: Bytes, _ scratch: inout Scratch) {
        scratch.cuts.truncate(to: 0)
        let unknown = unknownID ?? -1
        var end = word.count
        var isUnknown = false
        while end > 0 {
            let node = scratch.nodes[end]
            if node.id != unknown {
                scratch.cuts.append(Cut(start: node.start, end: end, id: node.id))
                isUnknown = false
            } else if isUnknown {
                scratch.cuts[scratch.cuts.count - 1].start = node.start
            } else {
                scratch.cuts.append(Cut(start: node.start, end: end, id: -1))
                isUnknown = true
            }
            end = node.start
        }
    }

    private func appendUnknown(_ part: Bytes, to ids: inout Growable<Int32>) {
        if let id = vocabulary.id(part) { return ids.append(id) }
        if let byteTokens {
            let mark = ids.count
            for byte in part {
                guard let id = byteTokens[Int(byte)] else { break }
                ids.append(id)
            }
            if ids.count - mark == part.count { return }
            ids.truncate(to: mark)
        }
        if let unknownID { ids.append(unknownID) }
    }
}

/// A tree of byte strings, each with a number.
struct ByteTrie: Sendable {
    /// The next node by node and byte.
    private var edges = PairTable(capacity: 16)
    /// The number that belongs to a node, or −1.
    private var values: [Int32] = [-1]

    /// Adds a byte string; an empty one is never found.
    mutating func insert(_ bytes: Bytes, _ value: Int32) {
        guard !bytes.isEmpty else { return }
        var node: UInt32 = 0
        for byte in bytes {
            if let next = edges.value(node, UInt32(byte)) {
                node = UInt32(next)
            } else {
                edges.insert(node, UInt32(byte), UInt64(values.count))
                node = UInt32(values.count)
                values.append(-1)
            }
        }
        values[Int(node)] = value
    }

    /// Calls with the end and the number of every string that starts at a position, the shortest first.
    @inline(__always)
    func forEachPrefix(of text: Bytes, from start: Int, _ body: (Int, Int32) -> Void) {
        values.withUnsafeBufferPointer { values in
            var node: UInt32 = 0
            var end = start
            while end < text.count, let next = edges.value(node, UInt32(text[end])) {
                node = UInt32(next)
                end += 1
                if values[Int(node)] >= 0 { body(end, values[Int(node)]) }
            }
        }
    }
}
