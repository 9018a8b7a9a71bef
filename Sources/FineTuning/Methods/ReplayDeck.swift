import HindsightDatasets

/// Old texts, dealt beside new ones so that what was known is not forgotten: in a new order each time all of
/// them were dealt.
struct ReplayDeck {
    private var sampler: EpochSampler
    private let first: Int
    private let ratio: Double

    /// - Parameters:
    ///   - first: the place of the first old text among all.
    ///   - count: how many there are; at least one.
    ///   - ratio: how many are dealt beside each new text.
    ///   - seed: where their order comes from.
    init(first: Int, count: Int, ratio: Double, seed: UInt64) {
        self.first = first
        self.ratio = ratio
        sampler = EpochSampler(count: count, batchSize: 1, seed: seed)
    }

    /// The old texts to learn from beside so many new ones; at least one.
    mutating func deal(beside count: Int) -> [Int] {
        let wanted = max(1, Int((Double(count) * ratio).rounded()))
        return (0..<wanted).map { _ in first + sampler.nextBatch()[0] }
    }

    /// Where it stands.
    var state: EpochSampler.State { sampler.state }

    /// Goes on from there.
    mutating func restore(_ state: EpochSampler.State) throws { try sampler.restore(state) }
}
