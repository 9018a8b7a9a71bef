/// What a model predicted as a number for some examples, and what it was: checked, ready to be measured.
public struct RegressionPredictions: Sendable, Equatable {
    /// One prediction an example.
    public let predictions: [Double]
    /// One outcome an example, in the same unit.
    public let targets: [Double]

    /// How many examples there are.
    public var count: Int { targets.count }

    /// Predictions of any floating-point type.
    ///
    /// - Parameters:
    ///   - predictions: One number an example.
    ///   - targets: One outcome an example, in the same unit.
    /// - Throws: `MetricError` for no examples, different counts, NaN or infinities.
    public init<Value: BinaryFloatingPoint>(predictions: [Value], targets: [Value]) throws {
        guard !predictions.isEmpty || !targets.isEmpty else { throw MetricError.noExamples }
        guard predictions.count == targets.count else {
            throw MetricError.countMismatch(
                what: "predictions", expected: targets.count, found: predictions.count)
        }
        self.predictions = try predictions.enumerated().map {
            try Self.checked("prediction", row: $0, $1)
        }
        self.targets = try targets.enumerated().map { try Self.checked("target", row: $0, $1) }
    }

    private static func checked<Value: BinaryFloatingPoint>(
        _ what: String, row: Int, _ value: Value
    ) throws -> Double {
        guard value.isFinite else {
            throw MetricError.notFinite(what: what, row: row, column: nil, value: "\(value)")
        }
        return Double(value)
    }
}
