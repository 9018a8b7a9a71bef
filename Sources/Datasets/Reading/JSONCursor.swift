/// A place in a line of JSON, and what can be read there.
struct JSONCursor {
    let text: UnsafeBufferPointer<UInt8>
    let scratch: ByteScratch
    let replacesSurrogates: Bool
    var place = 0

    func problem(_ what: String) -> JSONProblem { JSONProblem(what: what, place: place) }

    /// What was read since a place.
    func bytes(_ begin: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: text[begin..<place])
    }

    /// The next byte, or 0 at the end, which is no part of JSON.
    @inline(__always)
    func peek() -> UInt8 { place < text.count ? text[place] : 0 }

    mutating func skipSpace() {
        while place < text.count {
            switch text[place] {
            case Byte.space, Byte.tab, Byte.lineFeed, Byte.carriageReturn: place += 1
            default: return
            }
        }
    }

    /// Reads an object that is alone in the line; `body` reads each member's value.
    mutating func members(
        _ body: (inout JSONCursor, Field, Int) throws(JSONProblem) -> Void
    ) throws(JSONProblem) {
        skipSpace()
        guard peek() == UInt8(ascii: "{") else { throw problem("expected an object, “{”") }
        try object(body)
        skipSpace()
        if place < text.count { throw problem("text after the object") }
    }

    /// Reads an object.
    mutating func object(
        _ body: (inout JSONCursor, Field, Int) throws(JSONProblem) -> Void
    ) throws(JSONProblem) {
        place += 1
        skipSpace()
        if peek() == UInt8(ascii: "}") {
            place += 1
            return
        }
        repeat {
            skipSpace()
            let begin = place
            guard peek() == Byte.quote else { throw problem("expected a key in quotes") }
            let key = try string()
            skipSpace()
            guard peek() == UInt8(ascii: ":") else { throw problem("expected “:” after the key") }
            place += 1
            skipSpace()
            try body(&self, key, begin)
        } while try goesOn(until: UInt8(ascii: "}"))
    }

    /// After an item: whether another one follows (a comma) or the end.
    mutating func goesOn(until end: UInt8) throws(JSONProblem) -> Bool {
        skipSpace()
        let byte = peek()
        guard byte == Byte.comma || byte == end else {
            throw problem("expected “,” or “\(Character(Unicode.Scalar(end)))”")
        }
        place += 1
        return byte == Byte.comma
    }

    /// Reads any value but a list; an object is only skipped.
    mutating func scalarOrObject(_ depth: Int) throws(JSONProblem) -> Field {
        let begin = place
        switch peek() {
        case Byte.quote: return try string()
        case UInt8(ascii: "{"):
            try skipValue(depth)
            return Field(kind: .object, bytes: bytes(begin))
        case UInt8(ascii: "["):
            try skipValue(depth)
            return Field(kind: .list, bytes: bytes(begin))
        case UInt8(ascii: "t"): return try word("true", .boolean)
        case UInt8(ascii: "f"): return try word("false", .boolean)
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    /// Reads any value and forgets it.
    mutating func skipValue(_ depth: Int) throws(JSONProblem) {
        if depth == 0 { throw problem("lists and objects are nested too deep") }
        switch peek() {
        case UInt8(ascii: "{"):
            try object { (cursor, _, _) throws(JSONProblem) in try cursor.skipValue(depth - 1) }
        case UInt8(ascii: "["):
            place += 1
            skipSpace()
            if peek() == UInt8(ascii: "]") {
                place += 1
                return
            }
            repeat {
                skipSpace()
                try skipValue(depth - 1)
            } while try goesOn(until: UInt8(ascii: "]"))
        default: _ = try scalarOrObject(depth)
        }
    }

    private mutating func word(
        _ word: StaticString, _ kind: Field.Kind
    ) throws(JSONProblem) -> Field {
        let begin = place
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard text[place...].starts(with: expected) else { throw problem("expected a value") }
        place += expected.count
        return Field(kind: kind, bytes: bytes(begin))
    }

    private mutating func number() throws(JSONProblem) -> Field {
        let begin = place
        if peek() == UInt8(ascii: "-") { place += 1 }
        let leading = peek()
        guard digits() > 0 else {
            place = begin
            throw problem("expected a value (NaN, Infinity and quotes like ' are not JSON)")
        }
        if leading == UInt8(ascii: "0")
            && text[begin..<place].count > (text[begin] == leading ? 1 : 2)
        {
            throw problem("a number must not begin with 0")
        }
        if peek() == UInt8(ascii: ".") {
            place += 1
            guard digits() > 0 else { throw problem("expected a digit") }
        }
        if peek() | 0x20 == UInt8(ascii: "e") {
            place += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { place += 1 }
            guard digits() > 0 else { throw problem("expected a digit") }
        }
        return Field(kind: .number, bytes: bytes(begin))
    }

    private mutating func digits() -> Int {
        let begin = place
        while peek() >= UInt8(ascii: "0") && peek() <= UInt8(ascii: "9") { place += 1 }
        return place - begin
    }
}
