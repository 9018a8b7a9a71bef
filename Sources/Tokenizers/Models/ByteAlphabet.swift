/// The printable characters by which byte-level models write bytes (Radford et al., GPT-2, 2019).
enum ByteAlphabet {
    /// The scalar of each byte.
    static let scalars: [UInt32] = {
        var extra: UInt32 = 256
        return (UInt32(0)..<256).map { byte -> UInt32 in
            if 0x21...0x7E ~= byte || 0xA1...0xAC ~= byte || 0xAE...0xFF ~= byte { return byte }
            defer { extra += 1 }
            return extra
        }
    }()

    /// The byte of each scalar below 324, or −1.
    static let bytes: [Int16] = {
        var bytes = [Int16](repeating: -1, count: 324)
        for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar)] = Int16(byte) }
        return bytes
    }()

    /// Appends the bytes that a token stands for; false if a scalar stands for none.
    static func append(bytesOf token: Bytes, to output: inout [UInt8]) -> Bool {
        let start = output.count
        var position = 0
        while position < token.count {
            let (scalar, length) = token.scalar(at: position)
            guard scalar < bytes.count, bytes[Int(scalar)] >= 0 else {
                output.removeSubrange(start...)
                return false
            }
            output.append(UInt8(bytes[Int(scalar)]))
            position += length
        }
        return true
    }

    /// The token that some bytes make.
    static func token(of bytes: [UInt8]) -> [UInt8] {
        var token = Growable<UInt8>()
        for byte in bytes { token.append(scalar: scalars[Int(byte)]) }
        return Array(token.elements)
    }
}
