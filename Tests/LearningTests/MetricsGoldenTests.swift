import HindsightLearning
import Testing

@Suite("Measurements against scikit-learn and SciPy")
struct MetricsGoldenTests {
    @Test("Classification", arguments: MetricsFixture.shared.classification)
    func classification(_ golden: MetricsFixture.Classification) throws {
        let report = try ClassificationReport(golden.predictions, bootstrap: nil)
        #expect(Set(report.metrics.map(\.name)) == Set(golden.expected.keys))
        for metric in report.metrics {
            #expect(metricsAgree(metric.value, golden.expected[metric.name]), "\(metric)")
            #expect(metric.interval == nil)
        }
        #expect(report.confusion.rows == golden.confusion)
        for (label, row) in golden.confusion.enumerated() {
            for (predicted, count) in row.enumerated() {
                #expect(report.confusion[label: label, predicted: predicted] == count)
            }
        }
        for (index, scores) in report.perClass.enumerated() {
            #expect(metricsAgree(scores.precision, golden.precision[index]))
            #expect(metricsAgree(scores.recall, golden.recall[index]))
            #expect(metricsAgree(scores.f1, golden.f1[index]))
            #expect(scores.support == golden.support[index])
            #expect(metricsAgree(scores.auc, golden.areas[index]), "\(index)")
        }
    }

    @Test("Several labels", arguments: MetricsFixture.shared.multi_label)
    func multiLabel(_ golden: MetricsFixture.MultiLabel) throws {
        let report = try MultiLabelReport(golden.predictions, bootstrap: nil)
        #expect(report.metrics.map(\.name) == MultiLabelReport.metricNames)
        for metric in report.metrics {
            #expect(metricsAgree(metric.value, golden.expected[metric.name]), "\(metric)")
        }
        for (index, scores) in report.perLabel.enumerated() {
            #expect(metricsAgree(scores.f1, golden.f1[index]))
            #expect(metricsAgree(scores.auc, golden.areas[index]))
        }
    }

    @Test("Regression", arguments: MetricsFixture.shared.regression)
    func regression(_ golden: MetricsFixture.Regression) throws {
        let report = try RegressionReport(
            predictions: golden.predictions, targets: golden.targets, bootstrap: nil)
        #expect(Set(report.metrics.map(\.name)) == Set(golden.expected.keys))
        for metric in report.metrics {
            // A million away from zero, the inputs themselves have ten digits after the point.
            #expect(
                metricsAgree(metric.value, golden.expected[metric.name], within: 1e-9), "\(metric)")
        }
    }

    @Test("Temperature", arguments: MetricsFixture.shared.temperature)
    func temperature(_ golden: MetricsFixture.Temperature) throws {
        let scaling = try TemperatureScaling.fit(
            logits: golden.logits, classes: golden.classes, labels: golden.labels)
        // The reference knows its minimum to the root of the precision of the loss.
        #expect(metricsAgree(scaling.temperature, golden.temperature, within: 1e-5))
        #expect(metricsAgree(scaling.lossBefore, golden.before, within: 1e-6))
        #expect(metricsAgree(scaling.lossAfter, golden.after, within: 1e-6))
        #expect(!scaling.isAtBound)
    }

    @Test("Bootstrap intervals", arguments: [BootstrapInterval.Kind.percentile, .bca])
    func bootstrap(_ kind: BootstrapInterval.Kind) throws {
        let golden = MetricsFixture.shared.bootstrap
        let report = try RegressionReport(
            predictions: golden.errors, targets: golden.errors.map { _ in 0 },
            bootstrap: BootstrapInterval(resamples: 50_000, kind: kind))
        let interval = try #require(report["rmse"]?.interval)
        let expected = kind == .bca ? golden.bca : golden.percentile
        // Both ends are random, with a standard error of about 0.003 here.
        #expect(abs(interval.lowerBound - expected[0]) < 0.015, "\(interval) \(expected)")
        #expect(abs(interval.upperBound - expected[1]) < 0.015, "\(interval) \(expected)")
    }
}
