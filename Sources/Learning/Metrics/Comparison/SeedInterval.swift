/// The mean of a measurement over training runs that differ in their seeds alone, with Student's
/// interval ("The probable error of a mean", Biometrika 1908).
///
/// It says how much the result moves with the seed, on the same test examples; the bootstrap says how
/// much it moves with the examples.
public struct SeedInterval: Sendable, Equatable {
    /// How many runs there are.
    public let count: Int
    /// The mean of their values.
    public let mean: Double
    /// The standard deviation of their values, with n − 1 below; nil for one run.
    public let standardDeviation: Double?
    /// Where the mean over all seeds is likely to be; nil for one run, which can't say.
    public let interval: ClosedRange<Double>?

    /// The mean over seeds of one model's measurement.
    ///
    /// - Parameters:
    ///   - values: One value a seed, such as 3 or 5 of them.
    ///   - level: With which probability the interval holds the mean over all seeds, if values are
    ///     normally distributed.
    /// - Throws: `MetricError` for no values, NaN, infinities, or a level that is no probability.
    public init(of values: [Double], level: Double = 0.95) throws {
        try validateLevel(level)
        guard !values.isEmpty else { throw MetricError.noExamples }
        for (row, value) in values.enumerated() where !value.isFinite {
            throw MetricError.notFinite(what: "value", row: row, column: nil, value: "\(value)")
        }
        let n = Double(values.count)
        let first = values[0]
        let mean = first + values.reduce(0) { $0 + ($1 - first) } / n
        count = values.count
        self.mean = mean
        guard values.count > 1 else {
            standardDeviation = nil
            interval = nil
            return
        }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / (n - 1)).squareRoot()
        let critical = StudentT.critical(level: level, degreesOfFreedom: values.count - 1)
        let half = critical * deviation / n.squareRoot()
        standardDeviation = deviation
        interval = half.isFinite ? (mean - half)...(mean + half) : nil
    }

    /// The mean over paired seeds of second − first.
    ///
    /// - Parameters:
    ///   - first: One value a seed of the model to compare with.
    ///   - second: One value for each of the same seeds in the same order.
    ///   - level: With which probability the interval holds the mean difference over all seeds.
    /// - Throws: `MetricError` for different counts, and as the other initialiser.
    public init(ofDifferencesFrom first: [Double], to second: [Double], level: Double = 0.95) throws
    {
        guard first.count == second.count else {
            throw MetricError.countMismatch(
                what: "values of the second model", expected: first.count, found: second.count)
        }
        try self.init(of: zip(first, second).map { $1 - $0 }, level: level)
    }
}

extension SeedInterval: Codable {
    private enum CodingKeys: String, CodingKey {
        case count, mean
        case standardDeviation = "standard_deviation"
        case interval
    }

    /// Reads what `encode` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        count = try container.decode(Int.self, forKey: .count)
        mean = try container.decode(AnyDouble.self, forKey: .mean).value
        standardDeviation =
            try container.decodeIfPresent(AnyDouble.self, forKey: .standardDeviation)?.value
        interval = try container.decodeIfPresent(AnyInterval.self, forKey: .interval)?.range
    }

    /// Writes numbers as `MeasuredMetric` does.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(count, forKey: .count)
        try container.encode(AnyDouble(value: mean), forKey: .mean)
        try container.encodeIfPresent(
            standardDeviation.map(AnyDouble.init), forKey: .standardDeviation)
        try container.encodeIfPresent(interval.map(AnyInterval.init), forKey: .interval)
    }
}
