import HindsightLearning
import Testing

@Suite("Properties of measurements")
struct MetricsPropertyTests {
    /// Examples in another order.
    private func shuffled(
        _ predictions: ClassificationPredictions, seed: UInt64
    ) throws -> ClassificationPredictions {
        var generator = MetricsGenerator(seed)
        let order = predictions.labels.indices.shuffled(using: &generator)
        let classes = predictions.classes
        return try ClassificationPredictions(
            probabilities: order.flatMap {
                predictions.probabilities[($0 * classes)..<(($0 + 1) * classes)]
            }, classes: classes, labels: order.map { predictions.labels[$0] })
    }

    @Test(
        "The order of the examples does not matter", arguments: MetricsFixture.shared.classification
    )
    func order(_ golden: MetricsFixture.Classification) throws {
        let first = try ClassificationReport(golden.predictions, bootstrap: nil)
        let second = try ClassificationReport(shuffled(golden.predictions, seed: 2), bootstrap: nil)
        for (a, b) in zip(first.metrics, second.metrics) {
            #expect(a.name == b.name && metricsAgree(a.value, b.value), "\(a) \(b)")
        }
        #expect(first.confusion == second.confusion)
    }

    @Test("The names of the classes do not matter")
    func classOrder() throws {
        let golden = MetricsFixture.shared.classification[2]
        let predictions = try golden.predictions
        let turned = try ClassificationPredictions(
            probabilities: predictions.labels.indices.flatMap { row in
                [2, 0, 1].map { predictions.probabilities[row * 3 + $0] }
            }, classes: 3, labels: predictions.labels.map { [1, 2, 0][$0] })
        let first = try ClassificationReport(predictions, bootstrap: nil)
        let second = try ClassificationReport(turned, bootstrap: nil)
        for (a, b) in zip(first.metrics, second.metrics) {
            #expect(metricsAgree(a.value, b.value), "\(a)")
        }
    }

    @Test("The area depends on the order of the scores alone, and turns with it")
    func areaInvariance() throws {
        var generator = MetricsGenerator(8)
        let predictions = try generator.calibrated(300)
        let squared = predictions.labels.indices.flatMap { row -> [Float] in
            let p = predictions.probabilities[row * 2 + 1]
            return [1 - p * p, p * p]
        }
        let turned = predictions.labels.indices.flatMap { row -> [Float] in
            [predictions.probabilities[row * 2 + 1], predictions.probabilities[row * 2]]
        }
        func area(_ probabilities: [Float]) throws -> Double? {
            try ClassificationReport(
                probabilities: probabilities, classes: 2, labels: predictions.labels,
                bootstrap: nil
            ).auc
        }
        let auc = try #require(try area(predictions.probabilities))
        #expect(try area(squared) == auc)
        #expect(metricsAgree(try area(turned), 1 - auc, within: 1e-4))
    }

    @Test("Ranges and identities, over random predictions", arguments: 1...60)
    func identities(_ seed: Int) throws {
        var generator = MetricsGenerator(UInt64(seed))
        let classes = 1 + seed % 6
        let count = 1 + seed * 3 % 40
        var probabilities: [Float] = []
        for _ in 0..<count {
            let raw = (0..<classes).map { _ in Double(generator.next() % 8) + 0.01 }
            let sum = raw.reduce(0, +)
            probabilities += raw.map { Float($0 / sum) }
        }
        let labels = (0..<count).map { _ in Int(generator.next() % UInt64(classes)) }
        let report = try ClassificationReport(
            probabilities: probabilities, classes: classes, labels: labels,
            bootstrap: BootstrapInterval(resamples: 50, seed: UInt64(seed)))
        #expect(metricsAgree(report.f1Micro, report.accuracy))
        for metric in report.metrics {
            let low = metric.name == "mcc" ? -1.0 : 0
            let high = metric.name == "brier" ? 2.0 : metric.name == "log_loss" ? 16 : 1
            #expect((low...high).contains(metric.value), "\(metric)")
            if let interval = metric.interval {
                #expect(interval.lowerBound >= low - 1e-12 && interval.upperBound <= high + 1)
            }
        }
        #expect(report.confusion.cells.reduce(0) { $0 + $1.count } == count)
        let right = count - report.confidentMistakes.count
        if report.confidentMistakes.count < 20 {
            #expect(metricsAgree(report.accuracy, Double(right) / Double(count)))
        }
        let confidences = report.confidentMistakes.map(\.confidence)
        #expect(confidences == confidences.sorted(by: >))
    }

