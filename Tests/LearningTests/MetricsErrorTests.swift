import Foundation
import HindsightLearning
import Testing

@Suite("Measurements: bad input, names, files")
struct MetricsErrorTests {
    private func error(_ body: () throws -> some Any) -> MetricError? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? MetricError
        }
    }

    @Test("A classifier's bad input is told by row and column")
    func classification() {
        func predict(_ rows: [[Float]], _ labels: [Int]) -> MetricError? {
            error { try ClassificationPredictions(probabilities: rows, labels: labels) }
        }
        #expect(predict([], []) == .noExamples)
        #expect(predict([[], []], [0, 0]) == .noClasses)
        #expect(
            predict([[1, 0], [0.5]], [0, 0])
                == .raggedRow(what: "probabilities", row: 1, expected: 2, found: 1))
        #expect(
            predict([[1, 0], [0.5, 0.5]], [0, 2])
                == .labelOutOfRange(row: 1, label: 2, classes: 2))
        #expect(predict([[1, 0]], [-1]) == .labelOutOfRange(row: 0, label: -1, classes: 2))
        #expect(
            predict([[1, 0], [0, .nan]], [0, 1])
                == .notFinite(what: "probability", row: 1, column: 1, value: "nan"))
        #expect(
            predict([[1, 0], [.infinity, 0]], [0, 1])
                == .notFinite(what: "probability", row: 1, column: 0, value: "inf"))
        #expect(predict([[2, -1]], [0]) == .notAProbability(row: 0, column: 0, value: 2))
        #expect(
            predict([[1, 0], [0.5, 0.25]], [0, 1])
                == .probabilitiesDoNotAddUp(row: 1, sum: 0.75))
        #expect(
            predict([[1, 0]], [0, 1])
                == .countMismatch(
                    what: "probabilities (2 outcomes × 2 classes)", expected: 4, found: 2))
        #expect(predict([[1, 0]], []) != nil)
        #expect(
            error {
                try ClassificationPredictions(probabilities: [1], classes: .max, labels: [0])
            } == .tooLarge(what: "classes", count: .max, limit: (1 << 30) - 1))
        #expect(
            error {
                try ClassificationReport(probabilities: [[1, 0]], labels: [0], classNames: ["a"])
            } == .countMismatch(what: "class names", expected: 2, found: 1))
    }

    @Test("Rounding of half precision is no mistake")
    func rounding() throws {
        let report = try ClassificationReport(
            probabilities: [[1.000001, -0.000001], [0.498, 0.5]], labels: [0, 1], bootstrap: nil)
        #expect(report.accuracy == 1)
        #expect(report.logLoss.isFinite)
    }

    @Test("So is that of several labels and of numbers")
    func others() {
        #expect(error { try MultiLabelReport(probabilities: [], targets: []) } == .noExamples)
        #expect(error { try MultiLabelReport(probabilities: [[]], targets: [[]]) } == .noExamples)
        #expect(
            error {
                try MultiLabelReport(probabilities: [[0.5], [1.5]], targets: [[true], [true]])
            } == .notAProbability(row: 1, column: 0, value: 1.5))
        #expect(
            error {
                try MultiLabelReport(probabilities: [[0.5, 1]], targets: [[true]])
            } == .raggedRow(what: "targets", row: 0, expected: 2, found: 1))
        #expect(
            error {
                try MultiLabelPredictions(probabilities: [0, 1], targets: [true], labels: 2)
            } == .countMismatch(what: "targets (2 labels an example)", expected: 2, found: 1))
        #expect(
            error {
                try MultiLabelReport(
                    MultiLabelPredictions(probabilities: [0], targets: [true], labels: 1),
                    threshold: .nan)
            } == .badSetting(name: "threshold", value: "nan", expected: "a probability from 0 to 1")
        )
        let none: [Float] = []
        #expect(error { try RegressionReport(predictions: none, targets: none) } == .noExamples)
        #expect(
            error { try RegressionReport(predictions: [1.0], targets: [1, 2]) }
                == .countMismatch(what: "predictions", expected: 2, found: 1))
        #expect(
            error { try RegressionReport(predictions: [1, 2.0], targets: [1, .nan]) }
                == .notFinite(what: "target", row: 1, column: nil, value: "nan"))
        #expect(
            error { try TemperatureScaling.fit(logits: [[0, .nan]], labels: [0]) }
                == .notFinite(what: "logit", row: 0, column: 1, value: "nan"))
        #expect(
            error { try TemperatureScaling.fit(logits: [[0, 1]], labels: [2]) }
                == .labelOutOfRange(row: 0, label: 2, classes: 2))
    }

    @Test("Settings that make no sense are refused")
    func settings() throws {
        let predictions = try RegressionPredictions(predictions: [1, 2.0], targets: [1, 2])
        for bad in [
            BootstrapInterval(resamples: 0), BootstrapInterval(resamples: .max),
            BootstrapInterval(level: 1), BootstrapInterval(level: .nan),
        ] {
            #expect(error { try RegressionReport(predictions, bootstrap: bad) } != nil, "\(bad)")
        }
        #expect(error { try SeedInterval(of: []) } == .noExamples)
        #expect(error { try SeedInterval(of: [1, .nan]) } != nil)
        #expect(error { try SeedInterval(of: [1, 2], level: 0) } != nil)
        #expect(error { try SeedInterval(ofDifferencesFrom: [1], to: []) } != nil)
        #expect(error { try BootstrapInterval().interval(count: 0) { _ in 0 } } == .noExamples)
        let other = try RegressionPredictions(predictions: [1, 2.0], targets: [1, 3])
        #expect(
            error { try PairedDifference.between(predictions, other) }
                == .differentExamples(row: 1))
    }

    @Test("Every message says what to do or where to look")
    func messages() {
        let errors: [MetricError] = [
            .noExamples, .noClasses, .tooLarge(what: "rows", count: 2, limit: 1),
            .countMismatch(what: "labels", expected: 1, found: 2),
            .raggedRow(what: "logits", row: 1, expected: 2, found: 3),
            .labelOutOfRange(row: 1, label: 9, classes: 2),
            .notFinite(what: "logit", row: 1, column: 2, value: "nan"),
            .notAProbability(row: 1, column: 2, value: 7),
            .probabilitiesDoNotAddUp(row: 4, sum: 2), .differentExamples(row: 3),
            .badSetting(name: "level", value: "2", expected: "less"),
        ]
        #expect(errors.allSatisfy { $0.description.hasPrefix("metrics: ") })
        #expect(Set(errors.map(\.description)).count == errors.count)
        #expect(errors[5].description.contains("row 1 is 9, expected 0 to 1"))
        #expect(errors[6].description.contains("row 1, column 2, is nan"))
    }

    @Test("One table knows the direction of every name")
    func directions() {
        let used =
            ClassificationReport.metricNames + MultiLabelReport.metricNames
            + RegressionReport.metricNames
        #expect(Set(used + ["loss"]) == Set(MetricDirection.names))
        #expect(Set(MetricDirection.names).count == MetricDirection.names.count)
        #expect(MetricDirection.isMaximized("accuracy") == true)
        #expect(MetricDirection.isMaximized("log_loss") == false)
        #expect(MetricDirection.isMaximized("bias") == nil)
        #expect(MetricDirection.isMaximized("accurracy") == nil)
        #expect(MetricDirection.of("bias") == .towardZero)
        #expect(MetricDirection.summary(of: "ece")?.isEmpty == false)
        #expect(MetricDirection.maximized.isBetter(2, than: 1))
        #expect(MetricDirection.minimized.isBetter(1, than: 2))
        #expect(MetricDirection.towardZero.isBetter(-1, than: 2))
        #expect(!MetricDirection.maximized.isBetter(.nan, than: 1))
    }

    @Test("Reports come back from JSON as they were")
    func codable() throws {
        func back<Value: Codable & Equatable>(_ value: Value) throws -> Bool {
            try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value)) == value
        }
        let fixture = MetricsFixture.shared
        #expect(try back(ClassificationReport(fixture.classification[4].predictions)))
        #expect(try back(MultiLabelReport(fixture.multi_label[0].predictions)))
        let plain = fixture.regression[0]
        #expect(
            try back(
                RegressionReport(predictions: plain.predictions, targets: plain.targets)))
        #expect(try back(RegressionReport(predictions: [1e308], targets: [-1e308])))
        #expect(try back(SeedInterval(of: [1, 2, 4])))
        #expect(try back(SeedInterval(of: [1])))
        #expect(try back(BootstrapInterval(seed: 3)))
        #expect(
            try back(
                MeasuredMetric(name: "rmse", value: -.infinity, interval: -.infinity ... .infinity))
        )
        let first = try fixture.classification[0].predictions
        let second = try ClassificationPredictions(
            probabilities: first.probabilities.map { 1 - $0 }, classes: 2, labels: first.labels)
        #expect(try back(PairedDifference.between(first, second)))
        let nan = try JSONDecoder().decode(
            MeasuredMetric.self,
            from: JSONEncoder().encode(MeasuredMetric(name: "x", value: .nan)))
        #expect(nan.value.isNaN && nan.interval == nil)
    }

    @Test("Broken JSON is refused")
    func brokenJSON() {
        for text in [
            #"{"name":"x","value":"much"}"#, #"{"name":"x","value":1,"interval":[2,1]}"#,
            #"{"name":"x","value":1,"interval":["nan","nan"]}"#, #"{"name":"x"}"#,
        ] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(MeasuredMetric.self, from: Data(text.utf8))
            }
        }
    }
}
