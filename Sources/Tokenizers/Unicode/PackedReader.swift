/// Reads the numbers of `UnicodeData`.
struct PackedReader {
    private var bytes: [UInt8] = []
    private var position = 0

    init() {
        bytes.reserveCapacity(UnicodeData.count + 3)
        UnicodeData.packed.withUTF8Buffer { text in
            var bits: UInt32 = 0
            var count = 0
            for character in text {
                bits = bits << 6 | UInt32(PackedReader.sextet(character))
                count += 1
                if count == 4 {
                    bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
                    bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
                    bytes.append(UInt8(truncatingIfNeeded: bits))
                    count = 0
                }
            }
        }
    }

    /// The next LEB128 number.
    mutating func number() -> Int {
        var value = 0
        var shift = 0
        while true {
            let byte = Int(bytes[position])
            position += 1
            value |= (byte & 127) << shift
            if byte < 128 { return value }
            shift += 7
        }
    }

    /// The next signed number.
    mutating func difference() -> Int {
        let value = number()
        return value & 1 == 0 ? value >> 1 : -((value + 1) >> 1)
    }

    /// The six bits of a base 64 character; 0 for padding.
    private static func sextet(_ character: UInt8) -> UInt8 {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: 0
        }
    }
}
