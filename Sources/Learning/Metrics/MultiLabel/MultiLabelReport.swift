/// How good a model's predictions are, when several labels can hold of one example.
///
/// Measurements follow scikit-learn's definitions, except that macro F1 leaves out labels that neither
/// hold nor are predicted anywhere.
public struct MultiLabelReport: MetricReport, Equatable {
    /// What is measured, in order.
    public static let metricNames = [
        "subset_accuracy", "f1_micro", "f1_macro", "hamming_loss", "auc", "log_loss", "ece",
        "brier",
    ]

    /// What the labels are called.
    public let labelNames: [String]
    /// How many examples were measured.
    public let count: Int
    /// From which probability on a label is predicted.
    public let threshold: Float
    /// Every measurement with its interval, without those that are undefined on these examples.
    public let metrics: [MeasuredMetric]
    /// Precision, recall, F1 and area for each label.
    public let perLabel: [ClassScores]
    /// The labels' probabilities against how often they hold, all labels together.
    public let reliability: [ReliabilityBin]

    /// Measures predictions.
    ///
    /// - Parameters:
    ///   - predictions: Probabilities and which labels hold.
    ///   - labelNames: What the labels are called; numbers if nil.
    ///   - threshold: From which probability on a label is predicted.
    ///   - bootstrap: How to compute intervals, drawing examples, not labels; nil for none.
    /// - Throws: `MetricError` if names or settings don't fit.
    public init(
        _ predictions: MultiLabelPredictions, labelNames: [String]? = nil, threshold: Float = 0.5,
        bootstrap: BootstrapInterval? = BootstrapInterval()
    ) throws {
        let names = try checkedNames(labelNames, count: predictions.labels)
        guard threshold.isFinite else {
            throw MetricError.badSetting(
                name: "threshold", value: "\(threshold)", expected: "a probability from 0 to 1")
        }
        var statistics = MultiLabelStatistics(predictions, threshold: threshold)
        self.labelNames = names
        self.threshold = threshold
        count = predictions.count
        metrics = try measure(statistics, bootstrap)
        perLabel = Self.perLabel(&statistics, names)
        reliability = CalibrationBins.diagram(
            zip(predictions.probabilities, predictions.targets).lazy.map { (Double($0), $1) })
    }

    /// Measures predictions given as one array an example.
    ///
    /// - Parameters:
    ///   - probabilities: One row an example, with one value a label.
    ///   - targets: Which labels hold, by row.
    ///   - labelNames: What the labels are called; numbers if nil.
    ///   - bootstrap: How to compute intervals; nil for none.
    /// - Throws: `MetricError` if the predictions, names or settings make no sense.
    public init(
        probabilities: [[Float]], targets: [[Bool]], labelNames: [String]? = nil,
        bootstrap: BootstrapInterval? = BootstrapInterval()
    ) throws {
        try self.init(
            MultiLabelPredictions(probabilities: probabilities, targets: targets),
            labelNames: labelNames, bootstrap: bootstrap)
    }

    private static func perLabel(
        _ statistics: inout MultiLabelStatistics, _ names: [String]
    ) -> [ClassScores] {
        let ones = [Int32](repeating: 1, count: statistics.count)
        let areas = ones.withUnsafeBufferPointer {
            statistics.countOnce($0)
            return statistics.areas($0)
        }
        return names.indices.map {
            ClassScores(name: names[$0], index: $0, counts: statistics.counts, area: areas[$0])
        }
    }
}

extension MultiLabelReport {
    /// The share of examples with every label right.
    public var subsetAccuracy: Double { defined("subset_accuracy") }

    /// F1 of all decisions together.
    public var f1Micro: Double { defined("f1_micro") }

    /// The mean of F1 over the labels that hold or are predicted somewhere.
    public var f1Macro: Double { defined("f1_macro") }

    /// The share of wrong decisions over all examples and labels.
    public var hammingLoss: Double { defined("hamming_loss") }

    /// The mean of the area under the ROC curve over the labels where it is defined; nil if there is
    /// none.
    public var auc: Double? { optional("auc") }

    /// The mean of −log of the true outcome's probability over all examples and labels, in nats.
    public var logLoss: Double { defined("log_loss") }

    /// The expected calibration error of all labels' probabilities together over 15 bins of equal
    /// width: |mean probability − share that holds|, weighted by how many are in the bin.
    public var ece: Double { defined("ece") }

    /// The mean of (probability − outcome)² over all examples and labels, from 0 to 1.
    public var brier: Double { defined("brier") }
}
