/// A small random generator whose numbers are the same everywhere (Steele, Lea and Flood 2014).
struct SplitMix64: Sendable {
    private var state: UInt64

    /// The generator of a seed; different streams of a seed have nothing to do with each other.
    init(seed: UInt64, stream: UInt64 = 0) {
        state = Self.mixed(Self.mixed(seed) ^ Self.mixed(~stream))
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// A number below `bound`, each as likely as any other (Lemire 2019).
    mutating func next(below bound: Int) -> Int {
        let bound = UInt64(bound)
        while true {
            let (high, low) = next().multipliedFullWidth(by: bound)
            if low >= bound || low >= (0 &- bound) % bound { return Int(high) }
        }
    }

    /// A number in 0 ..< 1.
    mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Shuffles in place (Durstenfeld 1964). The standard library's order may change; this one doesn't.
    mutating func shuffle<Element>(_ values: inout [Element]) {
        for last in stride(from: values.count - 1, to: 0, by: -1) {
            values.swapAt(last, next(below: last + 1))
        }
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
