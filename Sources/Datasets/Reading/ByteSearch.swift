/// Finds one of three bytes, eight bytes at a time.
///
/// A byte of `word ^ pattern` is zero where the byte was found, and (x − 0x01…) & ~x & 0x80… marks
/// zero bytes; a false mark is always above a true one, so that the lowest mark is right (Knuth, The
/// Art of Computer Programming 7.1.3).
struct ByteSearch {
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64

    init(_ first: UInt8, _ second: UInt8, _ third: UInt8) {
        self.first = UInt64(first) &* 0x0101_0101_0101_0101
        self.second = UInt64(second) &* 0x0101_0101_0101_0101
        self.third = UInt64(third) &* 0x0101_0101_0101_0101
    }

    /// The first place from `start` on that holds one of the bytes.
    ///
    /// One of them must be there (a sentinel), and 7 more bytes after it must be readable.
    @inline(__always)
    func find(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var place = start
        while true {
            let word = UInt64(
                littleEndian: UnsafeRawPointer(place).loadUnaligned(as: UInt64.self))
            let found = marks(word ^ first) | marks(word ^ second) | marks(word ^ third)
            if found != 0 { return place + found.trailingZeroBitCount >> 3 }
            place += 8
        }
    }

    @inline(__always)
    private func marks(_ x: UInt64) -> UInt64 {
        (x &- 0x0101_0101_0101_0101) & ~x & 0x8080_8080_8080_8080
    }
}

/// Bytes with a meaning of their own.
enum Byte {
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let tab: UInt8 = 0x09
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let comma: UInt8 = 0x2C
    static let semicolon: UInt8 = 0x3B
    static let bar: UInt8 = 0x7C
    static let backslash: UInt8 = 0x5C
}

/// How many lines end in these bytes: LF, CRLF and a CR by itself each end one.
func lineBreaks(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var (count, afterReturn) = (0, false)
    for byte in bytes {
        if byte == Byte.carriageReturn || (byte == Byte.lineFeed && !afterReturn) { count += 1 }
        afterReturn = byte == Byte.carriageReturn
    }
    return count
}
