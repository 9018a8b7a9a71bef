/// Turns a seed into well-mixed words, as NumPy's `SeedSequence` does (O'Neill's `seed_seq_fe128`).
struct SeedSequence {
    private var pool: [UInt32]

    private struct Hash {
        var constant: UInt32
        let multiplier: UInt32

        mutating func callAsFunction(_ value: UInt32) -> UInt32 {
            var value = value ^ constant
            constant &*= multiplier
            value &*= constant
            return value ^ value >> 16
        }
    }

    /// A pool of four words mixed from a seed.
    init(_ seed: UInt64) {
        // A seed below 2³² is one word of entropy, which is not the same as a second word of zero.
        var entropy = [UInt32(truncatingIfNeeded: seed)]
        if seed >> 32 != 0 { entropy.append(UInt32(truncatingIfNeeded: seed >> 32)) }
        var hash = Hash(constant: 0x43b0_d7e5, multiplier: 0x931e_8875)
        pool = (0..<4).map { hash($0 < entropy.count ? entropy[$0] : 0) }
        for source in 0..<4 {
            for target in 0..<4 where target != source {
                let hashed = hash(pool[source])
                let mixed = 0xca01_f9dd &* pool[target] &- 0x4973_f715 &* hashed
                pool[target] = mixed ^ mixed >> 16
            }
        }
    }

    /// So many 64-bit words, `generate_state(count, uint64)`.
    func words(_ count: Int) -> [UInt64] {
        var hash = Hash(constant: 0x8b51_f9dd, multiplier: 0x58f3_8ded)
        let halves = (0..<2 * count).map { UInt64(hash(pool[$0 % 4])) }
        return (0..<count).map { halves[2 * $0] | halves[2 * $0 + 1] << 32 }
    }
}
