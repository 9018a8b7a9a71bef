import HindsightLearning
import Testing

@Suite("Intervals")
struct MetricsBootstrapTests {
    private let few = BootstrapInterval(resamples: 400)

    /// How many of 400 worlds' intervals hold the truth; 95 % of them are 380, with a standard
    /// deviation of 4.4.
    private func coverage(
        _ worlds: Int = 400, truth: Double,
        _ interval: (inout MetricsGenerator) throws -> ClosedRange<Double>?
    ) rethrows -> Double {
        var held = 0
        for world in 0..<worlds {
            var generator = MetricsGenerator(UInt64(world + 1))
            for _ in 0..<8 { _ = generator.next() }
            if try interval(&generator)?.contains(truth) == true { held += 1 }
        }
        return Double(held) / Double(worlds)
    }

    @Test("95 % of the intervals hold the true accuracy")
    func accuracy() throws {
        let share = try coverage(truth: 0.8) { generator in
            let labels = (0..<150).map { _ in generator.uniform() < 0.8 ? 0 : 1 }
            let rows = labels.map { _ in [Float(0.75), 0.25] }
            return try ClassificationReport(probabilities: rows, labels: labels, bootstrap: few)[
                "accuracy"]?.interval
        }
        #expect((0.92...0.98).contains(share), "\(share)")
    }

    @Test("95 % of the intervals hold the true error and correlation")
    func regression() throws {
        for (name, truth) in [("rmse", 1.0), ("pearson", 0.5.squareRoot()), ("bias", 0)] {
            let share = try coverage(truth: truth) { generator in
                let x = (0..<100).map { _ in generator.normal() }
                let y = x.map { $0 + generator.normal() }
                return try RegressionReport(predictions: x, targets: y, bootstrap: few)[name]?
                    .interval
            }
            #expect((0.91...0.98).contains(share), "\(name) \(share)")
        }
    }

    @Test("95 % of the intervals hold the true area, and the cost of true probabilities")
    func area() throws {
        // With a uniform probability p that comes true with probability p: the area is 5/6, the
        // expected log loss 1/2, and the Brier score of one class 1/6.
        for (name, truth) in [("auc", 5.0 / 6), ("log_loss", 0.5), ("brier_binary", 1.0 / 6)] {
            let share = try coverage(truth: truth) { generator in
                let predictions = try generator.calibrated(120)
                return try ClassificationReport(predictions, bootstrap: few)[name]?.interval
            }
            #expect((0.91...0.98).contains(share), "\(name) \(share)")
        }
    }

    @Test("The interval of a calibrated model's calibration error reaches down to zero")
    func calibrated() throws {
        let share = try coverage(200, truth: 0) { generator in
            let predictions = try generator.calibrated(500)
            return try ClassificationReport(predictions, bootstrap: few)["ece"]?.interval
        }
        #expect(share >= 0.9, "\(share)")
    }

    @Test("An overconfident model's calibration error is told from zero")
    func overconfident() throws {
        var generator = MetricsGenerator(5)
        let labels = (0..<500).map { _ in generator.uniform() < 0.6 ? 0 : 1 }
        let rows = labels.map { _ in [Float(0.9375), 0.0625] }
        let report = try ClassificationReport(probabilities: rows, labels: labels)
        let interval = try #require(report["ece"]?.interval)
        #expect(interval.lowerBound > 0.25 && interval.upperBound < 0.45)
        #expect(interval.contains(0.3375))
    }

    @Test("95 % of the paired intervals of two equally good models hold zero")
    func pairedCoverage() throws {
        let share = try coverage(truth: 0) { generator in
            let truth = (0..<150).map { _ in generator.normal() }
            // Most of the error is shared by both.
            let shared = truth.map { $0 + generator.normal() }
            let first = shared.map { $0 + 0.3 * generator.normal() }
            let second = shared.map { $0 + 0.3 * generator.normal() }
            return try PairedDifference.between(
                RegressionPredictions(predictions: first, targets: truth),
                RegressionPredictions(predictions: second, targets: truth), bootstrap: few
            ).first { $0.name == "rmse" }?.interval
        }
        #expect((0.91...0.98).contains(share), "\(share)")
    }

    @Test("A paired interval sees what two separate ones can't")
    func pairedIsSharper() throws {
        var generator = MetricsGenerator(9)
        let truth = (0..<300).map { _ in generator.normal() }
        let shared = truth.map { $0 + generator.normal() }
        let first = try RegressionPredictions(
            predictions: shared.map { $0 + 0.5 * generator.normal() }, targets: truth)
        let second = try RegressionPredictions(predictions: shared, targets: truth)
        let differences = try PairedDifference.between(first, second)
        let rmse = try #require(differences.first { $0.name == "rmse" })
        #expect(rmse.verdict == .better)
        #expect(try rmse.first == RegressionReport(first, bootstrap: nil).rmse)
        #expect(try rmse.second == RegressionReport(second, bootstrap: nil).rmse)
        let separate = try (RegressionReport(first), RegressionReport(second))
        #expect(separate.0["rmse"]!.interval!.overlaps(separate.1["rmse"]!.interval!))
        let back = try PairedDifference.between(second, first)
        #expect(back.first { $0.name == "rmse" }?.verdict == .worse)
        let same = try PairedDifference.between(first, first)
        #expect(same.allSatisfy { $0.difference == 0 && $0.interval == nil })
        #expect(same.allSatisfy { $0.verdict == .undecided })
    }

