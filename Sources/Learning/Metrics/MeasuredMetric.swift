/// One measurement by name, with the interval that says how far to trust it.
public struct MeasuredMetric: Sendable, Equatable {
    /// The field's name, as in `MetricDirection.table`.
    public let name: String
    /// What was measured on the examples.
    public let value: Double
    /// Where the value on all examples of this kind is likely to be; nil if no interval was asked for or
    /// the examples are too few to say.
    public let interval: ClosedRange<Double>?

    /// A measurement.
    public init(name: String, value: Double, interval: ClosedRange<Double>? = nil) {
        self.name = name
        self.value = value
        self.interval = interval
    }

    /// Which way it gets better; nil for a name that is not in the table.
    public var direction: MetricDirection? { MetricDirection.of(name) }
}

extension MeasuredMetric: Codable {
    private enum CodingKeys: String, CodingKey { case name, value, interval }

    /// Reads what `encode` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        value = try container.decode(AnyDouble.self, forKey: .value).value
        interval = try container.decodeIfPresent(AnyInterval.self, forKey: .interval)?.range
    }

    /// Writes `{"name": …, "value": …, "interval": [low, high]}`; NaN and infinities as strings, since
    /// JSON has no numbers for them.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(AnyDouble(value: value), forKey: .value)
        try container.encodeIfPresent(interval.map(AnyInterval.init), forKey: .interval)
    }
}

/// A number that may be NaN or infinite, as a JSON number or one of the strings `nan`, `inf`, `-inf`.
struct AnyDouble: Codable {
    var value: Double

    init(value: Double) { self.value = value }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            value = number
            return
        }
        switch try container.decode(String.self) {
        case "nan": value = .nan
        case "inf": value = .infinity
        case "-inf": value = -.infinity
        case let text:
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is no number, nan, inf or -inf")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if value.isFinite {
            try container.encode(value)
        } else {
            try container.encode(value.isNaN ? "nan" : value > 0 ? "inf" : "-inf")
        }
    }
}

/// An interval as `[low, high]`.
struct AnyInterval: Codable {
    var range: ClosedRange<Double>

    init(_ range: ClosedRange<Double>) { self.range = range }

    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        let low = try container.decode(AnyDouble.self).value
        let high = try container.decode(AnyDouble.self).value
        guard low <= high else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(low) to \(high) is no interval")
        }
        range = low...high
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        try container.encode(AnyDouble(value: range.lowerBound))
        try container.encode(AnyDouble(value: range.upperBound))
    }
}
