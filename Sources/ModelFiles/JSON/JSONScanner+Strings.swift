extension JSONScanner {
    /// A string, from its opening quote on.
    mutating func string() throws(JSONError) -> String {
        let opening = position
        guard take(0x22) else { throw unexpected("a string") }
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == 0x22 {
                let text = try checked(bytes[start..<position], opening)
                position += 1
                return text
            }
            if byte == 0x5C { return try escapedString(start, opening) }
            if byte < 0x20 { throw controlCharacter(byte) }
            position &+= 1
        }
        throw failure("a string without its closing quote", at: opening)
    }

    private func controlCharacter(_ byte: UInt8) -> JSONError {
        failure(
            "a control character (byte 0x\(JSONScanner.hex(byte))) in a string: "
                + "write it as \\u00\(JSONScanner.hex(byte))")
    }

    private func checked(
        _ slice: Slice<UnsafeBufferPointer<UInt8>>, _ opening: Int
    ) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw failure("a string that is not valid UTF-8", at: opening)
        }
        return text
    }

    /// The rest of a string whose first escape comes next.
    private mutating func escapedString(_ start: Int, _ opening: Int) throws(JSONError) -> String {
        var text = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case 0x22:
                position += 1
                guard let text = String(validating: text, as: UTF8.self) else {
                    throw failure("a string that is not valid UTF-8", at: opening)
                }
                return text
            case 0x5C:
                try escape(into: &text)
            case 0..<0x20: throw controlCharacter(byte)
            default:
                text.append(byte)
                position &+= 1
            }
        }
        throw failure("a string without its closing quote", at: opening)
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        position += 1
        let simple: UInt8
        switch current {
        case 0x22, 0x5C, 0x2F: simple = current
        case 0x62: simple = 0x08
        case 0x66: simple = 0x0C
        case 0x6E: simple = 0x0A
        case 0x72: simple = 0x0D
        case 0x74: simple = 0x09
        case 0x75:
            let scalar = try escapedScalar()
            text.append(contentsOf: UTF8.encode(scalar)!)
            return
        default: throw unexpected("one of \"\\/bfnrtu after a backslash")
        }
        text.append(simple)
        position += 1
    }

    /// The scalar of `uXXXX`, or of the two of a surrogate pair.
    private mutating func escapedScalar() throws(JSONError) -> UnicodeScalar {
        let place = position - 1
        let first = try codeUnit()
        if let scalar = UnicodeScalar(first) { return scalar }
        guard first < 0xDC00, take(0x5C), current == 0x75 else {
            throw failure("half of a surrogate pair", at: place)
        }
        let second = try codeUnit()
        guard (0xDC00..<0xE000).contains(second) else {
            throw failure("half of a surrogate pair", at: place)
        }
        let value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        return UnicodeScalar(value)!
    }

    /// The number in `uXXXX`.
    private mutating func codeUnit() throws(JSONError) -> UInt16 {
        position += 1
        var value: UInt16 = 0
        for _ in 0..<4 {
            let byte = current
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: throw unexpected("four hexadecimal digits after \\u")
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }
}
