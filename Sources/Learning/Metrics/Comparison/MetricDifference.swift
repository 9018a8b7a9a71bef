/// How two models differ in one measurement on the same examples.
public struct MetricDifference: Sendable, Equatable, Codable {
    /// The measurement's name.
    public let name: String
    /// What was measured of the first model.
    public let first: Double
    /// What was measured of the second model.
    public let second: Double
    /// Where second − first on all examples of this kind is likely to be; nil if no interval was asked
    /// for or the models never differ.
    public let interval: ClosedRange<Double>?

    /// Second − first.
    public var difference: Double { second - first }

    /// What the interval says of the second model; `.undecided` if it holds zero or there is none.
    ///
    /// A measurement that is best at zero, or not in `MetricDirection.table`, is never decided.
    public var verdict: Verdict {
        guard let interval, let isMaximized = MetricDirection.isMaximized(name) else {
            return .undecided
        }
        if interval.lowerBound > 0 { return isMaximized ? .better : .worse }
        if interval.upperBound < 0 { return isMaximized ? .worse : .better }
        return .undecided
    }

    /// Whether a second model is better than a first one.
    public enum Verdict: String, Sendable, Codable {
        /// The interval is wholly on the good side.
        case better
        /// The interval is wholly on the bad side.
        case worse
        /// The examples don't say.
        case undecided
    }
}

extension MetricDifference {
    private enum CodingKeys: String, CodingKey { case name, first, second, interval }

    /// Reads what `encode` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        first = try container.decode(AnyDouble.self, forKey: .first).value
        second = try container.decode(AnyDouble.self, forKey: .second).value
        interval = try container.decodeIfPresent(AnyInterval.self, forKey: .interval)?.range
    }

    /// Writes numbers as `MeasuredMetric` does.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(AnyDouble(value: first), forKey: .first)
        try container.encode(AnyDouble(value: second), forKey: .second)
        try container.encodeIfPresent(interval.map(AnyInterval.init), forKey: .interval)
    }
}
