import HindsightLearning
import Testing

@Suite("Measurements by hand")
struct MetricsByHandTests {
    @Test("Two classes, four examples")
    func binary() throws {
        let report = try ClassificationReport(
            probabilities: [[0.75, 0.25], [0.25, 0.75], [0.5, 0.5], [0.125, 0.875]],
            labels: [0, 1, 1, 0], classNames: ["bad", "good"], bootstrap: nil)
        // Predicted 0, 1, 0 (the first of equals), 1.
        #expect(report.accuracy == 0.5)
        #expect(report.mcc == 0)
        // Pairs of a good and a bad one: 0.75 beats 0.25 and loses to 0.875; so does 0.5.
        #expect(report.auc == 0.5)
        #expect(report.brierBinary == (0.0625 + 0.0625 + 0.25 + 0.765625) / 4)
        #expect(metricsAgree(report.brier, 2 * report.brierBinary!))
        // Bins (10/15, 11/15]: none; (11/15, 12/15]: 0.75, 0.75, both right; (7/15, 8/15]: 0.5, wrong;
        // (13/15, 14/15]: 0.875, wrong.
        #expect(metricsAgree(report.ece, (0.5 + 0.5 + 0.875) / 4))
        #expect(report.reliability[11].count == 2)
        #expect(report.reliability[11].meanConfidence == 0.75)
        #expect(report.reliability[11].observedShare == 1)
        #expect(report.reliability[0].meanConfidence == nil)
        #expect(report.reliability.reduce(0) { $0 + $1.count } == 4)
        #expect(report.confidentMistakes.map(\.index) == [3, 2])
        #expect(report.confidentMistakes[0].confidence == 0.875)
        #expect(report.perClass.map(\.name) == ["bad", "good"])
    }

    @Test("The most frequent mistakes, and as many confident ones as asked for")
    func mistakes() throws {
        let sure: [Float] = [0.5, 0.25, 0.25]
        let predictions = try ClassificationPredictions(
            probabilities: Array(repeating: sure, count: 6), labels: [0, 1, 2, 2, 1, 2])
        let report = try ClassificationReport(predictions, bootstrap: nil, mistakes: 3)
        #expect(report.confidentMistakes.map(\.index) == [1, 2, 3])
        #expect(report.confusion.mostFrequentMistakes(9).map(\.label) == [2, 1])
        #expect(report.confusion.mostFrequentMistakes(-1).isEmpty)
        #expect(report.confusion[label: 7, predicted: -1] == 0)
        let none = try ClassificationReport(predictions, bootstrap: nil, mistakes: -1)
        #expect(none.confidentMistakes.isEmpty)
    }

    @Test("Many classes take no room for a square of them")
    func manyClasses() throws {
        let classes = 50_000
        var probabilities = [Float](repeating: 0, count: 2 * classes)
        probabilities[49_999] = 1
        probabilities[classes + 3] = 1
        let report = try ClassificationReport(
            probabilities: probabilities, classes: classes, labels: [49_999, 2], bootstrap: nil)
        #expect(report.accuracy == 0.5)
        #expect(report.confusion.cells.count == 2)
        // Classes 49,999 (1), 2 and 3 (0 each) occur.
        #expect(metricsAgree(report.f1Macro, 1.0 / 3))
    }

    @Test("What is undefined is left out, not NaN")
    func undefined() throws {
        let one = try ClassificationReport(probabilities: [[0.5, 0.5]], labels: [0])
        #expect(one.auc == nil)
        #expect(one["auc"] == nil)
        #expect(one.metrics.allSatisfy { $0.value.isFinite })
        #expect(one["log_loss"]?.interval == nil)
        let only = try ClassificationReport(probabilities: [[1], [1]], labels: [0, 0])
        #expect(only.accuracy == 1)
        #expect(only.auc == nil)
        #expect(only.brierBinary == nil)
        let flat = try RegressionReport(predictions: [1, 2, 3], targets: [0.1, 0.1, 0.1])
        #expect(flat.r2 == nil)
        #expect(flat.pearson == nil)
        #expect(flat.spearman == nil)
        let single = try RegressionReport(predictions: [1.0], targets: [3.0])
        #expect(single.rmse == 2)
        #expect(single.bias == -2)
        #expect(single.metrics.allSatisfy { $0.interval == nil })
        let labels = try MultiLabelReport(probabilities: [[0.9, 0.1]], targets: [[true, false]])
        #expect(labels.auc == nil)
        #expect(labels.subsetAccuracy == 1)
    }

    @Test("Numbers near the largest are measured")
    func large() throws {
        let report = try RegressionReport(
            predictions: [1e308, -1e308, 0], targets: [1e308, -1e308, 0])
        #expect(report.rmse == 0)
        #expect(report.spearman == 1)
        let far = try RegressionReport(predictions: [1e308], targets: [-1e308])
        #expect(far.rmse == .infinity)
        #expect(far["rmse"]?.interval == nil)
    }

    @Test("The largest errors come first")
    func largestErrors() throws {
        let report = try RegressionReport(
            RegressionPredictions(
                predictions: [Float](arrayLiteral: 1, 5, 2, 0), targets: [1, 1, 0, 2]),
            bootstrap: nil, largest: 3)
        #expect(report.largestErrors.map(\.index) == [1, 2, 3])
        #expect(report.largestErrors[0].prediction == 5)
        #expect(report.bias == 1)
    }

    @Test("Mean over seeds")
    func seeds() throws {
        // t(0.975; 4) = 2.7764; the deviation is √2.5.
        let five = try SeedInterval(of: [1, 2, 3, 4, 5])
        #expect(five.mean == 3)
        #expect(metricsAgree(five.standardDeviation, 2.5.squareRoot()))
        let half = 2.776445105197793 * (2.5 / 5).squareRoot()
        #expect(metricsAgree(five.interval?.lowerBound, 3 - half))
        #expect(metricsAgree(five.interval?.upperBound, 3 + half))
        let one = try SeedInterval(of: [0.1])
        #expect(one.mean == 0.1 && one.standardDeviation == nil && one.interval == nil)
        let same = try SeedInterval(of: [0.1, 0.1, 0.1])
        #expect(same.interval == 0.1...0.1)
        let paired = try SeedInterval(ofDifferencesFrom: [0.8, 0.9], to: [0.85, 0.95])
        #expect(metricsAgree(paired.mean, 0.05))
    }
}
