/// Checks UTF-8 (RFC 3629; The Unicode Standard, table 3-7).
enum UTF8Check {
    /// Why a check ended.
    enum Stop: Equatable {
        /// All bytes are well-formed.
        case end
        /// The last character goes on beyond the bytes.
        case truncated
        /// Here is a maximal broken part of so many bytes.
        case malformed(length: Int)
    }

    /// How many bytes at the front are whole well-formed characters, and what comes then.
    static func prefix(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> (valid: Int, stop: Stop) {
        var place = 0
        while true {
            place = skipASCII(bytes, place, count)
            if place == count { return (count, .end) }
            switch character(bytes + place, count - place) {
            case (let length, .end): place += length
            case (_, let stop): return (place, stop)
            }
        }
    }

    @inline(__always)
    private static func skipASCII(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ count: Int
    ) -> Int {
        var place = start
        let raw = UnsafeRawPointer(bytes)
        while place + 32 <= count {
            let a = raw.loadUnaligned(fromByteOffset: place, as: SIMD4<UInt64>.self)
            if (a.x | a.y | a.z | a.w) & 0x8080_8080_8080_8080 != 0 { break }
            place += 32
        }
        while place < count && bytes[place] < 0x80 { place += 1 }
        return place
    }

    /// The length of the character of several bytes that begins here.
    @inline(__always)
    private static func character(
        _ bytes: UnsafePointer<UInt8>, _ count: Int
    ) -> (Int, Stop) {
        let (length, low, high) = expectation(bytes[0])
        if length == 0 { return (0, .malformed(length: 1)) }
        if count < 2 { return (0, .truncated) }
        if bytes[1] < low || bytes[1] > high { return (0, .malformed(length: 1)) }
        var index = 2
        while index < length {
            if index == count { return (0, .truncated) }
            if bytes[index] & 0xC0 != 0x80 { return (0, .malformed(length: index)) }
            index += 1
        }
        return (length, .end)
    }

    /// Length of a character by its first byte, and the range of its second byte.
    @inline(__always)
    private static func expectation(_ lead: UInt8) -> (length: Int, low: UInt8, high: UInt8) {
        switch lead {
        case 0xC2...0xDF: (2, 0x80, 0xBF)
        case 0xE0: (3, 0xA0, 0xBF)
        case 0xED: (3, 0x80, 0x9F)
        case 0xE1...0xEF: (3, 0x80, 0xBF)
        case 0xF0: (4, 0x90, 0xBF)
        case 0xF1...0xF3: (4, 0x80, 0xBF)
        case 0xF4: (4, 0x80, 0x8F)
        default: (0, 0, 0)
        }
    }
}
