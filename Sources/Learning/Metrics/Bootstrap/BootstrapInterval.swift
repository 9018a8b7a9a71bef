/// How the intervals around measurements are computed: by the bootstrap over examples.
///
/// The examples are drawn again with replacement, as many as there are, and every measurement is taken
/// on each such resample; the spread of its values says how much the measurement would move on other
/// examples of the same kind (Efron and Tibshirani, "An introduction to the bootstrap", 1993). The
/// intervals follow from the seed and the examples alone.
///
/// The expected calibration error of a resample is too large by about as much as that of the examples
/// is, so its interval is the reflected one, 2·value − quantiles, whatever `kind` says (Kumar, Liang and
/// Ma, "Verified uncertainty calibration", NeurIPS 2019, do the same). It begins at zero where the
/// examples can't tell the model from a calibrated one.
///
/// The time goes with resamples times examples: 1,000 resamples of 10,000 examples of a two-class task
/// take a fraction of a second.
public struct BootstrapInterval: Sendable, Equatable, Codable {
    /// How an interval follows from the values on the resamples.
    public enum Kind: String, Sendable, Codable {
        /// The quantiles of the values.
        case percentile
        /// The quantiles, moved for bias and skewness: bias-corrected and accelerated (Efron, "Better
        /// bootstrap confidence intervals", JASA 1987). The acceleration comes from a jackknife over
        /// examples, or over 200 groups of them if there are more.
        case bca
    }

    /// How many times the examples are drawn again.
    public var resamples: Int
    /// With which probability the interval holds the true value.
    public var level: Double
    /// From which number the draws follow.
    public var seed: UInt64
    /// How the interval follows from the resamples.
    public var kind: Kind

    /// The usual interval: 95 %, from 1,000 resamples.
    ///
    /// - Parameters:
    ///   - resamples: 1 to 1,000,000.
    ///   - level: Between 0 and 1.
    ///   - seed: Any number; the same one on the same examples gives the same interval.
    ///   - kind: How the interval follows from the resamples.
    public init(
        resamples: Int = 1_000, level: Double = 0.95, seed: UInt64 = 0, kind: Kind = .bca
    ) {
        self.resamples = resamples
        self.level = level
        self.seed = seed
        self.kind = kind
    }

    /// - Throws: `MetricError.badSetting` if there are no resamples or too many, or the level is no
    ///   probability.
    func validate() throws {
        guard (1...1_000_000).contains(resamples) else {
            throw MetricError.badSetting(
                name: "resamples", value: "\(resamples)", expected: "1 to 1000000")
        }
        try validateLevel(level)
    }

    /// The interval of a measurement of one's own.
    ///
    /// - Parameters:
    ///   - count: How many examples there are.
    ///   - statistic: The measurement if example i is there `weights[i]` times; `weights` has `count`
    ///     elements. It must not keep them. NaN if the measurement isn't defined on them.
    /// - Returns: The interval; nil where the statistic isn't defined or never varies.
    /// - Throws: `MetricError` if there are no examples or a setting makes no sense.
    public func interval(
        count: Int, statistic: (_ weights: UnsafeBufferPointer<Int32>) -> Double
    ) throws -> ClosedRange<Double>? {
        guard count > 0 else { throw MetricError.noExamples }
        return try withoutActuallyEscaping(statistic) { statistic in
            try measure(OwnStatistic(count: count, statistic: statistic), self).first?.interval
        }
    }
}

func validateLevel(_ level: Double) throws {
    guard level > 0, level < 1 else {
        throw MetricError.badSetting(
            name: "level", value: "\(level)", expected: "a probability between 0 and 1")
    }
}

/// A user's function as a statistic.
private struct OwnStatistic: Statistics {
    let count: Int
    let statistic: (UnsafeBufferPointer<Int32>) -> Double

    var names: [String] { ["statistic"] }

    mutating func evaluate(_ weights: Weights, into values: UnsafeMutableBufferPointer<Double>) {
        values[0] = statistic(weights.values)
    }
}
