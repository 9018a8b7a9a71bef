/// An interval for a statistic, from resamples of the examples: the percentile bootstrap.
///
/// Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13. The same seed gives the same
/// interval on every machine.
public struct ScoreInterval: Sendable, Equatable {
    /// The statistic of the examples themselves.
    public let estimate: Double
    /// The interval.
    public let range: ClosedRange<Double>
    /// The standard deviation over the resamples.
    public let deviation: Double

    /// The interval of a mean of one value an example, such as ``LEEP/logLikelihoods(_:_:)`` or whether the
    /// linear probe was right.
    ///
    /// - Parameters:
    ///   - values: one an example.
    ///   - level: the share of resamples within the interval.
    ///   - resamples: how many.
    ///   - seed: what they are drawn from.
    /// - Throws: ``TransferabilityError`` if there are no values, one is not finite, or a setting makes no
    ///   sense.
    public init(
        ofMean values: [Double], level: Double = 0.95, resamples: Int = 2000, seed: UInt64 = 0
    ) throws {
        try self.init(examples: values.count, level: level, resamples: resamples, seed: seed) {
            places in
            var sum = 0.0
            for place in places { sum += values[place] }
            return sum / Double(places.count)
        }
    }

    /// The interval of any statistic of examples, such as ``WeightedKendall/tau(_:_:)`` over models.
    ///
    /// - Parameters:
    ///   - examples: how many.
    ///   - level: the share of resamples within the interval.
    ///   - resamples: how many.
    ///   - seed: what they are drawn from.
    ///   - statistic: computes it for numbers of examples, which may repeat. Resamples for which it is NaN
    ///     are left out.
    /// - Throws: ``TransferabilityError`` for settings that make no sense, if no resample has a finite
    ///   statistic, and what `statistic` throws.
    public init(
        examples: Int, level: Double = 0.95, resamples: Int = 2000, seed: UInt64 = 0,
        _ statistic: ([Int]) throws -> Double
    ) throws {
        guard examples > 0 else { throw TransferabilityError.empty(what: "examples to resample") }
        guard level > 0, level < 1, resamples > 0 else {
            throw TransferabilityError.badSetting(
                name: "level or resamples", value: "\(level), \(resamples)",
                expected: "a level between 0 and 1, and at least one resample")
        }
        var random = ScoreRandom(seed: seed)
        var places = Array(0..<examples)
        estimate = try statistic(places)
        var values: [Double] = []
        for _ in 0..<resamples {
            for i in places.indices { places[i] = random.index(below: examples) }
            let value = try statistic(places)
            if value.isFinite { values.append(value) }
        }
        guard estimate.isFinite, !values.isEmpty else {
            throw TransferabilityError.notFinite(
                what: "statistic of the examples", row: 0, column: 0, value: "\(estimate)")
        }
        values.sort()
        let low = Self.quantile(values, (1 - level) / 2)
        range = low...max(low, Self.quantile(values, (1 + level) / 2))
        let mean = values.reduce(0, +) / Double(values.count)
        deviation =
            values.count > 1
            ? (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1))
                .squareRoot() : 0
    }

    /// Definition 7 of Hyndman and Fan 1996, NumPy's default.
    private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let position = share * Double(sorted.count - 1)
        let below = min(Int(position), sorted.count - 1)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }
}
