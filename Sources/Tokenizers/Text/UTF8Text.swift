/// UTF-8 that is known to be valid.
typealias Bytes = UnsafeBufferPointer<UInt8>

extension UnsafeBufferPointer where Element == UInt8 {
    /// The scalar at a position and its length in bytes. The bytes must be valid UTF-8.
    @inline(__always)
    func scalar(at position: Int) -> (value: UInt32, length: Int) {
        let base = baseAddress.unsafelyUnwrapped + position
        let first = UInt32(base[0])
        if first < 0x80 { return (first, 1) }
        let second = UInt32(base[1] & 0x3F)
        if first < 0xE0 { return ((first & 0x1F) << 6 | second, 2) }
        let third = UInt32(base[2] & 0x3F)
        if first < 0xF0 { return ((first & 0xF) << 12 | second << 6 | third, 3) }
        return ((first & 7) << 18 | second << 12 | third << 6 | UInt32(base[3] & 0x3F), 4)
    }

    /// Where the scalar that ends before a position starts.
    @inline(__always)
    func startOfScalar(before position: Int) -> Int {
        var start = position - 1
        while start > 0, self[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }

    /// Whether these are the bytes of valid UTF-8: no overlong forms, surrogates or cut ends.
    func isValidUTF8() -> Bool {
        var position = 0
        while position < count {
            let first = self[position]
            if first < 0x80 {
                position += 1
                continue
            }
            let length = lengthOfScalar(at: position)
            if length == 0 { return false }
            position += length
        }
        return true
    }

    /// The length of the valid scalar at a position that is not ASCII, or 0.
    private func lengthOfScalar(at position: Int) -> Int {
        let first = self[position]
        let length: Int
        var least: UInt8 = 0x80
        var greatest: UInt8 = 0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if first == 0xE0 { least = 0xA0 }
            if first == 0xED { greatest = 0x9F }
        case 0xF0...0xF4:
            length = 4
            if first == 0xF0 { least = 0x90 }
            if first == 0xF4 { greatest = 0x8F }
        default: return 0
        }
        guard position + length <= count, self[position + 1] >= least,
            self[position + 1] <= greatest
        else { return 0 }
        for next in 2..<Swift.max(2, length) where self[position + next] & 0xC0 != 0x80 { return 0 }
        return length
    }

    /// Whether these bytes are those of the other buffer.
    @inline(__always)
    func isEqual(to other: UnsafePointer<UInt8>) -> Bool {
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}

extension Growable where Element == UInt8 {
    /// Appends a scalar as UTF-8.
    @inline(__always)
    mutating func append(scalar: UInt32) {
        reserve(4)
        let end = base + count
        if scalar < 0x80 {
            end[0] = UInt8(truncatingIfNeeded: scalar)
            advance(by: 1)
        } else if scalar < 0x800 {
            end[0] = 0xC0 | UInt8(truncatingIfNeeded: scalar >> 6)
            end[1] = 0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F)
            advance(by: 2)
        } else if scalar < 0x10000 {
            end[0] = 0xE0 | UInt8(truncatingIfNeeded: scalar >> 12)
            end[1] = 0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F)
            end[2] = 0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F)
            advance(by: 3)
        } else {
            end[0] = 0xF0 | UInt8(truncatingIfNeeded: scalar >> 18)
            end[1] = 0x80 | UInt8(truncatingIfNeeded: scalar >> 12 & 0x3F)
            end[2] = 0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F)
            end[3] = 0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F)
            advance(by: 4)
        }
    }
}
