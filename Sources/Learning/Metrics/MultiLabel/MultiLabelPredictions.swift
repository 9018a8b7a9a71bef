/// What a model said of some examples of which several labels can hold at once, and which did: checked,
/// ready to be measured.
public struct MultiLabelPredictions: Sendable, Equatable {
    /// One probability an example and label, `[examples, labels]` in rows.
    public let probabilities: [Float]
    /// Whether each label holds, `[examples, labels]` in rows.
    public let targets: [Bool]
    /// How many labels there are.
    public let labels: Int

    /// How many examples there are.
    public var count: Int { probabilities.count / labels }

    /// Predictions from flat arrays.
    ///
    /// - Parameters:
    ///   - probabilities: `[examples, labels]` in rows; a row need not add up to one.
    ///   - targets: Whether each label holds, of the same shape.
    ///   - labels: How many labels there are.
    /// - Throws: `MetricError` for no examples, wrong counts, NaN, or values that are no probabilities.
    public init(probabilities: [Float], targets: [Bool], labels: Int) throws {
        guard labels > 0 else {
            throw targets.isEmpty ? MetricError.noExamples : MetricError.noClasses
        }
        let rows = targets.count / labels
        guard targets.count == rows * labels else {
            throw MetricError.countMismatch(
                what: "targets (\(labels) labels an example)", expected: (rows + 1) * labels,
                found: targets.count)
        }
        try ClassificationPredictions.validateCounts(
            probabilities.count, classes: labels, rows: rows)
        for (index, value) in probabilities.enumerated() {
            _ = try checkedProbability(value, index / labels, index % labels)
        }
        self.probabilities = probabilities
        self.targets = targets
        self.labels = labels
    }

    /// Predictions from one array an example.
    ///
    /// - Parameters:
    ///   - probabilities: One row an example, with one value a label.
    ///   - targets: Which labels hold, by row.
    /// - Throws: As the other initialiser, and for rows of different lengths.
    public init(probabilities: [[Float]], targets: [[Bool]]) throws {
        let labels = probabilities.first?.count ?? 0
        try self.init(
            probabilities: flattened(probabilities, columns: labels, "probabilities"),
            targets: flattened(targets, columns: labels, "targets"), labels: labels)
    }
}
