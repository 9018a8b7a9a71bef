import HindsightLearning

/// What several runs that differ in their seeds alone say together: the interquartile mean with a 95 %
/// bootstrap interval, as rliable reports it (Agarwal et al., "Deep reinforcement learning at the edge of the
/// statistical precipice", NeurIPS 2021).
public struct SeedStatistics: Sendable, Equatable {
    /// The mean of the middle half.
    public let interquartileMean: Double
    /// Where it would lie with other seeds; nil for a single seed, or if all agree.
    public let interval: ClosedRange<Double>?
    /// How many seeds there are.
    public let count: Int

    /// The statistics of one value a seed.
    ///
    /// - Throws: `MetricError` if there are no values.
    public init(_ values: [Double], resamples: Int = 2_000) throws {
        let sorted = values.sorted()
        count = values.count
        interquartileMean = Self.interquartileMean(sorted, weights: nil)
        let bootstrap = BootstrapInterval(resamples: resamples, kind: .percentile)
        interval = try bootstrap.interval(count: values.count) { weights in
            Self.interquartileMean(sorted, weights: weights)
        }
    }

    /// The mean without the lowest and the highest quarter of the values, each rounded down, as SciPy's
    /// `trim_mean(values, 0.25)`.
    ///
    /// - Parameters:
    ///   - sorted: values, ascending.
    ///   - weights: how often each is there; once if nil.
    private static func interquartileMean(
        _ sorted: [Double], weights: UnsafeBufferPointer<Int32>?
    ) -> Double {
        let count = sorted.count
        let range = count / 4..<count - count / 4
        var (place, sum) = (0, 0.0)
        for index in sorted.indices {
            let end = place + (weights.map { Int($0[index]) } ?? 1)
            let taken = range.clamped(to: place..<end).count
            sum += Double(taken) * sorted[index]
            place = end
        }
        return sum / Double(range.count)
    }
}
