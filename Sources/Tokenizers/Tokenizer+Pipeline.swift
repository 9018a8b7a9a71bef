extension Tokenizer {
    /// Appends the ids of a text to the scratch's, without special tokens around.
    ///
    /// - Parameters:
    ///   - text: Valid UTF-8.
    ///   - limit: No more words are cut once there are so many ids in the scratch.
    func appendBody(_ text: Bytes, limit: Int, _ scratch: inout Scratch) {
        guard !rawMatcher.isEmpty else {
            return appendPart(text, isStart: true, limit: limit, &scratch)
        }
        rawMatcher.forEachPart(text) { range, id in
            if let id { return scratch.ids.append(id) }
            appendPart(
                Bytes(rebasing: text[range]), isStart: range.lowerBound == 0, limit: limit,
                &scratch)
        }
    }

    /// A part of the text without added tokens that are looked for before normalization.
    private func appendPart(
        _ text: Bytes, isStart: Bool, limit: Int, _ scratch: inout Scratch
    ) {
        guard scratch.ids.count < limit else { return }
        var current = text
        if !parts.normalizer.isEmpty {
            scratch.normalized.truncate(to: 0)
            Normalizer.append(
                text, parts.normalizer, to: &scratch.normalized, &scratch.normalizer)
            current = scratch.normalized.elements
        }
        guard !normalizedMatcher.isEmpty else {
            return appendWords(current, isStart: isStart, limit: limit, &scratch)
        }
        normalizedMatcher.forEachPart(current) { range, id in
            if let id { return scratch.ids.append(id) }
            appendWords(
                Bytes(rebasing: current[range]), isStart: isStart && range.lowerBound == 0,
                limit: limit, &scratch)
        }
    }

    /// A normalized part of the text without added tokens.
    private func appendWords(
        _ text: Bytes, isStart: Bool, limit: Int, _ scratch: inout Scratch
    ) {
        guard !text.isEmpty else { return }
        var current = text
        scratch.pieces.truncate(to: 0)
        scratch.pieces.append(Piece(start: 0, end: text.count))
        for step in parts.preTokenizer {
            switch step {
            case .byteLevel(prefixSpace: true, _):
                Tokenizer.prefixSpaces(current, &scratch)
                current = scratch.prefixed.elements
            case .metaspace(let metaspace):
                swap(&scratch.prefixed, &scratch.otherPrefixed)
                scratch.prefixed.truncate(to: 0)
                metaspace.append(
                    current, isStart: isStart, to: &scratch.prefixed, &scratch.pieces)
                current = scratch.prefixed.elements
            default: break
            }
            swap(&scratch.pieces, &scratch.otherPieces)
            scratch.pieces.truncate(to: 0)
            for index in 0..<scratch.otherPieces.count {
                step.split(
                    scratch.otherPieces[index], of: current, into: &scratch.pieces, &scratch.spans)
            }
        }
        switch parts.model {
        case .wordPiece(let model):
            for index in 0..<scratch.pieces.count where scratch.ids.count < limit {
                let word = scratch.pieces[index].bytes(of: current)
                model.encode(word, to: &scratch.ids, &scratch.numbers)
            }
        case .bytePair(let model):
            for index in 0..<scratch.pieces.count where scratch.ids.count < limit {
                let word = scratch.pieces[index].bytes(of: current)
                model.encode(word, to: &scratch.ids, &scratch.numbers)
            }
        case .unigram(let model):
            for index in 0..<scratch.pieces.count where scratch.ids.count < limit {
                let word = scratch.pieces[index].bytes(of: current)
                model.encode(word, to: &scratch.ids, &scratch.unigram)
            }
        }
    }

    /// Copies the pieces, each with a space in front if it hasn't got one.
    private static func prefixSpaces(_ text: Bytes, _ scratch: inout Scratch) {
        swap(&scratch.prefixed, &scratch.otherPrefixed)
        scratch.prefixed.truncate(to: 0)
        for index in 0..<scratch.pieces.count {
            let piece = scratch.pieces[index]
            let start = scratch.prefixed.count
            if text[piece.start] != UInt8(ascii: " ") { scratch.prefixed.append(0x20) }
            let bytes = piece.bytes(of: text)
            scratch.prefixed.append(bytes.baseAddress.unsafelyUnwrapped, bytes.count)
            scratch.pieces[index] = Piece(start: start, end: scratch.prefixed.count)
        }
    }
}