    @Test("Classifiers and multi-label models are compared too")
    func pairedClassifiers() throws {
        var generator = MetricsGenerator(11)
        let good = try generator.calibrated(400)
        let bad = try ClassificationPredictions(
            probabilities: good.probabilities.map { 0.5 + ($0 - 0.5) * 0.1 }, classes: 2,
            labels: good.labels)
        let differences = try PairedDifference.between(bad, good)
        #expect(differences.map(\.name) == ClassificationReport.metricNames)
        #expect(differences.first { $0.name == "log_loss" }?.verdict == .better)
        #expect(differences.first { $0.name == "ece" }?.verdict == .better)
        #expect(differences.first { $0.name == "accuracy" }?.verdict == .undecided)
        let labels = try MetricsFixture.shared.multi_label[0].predictions
        let wrong = try MultiLabelPredictions(
            probabilities: labels.probabilities.map { 1 - $0 }, targets: labels.targets, labels: 4)
        let worse = try PairedDifference.between(labels, wrong)
        #expect(worse.allSatisfy { $0.verdict == .worse }, "\(worse)")
    }

    @Test("The seed and the examples decide every bit")
    func deterministic() throws {
        var generator = MetricsGenerator(3)
        let predictions = try generator.calibrated(100)
        let first = try ClassificationReport(predictions)
        #expect(try first == ClassificationReport(predictions))
        let other = try ClassificationReport(
            predictions, bootstrap: BootstrapInterval(seed: 1))
        #expect(first.metrics.map(\.value) == other.metrics.map(\.value))
        #expect(first["auc"]?.interval != other["auc"]?.interval)
        let percentile = try ClassificationReport(
            predictions, bootstrap: BootstrapInterval(kind: .percentile))
        #expect(first["auc"]?.interval != percentile["auc"]?.interval)
    }

    @Test("Wider intervals for more confidence and fewer examples")
    func width() throws {
        var generator = MetricsGenerator(4)
        let many = try generator.calibrated(2_000)
        let few = try ClassificationPredictions(
            probabilities: Array(many.probabilities.prefix(200)), classes: 2,
            labels: Array(many.labels.prefix(100)))
        func width(
            _ predictions: ClassificationPredictions, _ level: Double, _ name: String
        ) throws -> Double {
            let report = try ClassificationReport(
                predictions, bootstrap: BootstrapInterval(level: level))
            let interval = try #require(report[name]?.interval)
            #expect(interval.contains(report[name]!.value))
            return interval.upperBound - interval.lowerBound
        }
        for name in ["accuracy", "f1_macro", "mcc", "auc", "log_loss", "brier"] {
            #expect(try width(many, 0.5, name) < width(many, 0.99, name))
            // A twentieth of the examples: √20 times as wide.
            let ratio = try width(few, 0.95, name) / width(many, 0.95, name)
            #expect((3...6.5).contains(ratio), "\(name) \(ratio)")
        }
    }

    @Test("All right still leaves room for mistakes not seen")
    func allRight() throws {
        let report = try ClassificationReport(
            probabilities: Array(repeating: [Float(1), 0], count: 10),
            labels: Array(repeating: 0, count: 10))
        let interval = try #require(report["accuracy"]?.interval)
        // Wilson 1927: the lower end is n / (n + z²).
        #expect(metricsAgree(interval.lowerBound, 10 / (10 + 3.841458820694124), within: 1e-9))
        #expect(interval.upperBound == 1)
        #expect(report["f1_macro"]?.interval == nil)
    }

    @Test("A measurement of one's own")
    func own() throws {
        let values = (0..<200).map { Double($0 % 10) }
        let interval = try BootstrapInterval().interval(count: values.count) { weights in
            zip(values, weights).reduce(0) { $0 + $1.0 * Double($1.1) } / 200
        }
        // The mean is 4.5, with a standard error of √(8.25/200) = 0.203.
        let range = try #require(interval)
        #expect(abs(range.lowerBound - (4.5 - 1.96 * 0.203)) < 0.05)
        #expect(abs(range.upperBound - (4.5 + 1.96 * 0.203)) < 0.05)
        #expect(try BootstrapInterval().interval(count: 3) { _ in .nan } == nil)
    }
}
