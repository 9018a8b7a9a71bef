extension Vocabulary {
    /// Reads a `vocab.txt`: a token a line, its id the number of the line from 0.
    init(lines bytes: [UInt8]) throws {
        self.init(capacity: bytes.count / 8)
        try bytes.withUnsafeBufferPointer { text in
            var start = 0
            var line = 0
            while start < text.count {
                let end = text[start...].firstIndex(of: 10) ?? text.count
                var token = Bytes(rebasing: text[start..<end])
                if token.last == 13 { token = Bytes(rebasing: token.dropLast()) }
                guard token.isValidUTF8() else {
                    throw TokenizerError.vocabulary(
                        reason: "line \(line + 1) is not valid UTF-8; is this a vocab.txt?")
                }
                insert(token, id: Int32(line))
                line += 1
                start = end + 1
            }
        }
        guard count > 0 else { throw TokenizerError.vocabulary(reason: "the file is empty") }
    }

    /// Reads the object of tokens and ids.
    init(_ field: JSONField) throws {
        guard case .object(let members)? = field.value else { throw field.failure("an object") }
        self.init(capacity: members.count)
        try field.document.pool.withUnsafeBufferPointer { pool in
            for member in members {
                let token = member.name.bytes(of: pool)
                guard case .number(let id) = member.value, id >= 0, id < 16_777_216,
                    id.rounded(.down) == id
                else {
                    throw TokenizerError.field(
                        path: "\(field.path).\(String(decoding: token, as: UTF8.self))",
                        expected: "an id from 0 to 16777215", found: member.value.kind)
                }
                if let other = self.token(Int32(id)), !other.elementsEqual(token) {
                    throw TokenizerError.vocabulary(
                        reason: "the tokens \(String(decoding: other, as: UTF8.self)) and "
                            + "\(String(decoding: token, as: UTF8.self)) share the id \(Int(id))")
                }
                insert(token, id: Int32(id))
            }
        }
    }
}
