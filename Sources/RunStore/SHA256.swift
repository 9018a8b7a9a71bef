/// The SHA-256 hash of bytes (FIPS 180-4), by which recipes are told apart.
enum SHA256 {
    /// 64 hexadecimal digits.
    static func hexadecimal(_ text: String) -> String {
        digest(Array(text.utf8)).map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

    private static func digest(_ message: [UInt8]) -> [UInt32] {
        var bytes = message + [0x80]
        bytes += Array(repeating: 0, count: (120 - bytes.count % 64) % 64)
        let bitCount = UInt64(message.count) * 8
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: bitCount >> UInt64(shift)))
        }
        var hash: [UInt32] = [
            0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
            0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
        ]
        var schedule = [UInt32](repeating: 0, count: 64)
        for start in stride(from: 0, to: bytes.count, by: 64) {
            absorb(bytes[start..<start + 64], into: &hash, schedule: &schedule)
        }
        return hash
    }

    private static func absorb(
        _ block: ArraySlice<UInt8>, into hash: inout [UInt32], schedule w: inout [UInt32]
    ) {
        for i in 0..<16 {
            w[i] = block[(block.startIndex + 4 * i)...].prefix(4)
                .reduce(0) { $0 << 8 | UInt32($1) }
        }
        for i in 16..<64 {
            let s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3
            let s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10
            w[i] = w[i - 16] &+ s0 &+ w[i - 7] &+ s1
        }
        var s = hash
        for i in 0..<64 {
            let e1 = rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)
            let choice = s[4] & s[5] ^ ~s[4] & s[6]
            let first = s[7] &+ e1 &+ choice &+ roundConstants[i] &+ w[i]
            let e0 = rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)
            let majority = s[0] & s[1] ^ s[0] & s[2] ^ s[1] & s[2]
            s = [first &+ e0 &+ majority, s[0], s[1], s[2], s[3] &+ first, s[4], s[5], s[6]]
        }
        for i in 0..<8 { hash[i] &+= s[i] }
    }

    private static func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let roundConstants: [UInt32] = {
        var primes: [UInt64] = []
        var candidate: UInt64 = 2
        while primes.count < 64 {
            if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
            candidate += 1
        }
        return primes.map { prime in
            // The greatest root with root³ ≤ prime · 2⁹⁶, found bit by bit in whole numbers.
            var root: UInt64 = 0
            for bit in stride(from: UInt64(34), through: 0, by: -1) {
                let next = root | 1 << bit
                if isCube(next, atMost: prime) { root = next }
            }
            return UInt32(truncatingIfNeeded: root)
        }
    }()

    /// Whether root³ ≤ prime · 2⁹⁶.
    private static func isCube(_ root: UInt64, atMost prime: UInt64) -> Bool {
        let square = root.multipliedFullWidth(by: root)
        let low = square.low.multipliedFullWidth(by: root)
        let (middle, carry) = low.high.addingReportingOverflow(square.high &* root)
        let top = square.high.multipliedFullWidth(by: root).high + (carry ? 1 : 0)
        // root³ = top · 2¹²⁸ + middle · 2⁶⁴ + low.low, and prime · 2⁹⁶ = (prime << 32) · 2⁶⁴.
        if top > 0 { return false }
        return middle < prime << 32 || (middle == prime << 32 && low.low == 0)
    }
}
