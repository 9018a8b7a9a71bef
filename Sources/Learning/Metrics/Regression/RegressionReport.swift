/// How good predictions of a number are.
public struct RegressionReport: MetricReport, Equatable {
    /// What is measured, in order.
    public static let metricNames = ["rmse", "mae", "r2", "pearson", "spearman", "bias"]

    /// How many examples were measured.
    public let count: Int
    /// Every measurement with its interval, without those that are undefined on these examples.
    public let metrics: [MeasuredMetric]
    /// The examples with the largest errors, largest first.
    public let largestErrors: [LargeError]

    /// A prediction far off.
    public struct LargeError: Sendable, Equatable, Codable {
        /// Which example.
        public let index: Int
        /// What was predicted.
        public let prediction: Double
        /// What it was.
        public let target: Double
    }

    /// Measures predictions.
    ///
    /// - Parameters:
    ///   - predictions: Predictions and outcomes.
    ///   - bootstrap: How to compute intervals; nil for none.
    ///   - largest: How many of the largest errors to keep.
    /// - Throws: `MetricError` if a setting makes no sense.
    public init(
        _ predictions: RegressionPredictions,
        bootstrap: BootstrapInterval? = BootstrapInterval(), largest: Int = 20
    ) throws {
        count = predictions.count
        metrics = try measure(RegressionStatistics(predictions), bootstrap)
        let errors = zip(predictions.predictions, predictions.targets).map { abs($0 - $1) }
        let order = errors.indices.sorted { (errors[$1], $0) < (errors[$0], $1) }
        largestErrors = order.prefix(max(largest, 0)).map {
            LargeError(
                index: $0, prediction: predictions.predictions[$0],
                target: predictions.targets[$0])
        }
    }

    /// Measures predictions given as arrays.
    ///
    /// - Parameters:
    ///   - predictions: One number an example.
    ///   - targets: One outcome an example, in the same unit.
    ///   - bootstrap: How to compute intervals; nil for none.
    /// - Throws: `MetricError` if the predictions or settings make no sense.
    public init<Value: BinaryFloatingPoint>(
        predictions: [Value], targets: [Value],
        bootstrap: BootstrapInterval? = BootstrapInterval()
    ) throws {
        try self.init(
            RegressionPredictions(predictions: predictions, targets: targets),
            bootstrap: bootstrap)
    }
}

extension RegressionReport {
    /// The root of the mean squared error, in the target's unit.
    public var rmse: Double { defined("rmse") }

    /// The mean absolute error, in the target's unit.
    public var mae: Double { defined("mae") }

    /// 1 − Σ(prediction − target)² / Σ(target − mean)²; nil if the targets are all the same.
    public var r2: Double? { optional("r2") }

    /// Pearson's correlation; nil if predictions or targets are all the same.
    public var pearson: Double? { optional("pearson") }

    /// Spearman's correlation of ranks, equal ones sharing their average; nil if predictions or targets
    /// are all the same.
    public var spearman: Double? { optional("spearman") }

    /// The mean of prediction minus target, in the target's unit.
    public var bias: Double { defined("bias") }
}
