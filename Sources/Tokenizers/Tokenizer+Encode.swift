extension Tokenizer {
    /// The ids of a text.
    ///
    /// - Parameters:
    ///   - text: The text; special tokens written in it become those tokens.
    ///   - addSpecialTokens: Whether the special tokens of one text are put around.
    ///   - maximumLength: The most ids, with the special ones: the text's last ones are left out.
    ///     Special tokens are left out only if they alone are more.
    /// - Returns: The ids.
    public func encode(
        _ text: String, addSpecialTokens: Bool = true, maximumLength: Int? = nil
    ) -> [Int32] {
        var text = text
        var scratch = Scratch()
        return text.withUTF8 {
            encode(valid: $0, addSpecialTokens, maximumLength, &scratch)
        }
    }

    /// The ids of a text in UTF-8; what is no valid UTF-8 counts as U+FFFD.
    ///
    /// - Parameters:
    ///   - utf8: The text's bytes.
    ///   - addSpecialTokens: Whether the special tokens of one text are put around.
    ///   - maximumLength: The most ids, with the special ones.
    /// - Returns: The ids.
    public func encode(
        utf8: UnsafeBufferPointer<UInt8>, addSpecialTokens: Bool = true, maximumLength: Int? = nil
    ) -> [Int32] {
        guard utf8.isValidUTF8() else {
            return encode(
                String(decoding: utf8, as: UTF8.self), addSpecialTokens: addSpecialTokens,
                maximumLength: maximumLength)
        }
        var scratch = Scratch()
        return encode(valid: utf8, addSpecialTokens, maximumLength, &scratch)
    }

    /// The ids of several texts, each for itself and in their order.
    ///
    /// - Parameters:
    ///   - texts: The texts.
    ///   - addSpecialTokens: Whether the special tokens of one text are put around each.
    ///   - maximumLength: The most ids of a text, with the special ones.
    /// - Returns: The ids of each text.
    public func encode(
        _ texts: [String], addSpecialTokens: Bool = true, maximumLength: Int? = nil
    ) -> [[Int32]] {
        var scratch = Scratch()
        var encoded: [[Int32]] = []
        encoded.reserveCapacity(texts.count)
        for var text in texts {
            encoded.append(
                text.withUTF8 { encode(valid: $0, addSpecialTokens, maximumLength, &scratch) })
        }
        return encoded
    }

    /// The ids of a pair of texts, with special tokens and segments.
    ///
    /// - Parameters:
    ///   - text: The first text.
    ///   - pair: The second text.
    ///   - maximumLength: The most ids, with the special ones: the longer text is cut first, then
    ///     both to equal lengths.
    /// - Returns: The ids and their segments.
    public func encode(_ text: String, pair: String, maximumLength: Int? = nil) -> Encoding {
        var scratch = Scratch()
        let most = maximumLength.map { max(0, $0) } ?? .max
        let room = max(0, most - PostProcessor.specialCount(parts.postProcessor.pair))
        for var text in [text, pair] {
            // Which of the two is longer counts, so that neither may be cut before.
            text.withUTF8 { appendBody($0, limit: .max, &scratch) }
            if scratch.boundary == nil { scratch.boundary = scratch.ids.count }
        }
        let boundary = scratch.boundary ?? 0
        let (first, second) = PostProcessor.lengths(
            boundary, scratch.ids.count - boundary, most: room)
        var encoding = Encoding(ids: [], typeIDs: [])
        for item in parts.postProcessor.pair {
            switch item {
            case .special(let ids, let type): encoding.append(ids, type)
            case .first(let type): encoding.append(scratch.ids.elements[..<first], type)
            case .second(let type):
                encoding.append(scratch.ids.elements[boundary..<boundary + second], type)
            }
        }
        return encoding.prefix(most)
    }

    private func encode(
        valid text: Bytes, _ addSpecialTokens: Bool, _ maximumLength: Int?,
        _ scratch: inout Scratch
    ) -> [Int32] {
        let most = maximumLength.map { max(0, $0) } ?? .max
        let items = parts.postProcessor.single
        let special = addSpecialTokens ? PostProcessor.specialCount(items) : 0
        let room = max(0, most - special)
        scratch.ids.truncate(to: 0)
        appendBody(text, limit: room, &scratch)
        let kept = min(scratch.ids.count, room)
        if !addSpecialTokens || items.count == 1 { return Array(scratch.ids.elements[..<kept]) }
        var ids: [Int32] = []
        ids.reserveCapacity(kept + special)
        for item in items {
            switch item {
            case .special(let tokens, _): ids.append(contentsOf: tokens)
            case .first: ids.append(contentsOf: scratch.ids.elements[..<kept])
            case .second: break
            }
        }
        if ids.count > most { ids.removeLast(ids.count - most) }
        return ids
    }
}

extension Encoding {
    fileprivate mutating func append(_ more: some Collection<Int32>, _ typeID: Int32) {
        ids.append(contentsOf: more)
        typeIDs.append(contentsOf: repeatElement(typeID, count: more.count))
    }

    fileprivate func prefix(_ most: Int) -> Encoding {
        ids.count <= most
            ? self : Encoding(ids: Array(ids.prefix(most)), typeIDs: Array(typeIDs.prefix(most)))
    }
}
