/// Reads JSON in one pass. Strings go into one pool, so that a vocabulary makes no object a token.
struct JSONReader {
    private static let greatestDepth = 64

    private let text: [UInt8]
    private var position = 0
    private var depth = 0
    private(set) var pool: [UInt8] = []

    init(_ text: [UInt8]) throws {
        self.text = text
        pool.reserveCapacity(text.count)
        guard text.withUnsafeBufferPointer({ $0.isValidUTF8() }) else {
            throw TokenizerError.notJSON(line: 1, column: 1, reason: "the text is not valid UTF-8")
        }
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { throw failure("a byte order mark") }
    }

    mutating func document() throws -> JSON {
        let root = try value()
        skipSpace()
        guard position == text.count else { throw failure("text after the value") }
        return root
    }

    private mutating func value() throws -> JSON {
        skipSpace()
        guard let byte = peek() else { throw failure("the text ends where a value should be") }
        switch byte {
        case UInt8(ascii: "{"): return try nested { try $0.object() }
        case UInt8(ascii: "["): return try nested { try $0.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func nested(_ read: (inout JSONReader) throws -> JSON) throws -> JSON {
        guard depth < JSONReader.greatestDepth else {
            throw failure("more than \(JSONReader.greatestDepth) levels")
        }
        position += 1
        depth += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws -> JSON {
        var members: [(name: Piece, value: JSON)] = []
        if try ends(with: UInt8(ascii: "}"), first: true) { return .object(members) }
        repeat {
            skipSpace()
            guard peek() == UInt8(ascii: "\"") else { throw failure("expected a name") }
            let name = try string()
            skipSpace()
            guard peek() == UInt8(ascii: ":") else { throw failure("expected a colon") }
            position += 1
            members.append((name, try value()))
        } while try !ends(with: UInt8(ascii: "}"), first: false)
        return .object(members)
    }

    private mutating func array() throws -> JSON {
        var values: [JSON] = []
        if try ends(with: UInt8(ascii: "]"), first: true) { return .array(values) }
        repeat {
            values.append(try value())
        } while try !ends(
            with: UInt8(ascii: "]"), first: false)
        return .array(values)
    }

    /// Whether a closing bracket follows; if not, there must be a comma, except at the beginning.
    private mutating func ends(with bracket: UInt8, first: Bool) throws -> Bool {
        skipSpace()
        if peek() == bracket {
            position += 1
            return true
        }
        if first { return false }
        guard peek() == UInt8(ascii: ",") else { throw failure("expected a comma or the end") }
        position += 1
        return false
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws -> JSON {
        let count = word.utf8CodeUnitCount
        guard position + count <= text.count,
            word.withUTF8Buffer({ $0.elementsEqual(text[position..<position + count]) })
        else { throw failure("expected a value") }
        position += count
        return value
    }

    private mutating func number() throws -> Double {
        let start = position
        if peek() == UInt8(ascii: "-") { position += 1 }
        let leading = peek()
        let whole = digits()
        guard whole > 0, whole == 1 || leading != UInt8(ascii: "0") else {
            throw failure("expected a value")
        }
        if peek() == UInt8(ascii: ".") {
            position += 1
            guard digits() > 0 else { throw failure("expected a digit") }
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            position += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
            guard digits() > 0 else { throw failure("expected a digit") }
        }
        if position - start <= 15, text[start..<position].allSatisfy({ 0x30...0x39 ~= $0 }) {
            return Double(text[start..<position].reduce(0) { 10 * $0 + Int($1 & 15) })
        }
        guard let value = Double(String(decoding: text[start..<position], as: UTF8.self)),
            value.isFinite
        else { throw failure("a number out of range") }
        return value
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = peek(), 0x30...0x39 ~= byte { position += 1 }
        return position - start
    }

    private mutating func string() throws -> Piece {
        position += 1
        let start = pool.count
        while true {
            let run = position
            while position < text.count, text[position] >= 0x20,
                text[position] != UInt8(ascii: "\""), text[position] != UInt8(ascii: "\\")
            { position += 1 }
            pool.append(contentsOf: text[run..<position])
            guard let byte = peek() else { throw failure("a string without end") }
            position += 1
            if byte == UInt8(ascii: "\"") { return Piece(start: start, end: pool.count) }
            guard byte == UInt8(ascii: "\\") else {
                throw failure("a control character in a string")
            }
            try escape()
        }
    }

    private mutating func escape() throws {
        guard let byte = peek() else { throw failure("a string without end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): pool.append(byte)
        case UInt8(ascii: "b"): pool.append(8)
        case UInt8(ascii: "f"): pool.append(12)
        case UInt8(ascii: "n"): pool.append(10)
        case UInt8(ascii: "r"): pool.append(13)
        case UInt8(ascii: "t"): pool.append(9)
        case UInt8(ascii: "u"):
            var unit = try hexadecimal()
            if 0xD800..<0xDC00 ~= unit, peek() == UInt8(ascii: "\\") {
                position += 1
                guard peek() == UInt8(ascii: "u") else { throw failure("half a surrogate pair") }
                position += 1
                let low = try hexadecimal()
                guard 0xDC00..<0xE000 ~= low else { throw failure("half a surrogate pair") }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw failure("half a surrogate pair") }
            pool.append(contentsOf: UTF8.encode(scalar).unsafelyUnwrapped)
        default: throw failure("an unknown escape")
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue
            else { throw failure("expected four hexadecimal digits") }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }

    @inline(__always)
    private func peek() -> UInt8? { position < text.count ? text[position] : nil }

    @inline(__always)
    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || 0x9...0xA ~= byte || byte == 0xD { position += 1 }
    }

    private func failure(_ reason: String) -> TokenizerError {
        let before = text[..<min(position, text.count)]
        let line = before.reduce(1) { $0 + ($1 == 10 ? 1 : 0) }
        let start = before.lastIndex(of: 10).map { $0 + 1 } ?? 0
        return .notJSON(line: line, column: before.count - start + 1, reason: reason)
    }
}
