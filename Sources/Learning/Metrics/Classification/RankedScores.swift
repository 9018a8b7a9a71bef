/// Scores of one class in ascending order, from which the area under the ROC curve follows in one pass,
/// however often each example is there.
struct RankedScores {
    /// The example in 30 bits; above them whether it is of the class, and whether the next score is
    /// another one.
    private let entries: [UInt32]

    private static let isPositive: UInt32 = 1 << 31
    private static let endsGroup: UInt32 = 1 << 30

    /// - Parameters:
    ///   - count: How many examples there are, below 2³⁰.
    ///   - score: The score of each; finite and not below zero but by rounding.
    ///   - isPositive: Whether each is of the class.
    init(count: Int, score: (Int) -> Float, isPositive: (Int) -> Bool) {
        // The bits of floats that are not negative are in the order of their values.
        var keys = (0..<count).map { index in
            let score = score(index)
            return UInt64((score > 0 ? score : 0).bitPattern) << 32 | UInt64(index)
        }
        keys.sort()
        entries = keys.indices.map { place in
            let index = UInt32(truncatingIfNeeded: keys[place])
            let isLast = place + 1 == count || keys[place + 1] >> 32 != keys[place] >> 32
            return index | (isPositive(Int(index)) ? Self.isPositive : 0)
                | (isLast ? Self.endsGroup : 0)
        }
    }

    /// The probability that a random example of the class scores above a random other one, where equal
    /// scores count half (Mann and Whitney 1947); NaN if either kind is missing.
    func area(_ weights: UnsafeBufferPointer<Int32>) -> Double {
        var below = 0
        var positives = 0
        var twiceWins = 0
        var positivesInGroup = 0
        var othersInGroup = 0
        for entry in entries {
            let weight = Int(weights[Int(entry & (Self.endsGroup - 1))])
            let positive = entry & Self.isPositive != 0 ? weight : 0
            positivesInGroup &+= positive
            othersInGroup &+= weight &- positive
            if entry & Self.endsGroup != 0 {
                twiceWins &+= positivesInGroup &* (2 &* below &+ othersInGroup)
                positives &+= positivesInGroup
                below &+= othersInGroup
                positivesInGroup = 0
                othersInGroup = 0
            }
        }
        guard positives > 0, below > 0 else { return .nan }
        return Double(twiceWins) / (2 * Double(positives) * Double(below))
    }
}