    @Test("Correlations ignore unit and origin; ranks ignore every growing function")
    func correlations() throws {
        var generator = MetricsGenerator(21)
        let x = (0..<200).map { _ in generator.normal() }
        let y = x.map { $0 + generator.normal() }
        func report(_ x: [Double], _ y: [Double]) throws -> RegressionReport {
            try RegressionReport(predictions: x, targets: y, bootstrap: nil)
        }
        let plain = try report(x, y)
        let scaled = try report(x.map { 1e6 + 250 * $0 }, y.map { -3 + 1e-5 * $0 })
        #expect(metricsAgree(plain.pearson, scaled.pearson, within: 1e-9))
        #expect(metricsAgree(plain.spearman, scaled.spearman))
        #expect(metricsAgree(try report(x.map { $0 * $0 * $0 }, y).spearman, plain.spearman))
        #expect(metricsAgree(try report(x.map { -$0 }, y).pearson, -plain.pearson!))
        let both = try report(y, x)
        #expect(metricsAgree(both.rmse, plain.rmse) && metricsAgree(both.bias, -plain.bias))
    }

    @Test("A fitted temperature is the best one, and undoes a scale")
    func temperature() throws {
        let golden = MetricsFixture.shared.temperature[0]
        let fitted = try TemperatureScaling.fit(
            logits: golden.logits, classes: 3, labels: golden.labels)
        let doubled = try TemperatureScaling.fit(
            logits: golden.logits.map { 2 * $0 }, classes: 3, labels: golden.labels)
        #expect(metricsAgree(doubled.temperature, 2 * fitted.temperature, within: 1e-9))
        #expect(metricsAgree(doubled.lossAfter, fitted.lossAfter, within: 1e-9))
        #expect(fitted.lossAfter < fitted.lossBefore)
        let again = try TemperatureScaling.fit(
            logits: golden.logits.map { Float(Double($0) / fitted.temperature) }, classes: 3,
            labels: golden.labels)
        #expect(metricsAgree(again.temperature, 1, within: 1e-6))
        let report = try ClassificationReport(
            probabilities: fitted.probabilities(logits: golden.logits, classes: 3), classes: 3,
            labels: golden.labels, bootstrap: nil)
        #expect(metricsAgree(report.logLoss, fitted.lossAfter, within: 1e-6))
    }

    @Test("A temperature that nothing bounds stays in its range")
    func unboundedTemperature() throws {
        let right = try TemperatureScaling.fit(logits: [[3, -1], [-2, 0]], labels: [0, 1])
        #expect(right.temperature == 0.01 && right.isAtBound)
        let wrong = try TemperatureScaling.fit(logits: [[3, -1], [-2, 0]], labels: [1, 0])
        #expect(wrong.temperature == 100 && wrong.isAtBound)
        let flat = try TemperatureScaling.fit(logits: [[1, 1], [2, 2]], labels: [1, 0])
        #expect(flat.temperature == 1)
        let huge = try TemperatureScaling.fit(
            logits: [[3e38, -3e38], [3e38, -3e38]], labels: [0, 1])
        #expect(huge.temperature == 100)
        #expect(huge.probabilities(logits: [3e38, -3e38, 5], classes: 2) == [1, 0])
        #expect(huge.probabilities(logits: [1], classes: 0).isEmpty)
    }
}
