extension JSONCursor {
    /// Reads a string: a view of the line if it has no escapes, else unescaped into the scratch.
    mutating func string() throws(JSONProblem) -> Field {
        place += 1
        let begin = place
        while place < text.count {
            let byte = text[place]
            if byte == Byte.quote {
                let field = Field(kind: .string, bytes: bytes(begin))
                place += 1
                return field
            }
            if byte == Byte.backslash { return try unescaped(from: begin) }
            if byte < 0x20 { throw problem("a control character must be escaped in a string") }
            place += 1
        }
        throw problem("the string is never closed")
    }

    private mutating func unescaped(from begin: Int) throws(JSONProblem) -> Field {
        let start = scratch.count
        for byte in text[begin..<place] { push(byte) }
        while place < text.count {
            let byte = text[place]
            place += 1
            switch byte {
            case Byte.quote:
                let bytes = UnsafeBufferPointer(
                    start: scratch.base + start, count: scratch.count - start)
                return Field(kind: .string, bytes: bytes)
            case Byte.backslash: try escape()
            case ..<0x20:
                place -= 1
                throw problem("a control character must be escaped in a string")
            default: push(byte)
            }
        }
        throw problem("the string is never closed")
    }

    private func push(_ byte: UInt8) {
        scratch.base[scratch.count] = byte
        scratch.count += 1
    }

    private mutating func escape() throws(JSONProblem) {
        let byte = peek()
        place += 1
        switch byte {
        case Byte.quote, Byte.backslash, UInt8(ascii: "/"): push(byte)
        case UInt8(ascii: "b"): push(8)
        case UInt8(ascii: "f"): push(12)
        case UInt8(ascii: "n"): push(10)
        case UInt8(ascii: "r"): push(13)
        case UInt8(ascii: "t"): push(9)
        case UInt8(ascii: "u"):
            scratch.count += Transcoding.encode(
                try escapedScalar(), scratch.base + scratch.count)
        default:
            place -= 1
            throw problem("unknown escape in a string")
        }
    }

    /// The character of `\uXXXX`, of which two make up one beyond U+FFFF.
    private mutating func escapedScalar() throws(JSONProblem) -> UInt32 {
        let begin = place - 2
        let first = try hexadecimal()
        guard first & 0xF800 == 0xD800 else { return first }
        if first < 0xDC00 && peek() == Byte.backslash && place + 1 < text.count
            && text[place + 1] == UInt8(ascii: "u")
        {
            let after = place
            place += 2
            let second = try hexadecimal()
            if second & 0xFC00 == 0xDC00 {
                return 0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF)
            }
            place = after
        }
        if replacesSurrogates { return 0xFFFD }
        place = begin
        throw problem("half of a surrogate pair (malformedText: .replace accepts it)")
    }

    private mutating func hexadecimal() throws(JSONProblem) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = peek()
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte & 15)
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                value = value << 4 | UInt32(byte & 15 + 9)
            default: throw problem("expected four hexadecimal digits")
            }
            place += 1
        }
        return value
    }
}
