import HindsightFineTuning
import HindsightLearning
import HindsightRunStore

extension TextReport {
    /// What training watches; a loss of NaN if the model's outputs are not finite, so that training ends as
    /// diverged and the best model is kept.
    static func metricsOrNaN(_ report: () throws -> TextReport) throws -> Metrics {
        do {
            return try report().metrics
        } catch MetricError.notFinite {
            return ["loss": .nan]
        }
    }

    /// What the store keeps of the report.
    ///
    /// - Parameter count: how many texts were judged.
    func results(count: Int) -> HindsightRunStore.Evaluation.Results {
        typealias Stored = HindsightRunStore.Evaluation
        var results = Stored.Results(count: count)
        for metric in measured {
            results.metrics[metric.name] = Stored.Estimate(
                metric.value, low: metric.interval?.lowerBound, high: metric.interval?.upperBound)
        }
        switch self {
        case .classification(let report):
            results.classes = report.classNames
            let classes = report.classNames.indices
            results.confusion = classes.map { label in
                classes.map { report.confusion[label: label, predicted: $0] }
            }
            results.calibration = report.reliability.filter { $0.count > 0 }.map(
                Stored.CalibrationBin.init)
        case .multiLabel(let report):
            results.classes = report.labelNames
            results.calibration = report.reliability.filter { $0.count > 0 }.map(
                Stored.CalibrationBin.init)
        case .regression:
            break
        }
        return results
    }
}

extension HindsightRunStore.Evaluation.CalibrationBin {
    fileprivate init(_ bin: ReliabilityBin) {
        self.init(
            confidence: bin.meanConfidence ?? 0, accuracy: bin.observedShare ?? 0, count: bin.count)
    }
}
