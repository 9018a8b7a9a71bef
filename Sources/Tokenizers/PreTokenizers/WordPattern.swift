/// The regular expressions of GPT-2, its followers and their variants, matched by hand.
///
/// All of them are alternatives in the same order: contractions, letters with something in front,
/// numbers, other characters, line ends, white space. Every text is covered by matches.
struct WordPattern: Sendable, Equatable {
    enum Contractions: Sendable { case exact, anyCase }

    var contractions = Contractions.exact
    /// Letters may follow any one character that is no letter, number or line end, not just a space.
    var anyPrefix = false
    /// The most numbers in a piece; 0 for any number of them, with an optional space in front.
    var numbers = 0
    /// Line ends belong to the characters before them, or to the white space before them.
    var lineEnds = false

    /// The pattern of GPT-2 and of the pre-tokenizer `ByteLevel`.
    static let gpt2 = WordPattern()

    /// The regular expressions that are known.
    static let known: [String: WordPattern] = {
        let exact = #"'s|'t|'re|'ve|'m|'ll|'d|"#
        let short = #"'(?:[sdmt]|ll|ve|re)|"#
        let tail = #"\s+(?!\S)|\s+"#
        let gpt2 = #" ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|"# + tail
        func later(_ numbers: String) -> String {
            #"[^\r\n\p{L}\p{N}]?\p{L}+|"# + numbers
                + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|"# + tail
        }
        let one = WordPattern(contractions: .anyCase, anyPrefix: true, numbers: 1, lineEnds: true)
        let three = WordPattern(contractions: .anyCase, anyPrefix: true, numbers: 3, lineEnds: true)
        var known = [exact + gpt2: WordPattern.gpt2, short + gpt2: WordPattern.gpt2]
        for anyCase in [#"(?i:'s|'t|'re|'ve|'m|'ll|'d)|"#, #"(?i:'[sdmt]|'ll|'ve|'re)|"#] {
            known[anyCase + later(#"\p{N}"#)] = one
            known[anyCase + later(#"\p{N}{1,3}"#)] = three
        }
        return known
    }()

    /// Kinds of scalars.
    private struct Kind {
        static let other: UInt8 = 0
        static let letter: UInt8 = 1
        static let number: UInt8 = 2
        static let space: UInt8 = 3
    }

    /// Where the match that starts at a position ends.
    @inline(__always)
    func end(in text: Bytes, from start: Int) -> Int {
        let (first, firstLength) = WordPattern.kind(in: text, at: start)
        let byte = text[start]
        if byte == UInt8(ascii: "'") {
            let end = contraction(in: text, from: start)
            if end > start { return end }
        }
        if first == Kind.letter {
            return WordPattern.run(of: Kind.letter, in: text, from: start + firstLength)
        }
        if first == Kind.number {
            return numberRun(in: text, from: start + firstLength)
        }
        let isLineEnd = byte == 10 || byte == 13
        let next = start + firstLength
        if next < text.count, !isLineEnd, anyPrefix || byte == UInt8(ascii: " ") {
            let (second, secondLength) = WordPattern.kind(in: text, at: next)
            if second == Kind.letter {
                return WordPattern.run(of: Kind.letter, in: text, from: next + secondLength)
            }
            if byte == UInt8(ascii: " ") {
                if second == Kind.number, numbers == 0 {
                    return numberRun(in: text, from: next + secondLength)
                }
                if second == Kind.other { return others(in: text, from: next + secondLength) }
            }
        }
        return first == Kind.other ? others(in: text, from: next) : space(in: text, from: start)
    }

    private func contraction(in text: Bytes, from start: Int) -> Int {
        guard start + 1 < text.count else { return start }
        let fold: UInt8 = contractions == .anyCase ? 0x20 : 0
        let first = text[start + 1] | fold
        switch first {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
            // With the bit set, no other byte than the letter's two cases is equal.
            return start + 2
        default: break
        }
        guard start + 2 < text.count else { return start }
        // Without regard to case, the long s is an s too.
        if fold != 0, text[start + 1] == 0xC5, text[start + 2] == 0xBF { return start + 3 }
        switch (first, text[start + 2] | fold) {
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return start + 3
        default: return start
        }
    }

    @inline(__always)
    private func numberRun(in text: Bytes, from position: Int) -> Int {
        var position = position
        var left = numbers == 0 ? Int.max : numbers - 1
        while left > 0, position < text.count {
            let (kind, length) = WordPattern.kind(in: text, at: position)
            if kind != Kind.number { break }
            position += length
            left -= 1
        }
        return position
    }

    @inline(__always)
    private func others(in text: Bytes, from position: Int) -> Int {
        var end = WordPattern.run(of: Kind.other, in: text, from: position)
        while lineEnds, end < text.count, text[end] == 10 || text[end] == 13 { end += 1 }
        return end
    }

    private func space(in text: Bytes, from start: Int) -> Int {
        var end = start
        var last = start
        var behindLineEnd = start
        while end < text.count {
            let (kind, length) = WordPattern.kind(in: text, at: end)
            if kind != Kind.space { break }
            last = end
            end += length
            if text[last] == 10 || text[last] == 13 { behindLineEnd = end }
        }
        if lineEnds, behindLineEnd > start { return behindLineEnd }
        return end == text.count || last == start ? end : last
    }

    @inline(__always)
    private static func run(of kind: UInt8, in text: Bytes, from position: Int) -> Int {
        var position = position
        while position < text.count {
            let (found, length) = self.kind(in: text, at: position)
            if found != kind { break }
            position += length
        }
        return position
    }

    @inline(__always)
    private static func kind(in text: Bytes, at position: Int) -> (kind: UInt8, length: Int) {
        let byte = text[position]
        if byte < 0x80 {
            if UInt8((byte | 0x20) &- 0x61) < 26 { return (Kind.letter, 1) }
            if byte == 0x20 || byte &- 9 < 5 { return (Kind.space, 1) }
            return (byte &- 0x30 < 10 ? Kind.number : Kind.other, 1)
        }
        let (scalar, length) = text.scalar(at: position)
        let property = UnicodeTables.shared[scalar]
        if property.contains(.letter) { return (Kind.letter, length) }
        if property.contains(.number) { return (Kind.number, length) }
        return (property.contains(.space) ? Kind.space : Kind.other, length)
    }
}
