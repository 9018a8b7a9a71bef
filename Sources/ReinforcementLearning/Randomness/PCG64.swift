/// NumPy's default generator: PCG XSL-RR 128/64 (O'Neill 2014), seeded through `SeedSequence`.
///
/// The same seed gives the same numbers as `numpy.random.Generator(PCG64(seed))`, so that an episode from a
/// seed is the episode that Gymnasium plays from it.
public struct PCG64: RandomNumberGenerator, Sendable, Hashable {
    private var state: UInt128
    private let increment: UInt128
    /// The upper half of a word whose lower half was drawn alone.
    private var half: UInt32?

    private static let multiplier: UInt128 =
        0x2360_ed05_1fc6_5da4 << 64 | 0x4385_df64_9fcc_f645

    /// A generator for this seed, at its beginning.
    public init(seed: UInt64) {
        let words = SeedSequence(seed).words(4)
        increment = (UInt128(words[2]) << 64 | UInt128(words[3])) << 1 | 1
        state = increment &+ (UInt128(words[0]) << 64 | UInt128(words[1]))
        state = state &* Self.multiplier &+ increment
    }

    /// 64 random bits.
    public mutating func next() -> UInt64 {
        state = state &* Self.multiplier &+ increment
        let word = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
        let turn = UInt64(truncatingIfNeeded: state >> 122)
        return word >> turn | word << ((64 &- turn) & 63)
    }

    /// 32 random bits; every second call takes what the call before left.
    mutating func nextHalf() -> UInt32 {
        if let kept = half {
            half = nil
            return kept
        }
        let word = next()
        half = UInt32(truncatingIfNeeded: word >> 32)
        return UInt32(truncatingIfNeeded: word)
    }

    /// An even number from 0 up to 1, `Generator.random`.
    public mutating func random() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// An even number between two bounds, `Generator.uniform`.
    public mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * random()
    }

    /// An integer below a bound, as `Generator.integers` and `Generator.choice` draw it (Lemire 2019).
    ///
    /// - Parameter bound: at least 1.
    public mutating func integer(below bound: Int) -> Int {
        let range = UInt64(bound - 1)
        if range == 0 { return 0 }
        if range > UInt64(UInt32.max) { return wideInteger(range) }
        if range == UInt64(UInt32.max) { return Int(nextHalf()) }
        let count = UInt32(range) + 1
        var product = UInt64(nextHalf()) * UInt64(count)
        if UInt32(truncatingIfNeeded: product) < count {
            let threshold = (UInt32.max - UInt32(range)) % count
            while UInt32(truncatingIfNeeded: product) < threshold {
                product = UInt64(nextHalf()) * UInt64(count)
            }
        }
        return Int(product >> 32)
    }

    private mutating func wideInteger(_ range: UInt64) -> Int {
        let count = range + 1
        var product = next().multipliedFullWidth(by: count)
        if product.low < count {
            let threshold = (UInt64.max - range) % count
            while product.low < threshold { product = next().multipliedFullWidth(by: count) }
        }
        return Int(product.high)
    }

    /// Which class a draw falls into, given sums of the classes' probabilities: Gymnasium's
    /// `categorical_sample`.
    mutating func category(_ cumulative: [Double]) -> Int {
        let draw = random()
        return cumulative.firstIndex { $0 > draw } ?? 0
    }
}

extension PCG64: Codable {
    private enum CodingKeys: String, CodingKey {
        case state, increment, half
    }

    /// Reads the words that `encode` wrote.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        func wide(_ key: CodingKeys) throws -> UInt128 {
            let words = try fields.decode([UInt64].self, forKey: key)
            guard words.count == 2 else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: fields,
                    debugDescription: "\(words.count) words of 64 bits instead of 2")
            }
            return UInt128(words[0]) << 64 | UInt128(words[1])
        }
        state = try wide(.state)
        increment = try wide(.increment)
        half = try fields.decodeIfPresent(UInt32.self, forKey: .half)
    }

    /// Writes 128-bit numbers as two 64-bit words, the upper one first.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        func words(_ number: UInt128) -> [UInt64] {
            [UInt64(truncatingIfNeeded: number >> 64), UInt64(truncatingIfNeeded: number)]
        }
        try fields.encode(words(state), forKey: .state)
        try fields.encode(words(increment), forKey: .increment)
        try fields.encodeIfPresent(half, forKey: .half)
    }
}
