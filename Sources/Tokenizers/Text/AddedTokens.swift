/// A token that is looked for in texts before the model sees them.
struct AddedToken: Sendable {
    var content: String
    var id: Int32
    /// Whether `decode` may skip it.
    var isSpecial = false
    /// Whether it counts only between characters that belong to no word.
    var isSingleWord = false
    /// Whether it takes the white space before it.
    var stripsLeft = false
    /// Whether it takes the white space behind it.
    var stripsRight = false
    /// Whether it is looked for after normalization.
    var isNormalized = false
}

/// Finds added tokens: the leftmost first, of those that start together the longest.
struct AddedTokenMatcher: Sendable {
    private let tokens: [AddedToken]
    /// The bytes that a token may start with.
    private var starts = [Bool](repeating: false, count: 256)
    /// A trie: the next node by node and byte.
    private var edges = PairTable(capacity: 16)
    /// The token that ends at a node, or −1.
    private var ends: [Int32] = [-1]

    /// - Parameter contents: What to look for, for each of the tokens; empty ones are never found.
    init(_ tokens: [AddedToken], contents: [[UInt8]]) {
        self.tokens = tokens
        for (index, content) in contents.enumerated() where !content.isEmpty {
            starts[Int(content[0])] = true
            var node: UInt32 = 0
            for byte in content {
                if let next = edges.value(node, UInt32(byte)) {
                    node = UInt32(next)
                } else {
                    edges.insert(node, UInt32(byte), UInt64(ends.count))
                    node = UInt32(ends.count)
                    ends.append(-1)
                }
            }
            ends[Int(node)] = Int32(index)
        }
    }

    /// Whether there is nothing to look for.
    var isEmpty: Bool { ends.count == 1 }

    /// Calls with every part of a text in turn: a range without added token, or the id of one.
    func forEachPart(_ text: Bytes, _ body: (Range<Int>, Int32?) -> Void) {
        var done = 0
        var position = 0
        while let (match, token) = next(in: text, from: position) {
            position = match.end
            guard !token.isSingleWord || standsAlone(match, in: text) else { continue }
            var start = match.start
            var end = match.end
            while token.stripsLeft, start > done {
                let before = text.startOfScalar(before: start)
                guard before >= done, AddedTokenMatcher.isSpace(text, before) else { break }
                start = before
            }
            while token.stripsRight, end < text.count, AddedTokenMatcher.isSpace(text, end) {
                end += text.scalar(at: end).length
            }
            if done < start { body(done..<start, nil) }
            body(start..<end, token.id)
            done = end
        }
        if done < text.count { body(done..<text.count, nil) }
    }

    private func next(in text: Bytes, from position: Int) -> (Piece, AddedToken)? {
        var start = position
        while start < text.count {
            if starts.withUnsafeBufferPointer({ $0[Int(text[start])] }) {
                var node: UInt32 = 0
                var found: (Piece, AddedToken)?
                var end = start
                while end < text.count, let next = edges.value(node, UInt32(text[end])) {
                    node = UInt32(next)
                    end += 1
                    if ends[Int(node)] >= 0 {
                        found = (Piece(start: start, end: end), tokens[Int(ends[Int(node)])])
                    }
                }
                if let found { return found }
            }
            start += 1
        }
        return nil
    }

    private func standsAlone(_ match: Piece, in text: Bytes) -> Bool {
        let tables = UnicodeTables.shared
        if match.start > 0 {
            let before = text.startOfScalar(before: match.start)
            if tables[text.scalar(at: before).value].contains(.word) { return false }
        }
        return match.end == text.count
            || !tables[text.scalar(at: match.end).value].contains(.word)
    }

    private static func isSpace(_ text: Bytes, _ position: Int) -> Bool {
        UnicodeTables.shared[text.scalar(at: position).value].contains(.whitespace)
    }
}
