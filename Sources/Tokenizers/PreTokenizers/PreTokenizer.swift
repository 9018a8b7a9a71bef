/// One step of splitting a text into the pieces that the model sees.
enum PreTokenizer: Sendable {
    case bert
    case whitespace
    case whitespaceSplit
    case digits(individual: Bool)
    case punctuation(SplitBehavior)
    case split(Pattern, SplitBehavior, inverted: Bool)
    case byteLevel(prefixSpace: Bool, splits: Bool)
    case metaspace(Metaspace)

    /// Splits one piece further.
    func split(
        _ piece: Piece, of text: Bytes, into pieces: inout Growable<Piece>,
        _ spans: inout Growable<Span>
    ) {
        let inner = piece.bytes(of: text)
        switch self {
        case .bert: PreTokenizer.splitBert(inner, at: piece.start, into: &pieces)
        case .whitespace: PreTokenizer.splitWords(inner, at: piece.start, into: &pieces)
        case .whitespaceSplit:
            PreTokenizer.spans(of: inner, .whitespace, into: &spans)
            SplitBehavior.removed.append(spans, at: piece.start, to: &pieces)
        case .digits(let individual):
            PreTokenizer.spans(of: inner, .numeric, into: &spans)
            (individual ? SplitBehavior.isolated : .contiguous)
                .append(spans, at: piece.start, to: &pieces)
        case .punctuation(let behavior):
            PreTokenizer.spans(of: inner, .punctuation, into: &spans)
            behavior.append(spans, at: piece.start, to: &pieces)
        case .split(.words(let words), .isolated, _), .split(.words(let words), .removed, true):
            PreTokenizer.split(inner, at: piece.start, words, into: &pieces)
        case .split(let pattern, let behavior, let inverted):
            PreTokenizer.spans(of: inner, pattern, inverted: inverted, into: &spans)
            behavior.append(spans, at: piece.start, to: &pieces)
        case .metaspace(let metaspace): metaspace.split(piece, of: text, into: &pieces)
        case .byteLevel(_, let splits):
            if splits {
                PreTokenizer.split(inner, at: piece.start, .gpt2, into: &pieces)
            } else {
                pieces.append(piece)
            }
        }
    }

    private static func split(
        _ text: Bytes, at offset: Int, _ words: WordPattern, into pieces: inout Growable<Piece>
    ) {
        var position = 0
        while position < text.count {
            let end = words.end(in: text, from: position)
            pieces.append(Piece(start: offset + position, end: offset + end))
            position = end
        }
    }

    /// White space is removed, punctuation stands alone.
    private static func splitBert(
        _ text: Bytes, at offset: Int, into pieces: inout Growable<Piece>
    ) {
        let tables = UnicodeTables.shared
        var start = 0
        var position = 0
        while position < text.count {
            let byte = text[position]
            if byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 {
                position += 1
                continue
            }
            let (scalar, length) = text.scalar(at: position)
            let property = tables[scalar]
            if !property.isDisjoint(with: [.whitespace, .punctuation]) {
                if start < position {
                    pieces.append(Piece(start: offset + start, end: offset + position))
                }
                start = position + length
                if !property.contains(.whitespace) {
                    pieces.append(Piece(start: offset + position, end: offset + start))
                }
            }
            position += length
        }
        if start < position {
            pieces.append(Piece(start: offset + start, end: offset + position))
        }
    }

    /// The matches of `\w+|[^\w\s]+`.
    private static func splitWords(
        _ text: Bytes, at offset: Int, into pieces: inout Growable<Piece>
    ) {
        let kinds: UnicodeTables.Property = [.word, .whitespace]
        var start = 0
        var position = 0
        var before: UnicodeTables.Property = .whitespace
        while position < text.count {
            let (scalar, length) = text.scalar(at: position)
            let kind = UnicodeTables.shared[scalar].intersection(kinds)
            if kind != before {
                if before != .whitespace {
                    pieces.append(Piece(start: offset + start, end: offset + position))
                }
                start = position
                before = kind
            }
            position += length
        }
        if before != .whitespace {
            pieces.append(Piece(start: offset + start, end: offset + position))
        }
    }

    private static func spans(
        of text: Bytes, _ property: UnicodeTables.Property, into spans: inout Growable<Span>
    ) {
        spans.truncate(to: 0)
        var start = 0
        var position = 0
        while position < text.count {
            let (scalar, length) = text.scalar(at: position)
            if !UnicodeTables.shared[scalar].isDisjoint(with: property) {
                if start < position { spans.append(Span(start, position, isMatch: false)) }
                start = position + length
                spans.append(Span(position, start, isMatch: true))
            }
            position += length
        }
        if start < position { spans.append(Span(start, position, isMatch: false)) }
    }

    private static func spans(
        of text: Bytes, _ pattern: Pattern, inverted: Bool, into spans: inout Growable<Span>
    ) {
        spans.truncate(to: 0)
        var position = 0
        while let match = pattern.match(in: text, from: position) {
            if position < match.start {
                spans.append(Span(position, match.start, isMatch: inverted))
            }
            spans.append(Span(match.start, match.end, isMatch: !inverted))
            position = match.end
        }
        if position < text.count { spans.append(Span(position, text.count, isMatch: inverted)) }
    }
}

/// A part of a text that matches a pattern, or one between matches.
struct Span: BitwiseCopyable {
    var start: Int
    var end: Int
    var isMatch: Bool

    init(_ start: Int, _ end: Int, isMatch: Bool) {
        (self.start, self.end, self.isMatch) = (start, end, isMatch)
    }
}

/// What becomes of the matches when a text is split.
enum SplitBehavior: String, Sendable, CaseIterable {
    case isolated = "Isolated"
    case removed = "Removed"
    case contiguous = "Contiguous"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"

    /// Appends the pieces that spans make.
    func append(_ spans: borrowing Growable<Span>, at offset: Int, to pieces: inout Growable<Piece>)
    {
        let first = pieces.count
        for index in 0..<spans.count {
            let span = spans[index]
            let before = index > 0 ? spans[index - 1].isMatch : false
            let joins: Bool
            switch self {
            case .isolated: joins = false
            case .removed:
                if span.isMatch { continue }
                joins = false
            case .contiguous: joins = span.isMatch == before
            case .mergedWithPrevious: joins = span.isMatch && !before
            case .mergedWithNext: joins = before && !span.isMatch
            }
            if joins, pieces.count > first {
                pieces[pieces.count - 1].end = offset + span.end
            } else {
                pieces.append(Piece(start: offset + span.start, end: offset + span.end))
            }
        }
    }
}
