import HindsightDatasets
import HindsightLearning
import HindsightTensors

/// How good a text model is on texts whose outcomes are known.
public enum TextReport: Sendable {
    /// One label a text.
    case classification(ClassificationReport)
    /// Any number of labels a text.
    case multiLabel(MultiLabelReport)
    /// A number a text.
    case regression(RegressionReport)

    /// Measures a model's outputs.
    ///
    /// - Parameters:
    ///   - outputs: `[texts, outputs]` before any softmax, row by row.
    ///   - targets: what really happened.
    ///   - problem: what the outputs mean.
    ///   - bootstrap: how to compute intervals; nil for none, which is much faster.
    /// - Throws: `MetricError` for outputs that are not finite, or nothing to measure.
    public init(
        outputs: [Float], targets: TextExamples.Targets, problem: TextProblem,
        bootstrap: BootstrapInterval? = BootstrapInterval()
    ) throws {
        switch (problem, targets) {
        case (.classification(let labels), .classes(let classes)):
            self = .classification(
                try ClassificationReport(
                    probabilities: softmaxRows(outputs, labels.count), classes: labels.count,
                    labels: classes.map(Int.init), classNames: labels, bootstrap: bootstrap))
        case (.multiLabel(let labels), .labelSets(let sets)):
            let width = labels.count
            let rows = (0..<sets.count).map { row in
                (0..<width).map { sigmoid(outputs[row * width + $0]) }
            }
            let hot = sets.multiHot(0..<sets.count, classCount: width)
            let truth = (0..<sets.count).map { row in (0..<width).map { hot[row * width + $0] == 1 }
            }
            self = .multiLabel(
                try MultiLabelReport(
                    probabilities: rows, targets: truth, labelNames: labels, bootstrap: bootstrap))
        case (.regression, .values(let values)):
            self = .regression(
                try RegressionReport(predictions: outputs, targets: values, bootstrap: bootstrap))
        default:
            preconditionFailure("TextReport: the targets are of another kind than the outputs")
        }
    }

    /// All measurements with their intervals.
    public var measured: [MeasuredMetric] {
        switch self {
        case .classification(let report): report.metrics
        case .multiLabel(let report): report.metrics
        case .regression(let report): report.metrics
        }
    }

    /// The measurement recipes call by that short name: `accuracy`, `f1`, `loss`, …
    public func measured(_ name: String) -> MeasuredMetric? {
        let known = longName(name)
        return measured.first { $0.name == known }
    }

    private func longName(_ name: String) -> String {
        switch (self, name) {
        case (.multiLabel, "accuracy"): "subset_accuracy"
        case (_, "f1"): "f1_macro"
        case (.classification, "loss"), (.multiLabel, "loss"): "log_loss"
        default: name
        }
    }

    /// The measurements as training watches them, under recipes' short names.
    public var metrics: Metrics {
        var result = Metrics()
        let names: [String] =
            switch self {
            case .classification: ["accuracy", "f1", "mcc", "auc", "ece", "brier", "loss"]
            case .multiLabel: ["accuracy", "f1", "auc", "ece", "brier", "loss"]
            case .regression: ["rmse", "mae", "pearson", "spearman"]
            }
        for name in names {
            // A measurement that the texts leave undefined, such as the area with one class only.
            if let value = measured(name)?.value, value.isFinite { result[name] = value }
        }
        if case .regression(let report) = self { result["loss"] = report.rmse * report.rmse }
        return result
    }
}

/// Softmax of each row.
func softmaxRows(_ outputs: [Float], _ width: Int) -> [Float] {
    guard !outputs.isEmpty else { return [] }
    return Tensor(outputs, shape: [outputs.count / width, width]).softmax().array(of: Float.self)
}

private func sigmoid(_ x: Float) -> Float { Float(1 / (1 + exponential(-Double(x)))) }
