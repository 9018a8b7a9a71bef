/// Compares two models on the same examples: both are measured on the same resamples, so that examples
/// that are hard for both do not blur the difference.
public enum PairedDifference {
    /// The differences between two classifiers.
    ///
    /// - Parameters:
    ///   - first: The predictions to compare with, such as the old model's.
    ///   - second: The predictions to judge, for the same examples in the same order.
    ///   - bootstrap: How to compute intervals; nil for none.
    /// - Returns: One entry for each measurement that is defined for both.
    /// - Throws: `MetricError` if the examples are not the same or a setting makes no sense.
    public static func between(
        _ first: ClassificationPredictions, _ second: ClassificationPredictions,
        bootstrap: BootstrapInterval? = BootstrapInterval()
    ) throws -> [MetricDifference] {
        guard first.classes == second.classes else {
            throw MetricError.countMismatch(
                what: "classes in the second model's predictions", expected: first.classes,
                found: second.classes)
        }
        try requireSame(first.labels, second.labels)
        return try differences(
            ClassificationStatistics(first), ClassificationStatistics(second), bootstrap)
    }

    /// The differences between two multi-label models.
    ///
    /// - Parameters:
    ///   - first: The predictions to compare with.
    ///   - second: The predictions to judge, for the same examples in the same order.
    ///   - threshold: From which probability on a label is predicted.
    ///   - bootstrap: How to compute intervals; nil for none.
    /// - Returns: One entry for each measurement that is defined for both.
    /// - Throws: `MetricError` if the examples are not the same or a setting makes no sense.
    public static func between(
        _ first: MultiLabelPredictions, _ second: MultiLabelPredictions, threshold: Float = 0.5,
        bootstrap: BootstrapInterval? = BootstrapInterval()
    ) throws -> [MetricDifference] {
        guard first.labels == second.labels else {
            throw MetricError.countMismatch(
                what: "labels in the second model's predictions", expected: first.labels,
                found: second.labels)
        }
        try requireSame(first.targets, second.targets, perRow: first.labels)
        return try differences(
            MultiLabelStatistics(first, threshold: threshold),
            MultiLabelStatistics(second, threshold: threshold), bootstrap)
    }

    /// The differences between two models that predict a number.
    ///
    /// - Parameters:
    ///   - first: The predictions to compare with.
    ///   - second: The predictions to judge, for the same examples in the same order.
    ///   - bootstrap: How to compute intervals; nil for none.
    /// - Returns: One entry for each measurement that is defined for both.
    /// - Throws: `MetricError` if the examples are not the same or a setting makes no sense.
    public static func between(
        _ first: RegressionPredictions, _ second: RegressionPredictions,
        bootstrap: BootstrapInterval? = BootstrapInterval()
    ) throws -> [MetricDifference] {
        try requireSame(first.targets, second.targets)
        return try differences(
            RegressionStatistics(first), RegressionStatistics(second), bootstrap)
    }

    private static func requireSame<Outcome: Equatable>(
        _ first: [Outcome], _ second: [Outcome], perRow: Int = 1
    ) throws {
        guard first.count == second.count else {
            throw MetricError.countMismatch(
                what: "examples in the second model's predictions",
                expected: first.count / perRow, found: second.count / perRow)
        }
        if let index = first.indices.first(where: { first[$0] != second[$0] }) {
            throw MetricError.differentExamples(row: index / perRow)
        }
    }

    private static func differences<Subject: Statistics>(
        _ first: Subject, _ second: Subject, _ bootstrap: BootstrapInterval?
    ) throws -> [MetricDifference] {
        let firsts = try measure(first, nil)
        let seconds = try measure(second, nil)
        let pair = PairedStatistics(first: first, second: second)
        let differences = try bootstrap.map { try measure(pair, $0) } ?? []
        return firsts.compactMap { metric in
            guard let other = seconds.first(where: { $0.name == metric.name }) else { return nil }
            let name = BootstrapDistribution.differenceName(metric.name)
            return MetricDifference(
                name: metric.name, first: metric.value, second: other.value,
                interval: differences.first { $0.name == name }?.interval)
        }
    }
}

/// The differences of two models' measurements on one resample.
private struct PairedStatistics<Subject: Statistics>: Statistics {
    var first: Subject
    var second: Subject

    var count: Int { first.count }
    var names: [String] { first.names.map(BootstrapDistribution.differenceName) }
    var rankedNames: Set<String> {
        Set(first.rankedNames.map(BootstrapDistribution.differenceName))
    }
    var rankedElements: Int { first.rankedElements + second.rankedElements }

    mutating func evaluate(_ weights: Weights, into values: UnsafeMutableBufferPointer<Double>) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: values.count) { subtracted in
            subtracted.initialize(repeating: .nan)
            first.evaluate(weights, into: subtracted)
            second.evaluate(weights, into: values)
            for index in values.indices { values[index] -= subtracted[index] }
        }
    }
}
