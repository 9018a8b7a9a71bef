/// Walks over the UTF-8 bytes of a JSON text and checks every one of them (RFC 8259).
///
/// It makes nothing but what it is asked for, so that readers of large texts need not build a tree.
struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    let source: String
    let maximumDepth: Int
    var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, source: String, maximumDepth: Int = 128) {
        self.bytes = bytes
        self.source = source
        self.maximumDepth = maximumDepth
    }

    /// The byte at the position, 0 at the end (which no JSON text contains).
    @inline(__always)
    var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    /// An error at `place`, or where the scanner is.
    @inline(never)
    func failure(_ problem: String, at place: Int? = nil) -> JSONError {
        let place = Swift.min(place ?? position, bytes.count)
        var line = 1
        var column = 1
        for byte in bytes[..<place] {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return JSONError(source: source, line: line, column: column, problem: problem)
    }

    /// An error that says what is needed, and what is there instead.
    @inline(never)
    func unexpected(_ expected: String) -> JSONError {
        guard position < bytes.count else { return failure("expected \(expected), the text ends") }
        let byte = bytes[position]
        let found =
            byte > 0x20 && byte < 0x7F
            ? "'\(Character(UnicodeScalar(byte)))'" : "byte 0x" + JSONScanner.hex(byte)
        return failure("expected \(expected), found \(found)")
    }

    static func hex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16, uppercase: true)
        return byte < 16 ? "0" + text : text
    }

    @inline(__always)
    mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position &+= 1
            default: return
            }
        }
    }

    /// Steps over `byte` if it comes next.
    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position &+= 1
        return true
    }

    mutating func expect(_ byte: UInt8, _ name: String) throws(JSONError) {
        guard take(byte) else { throw unexpected(name) }
    }

    /// Steps over `null`, `true` or `false`.
    mutating func expect(word: StaticString) throws(JSONError) {
        let matches = word.withUTF8Buffer { word in
            word.count <= bytes.count - position
                && bytes[position..<(position + word.count)].elementsEqual(word)
        }
        guard matches else { throw unexpected("a value") }
        position += word.utf8CodeUnitCount
    }

    /// Nothing but space may follow.
    mutating func expectEnd() throws(JSONError) {
        skipSpace()
        guard position == bytes.count else { throw unexpected("the end of the text") }
    }

    /// Whether another element follows in an array or object that ends with `end`.
    ///
    /// - Parameter isFirst: true before the first element, then false.
    mutating func hasNext(before end: UInt8, isFirst: inout Bool) throws(JSONError) -> Bool {
        skipSpace()
        if isFirst {
            isFirst = false
            return !take(end)
        }
        if take(end) { return false }
        guard take(0x2C) else { throw unexpected("',' or '\(Character(UnicodeScalar(end)))'") }
        skipSpace()
        if current == end, position < bytes.count {
            throw failure("a comma without a value after it")
        }
        return true
    }

    /// The name of an object's member, with its colon.
    mutating func key() throws(JSONError) -> String {
        guard current == 0x22 else { throw unexpected("a member's name in quotes") }
        let name = try string()
        skipSpace()
        try expect(0x3A, "':' after a member's name")
        skipSpace()
        return name
    }

    /// Checks a value of any type and steps over it.
    mutating func skipValue(depth: Int = 0) throws(JSONError) {
        var isFirst = true
        switch current {
        case 0x7B:
            try enter(depth)
            while try hasNext(before: 0x7D, isFirst: &isFirst) {
                _ = try key()
                try skipValue(depth: depth + 1)
            }
        case 0x5B:
            try enter(depth)
            while try hasNext(before: 0x5D, isFirst: &isFirst) { try skipValue(depth: depth + 1) }
        case 0x22: _ = try string()
        case 0x74: try expect(word: "true")
        case 0x66: try expect(word: "false")
        case 0x6E: try expect(word: "null")
        default: _ = try number()
        }
    }

    /// Steps over the bracket that opens an array or object.
    mutating func enter(_ depth: Int) throws(JSONError) {
        guard depth < maximumDepth else {
            throw failure("nested more than \(maximumDepth) deep")
        }
        position += 1
    }
}
