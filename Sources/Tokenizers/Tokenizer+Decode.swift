extension Tokenizer {
    /// The text of ids, as far as tokens tell it.
    ///
    /// - Parameters:
    ///   - ids: The ids; those of no token are left out.
    ///   - skipSpecialTokens: Whether special tokens are left out.
    /// - Returns: The text. Bytes that are no valid UTF-8 are U+FFFD in it.
    public func decode(_ ids: [Int32], skipSpecialTokens: Bool = true) -> String {
        var tokens: [String] = []
        tokens.reserveCapacity(ids.count)
        for id in ids {
            if let added = addedByID[id] {
                if !skipSpecialTokens || !added.isSpecial { tokens.append(added.content) }
            } else if let token = parts.model.vocabulary.token(id) {
                tokens.append(String(decoding: token, as: UTF8.self))
            }
        }
        return parts.decoder.decode(tokens)
    }
}
