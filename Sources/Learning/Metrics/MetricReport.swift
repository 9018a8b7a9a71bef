/// What reports have in common: measurements by name.
public protocol MetricReport: Sendable, Codable {
    /// What was measured, without what is undefined on these examples.
    var metrics: [MeasuredMetric] { get }
    /// How many examples were measured.
    var count: Int { get }
}

extension MetricReport {
    /// The measurement of that name; nil if it is not in the report or undefined on these examples.
    public subscript(name: String) -> MeasuredMetric? { metrics.first { $0.name == name } }

    /// A value that may be undefined.
    func optional(_ name: String) -> Double? { self[name]?.value }

    /// A value that is always defined; NaN only in a report that was decoded without it.
    func defined(_ name: String) -> Double { self[name]?.value ?? .nan }
}
