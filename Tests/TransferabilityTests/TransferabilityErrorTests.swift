import HindsightTransferability
import Testing

@Suite("Transferability: bad input")
struct TransferabilityErrorTests {
    private func error(_ body: () throws -> some Any) -> TransferabilityError? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? TransferabilityError
        }
    }

    @Test("Features are finite numbers in full rows")
    func features() {
        #expect(error { try FeatureMatrix([Double](), columns: 2) } == .empty(what: "features"))
        #expect(error { try FeatureMatrix([1.0], columns: 0) } == .empty(what: "features"))
        #expect(
            error { try FeatureMatrix([1.0, 2, 3], columns: 2) }
                == .countMismatch(what: "features in rows of 2", expected: 4, found: 3))
        #expect(
            error { try FeatureMatrix([1, 2, 3, Float.nan], columns: 2) }
                == .notFinite(what: "features", row: 1, column: 1, value: "nan"))
        #expect(
            error { try FeatureMatrix([1, -Double.infinity], columns: 1) }
                == .notFinite(what: "features", row: 1, column: 0, value: "-inf"))
        guard case .tooLarge? = error({ try FeatureMatrix([1e200], columns: 1) }) else {
            Issue.record("a number whose square overflows was taken")
            return
        }
    }

    @Test("Labels are classes, at least two")
    func labels() {
        #expect(error { try ClassLabels([]) } == .empty(what: "labels"))
        #expect(error { try ClassLabels([1, 1, 1]) } == .oneClass(label: 1))
        #expect(error { try ClassLabels([3]) } == .oneClass(label: 3))
        #expect(
            error { try ClassLabels([0, -1]) }
                == .labelOutOfRange(row: 1, label: -1, classes: 1))
        #expect(
            error { try ClassLabels([0, 2], classes: 2) }
                == .labelOutOfRange(row: 1, label: 2, classes: 2))
        #expect(
            error { try ClassLabels([.max, -1]) }
                == .labelOutOfRange(row: 1, label: -1, classes: .max))
        #expect(throws: Never.self) { try ClassLabels([.max, 0]) }
    }

    @Test("Every example has one outcome")
    func counts() throws {
        let features = try FeatureMatrix([1.0, 2, 3, 4], columns: 2)
        #expect(
            try error { try TransferProblem(features: features, labels: ClassLabels([0, 1, 0])) }
                == .countMismatch(what: "labels", expected: 2, found: 3))
        #expect(
            try error {
                try TransferProblem(features: features, targets: FeatureMatrix([1.0], columns: 1))
            } == .countMismatch(what: "rows of targets", expected: 2, found: 1))
        #expect(
            error {
                try TransferProblem(
                    features: features,
                    sourceProbabilities: FeatureMatrix([0.5, 0.5, 0.5, 0.25], columns: 2))
            } == .notProbabilities(row: 1, column: nil, value: 0.75))
        #expect(
            error {
                try TransferProblem(
                    features: features,
                    sourceProbabilities: FeatureMatrix([1.0, 0, 1.5, -0.5], columns: 2))
            } == .notProbabilities(row: 1, column: 0, value: 1.5))
    }

    @Test("Scores say what they lack")
    func missing() throws {
        let problem = try TransferProblem(features: FeatureMatrix([1.0, 2, 3, 4], columns: 2))
        for score in TransferabilityReport.allScores {
            #expect(!score.applies(to: problem))
            guard case .missing(score.name, _)? = error({ try score.value(problem) }) else {
                Issue.record("\(score.name) needs nothing")
                continue
            }
        }
        let zero = try TransferProblem(
            features: FeatureMatrix([1.0, 2, 3, 4], columns: 2),
            targets: FeatureMatrix([1.0, 0, 2, 0], columns: 2))
        #expect(error { try LogME().value(zero) } == .constantTarget(column: 1))
    }

    @Test("Settings are checked")
    func settings() throws {
        let problem = try TransferProblem(
            features: FeatureMatrix([1.0, 2, 3, 4], columns: 2), labels: ClassLabels([0, 1]))
        let scores: [any TransferabilityScore] = [
            LogME(tolerance: 0), NearestNeighbours(neighbours: 0),
            NearestNeighbours(neighbours: 5000), LinearProbeAccuracy(folds: 1),
            LinearProbeAccuracy(l2: 0),
        ]
        for score in scores {
            guard case .badSetting? = error({ try score.value(problem) }) else {
                Issue.record("\(score) was taken")
                continue
            }
        }
        guard case .badSetting? = error({ try ScoreInterval(ofMean: [1], level: 1) }) else {
            Issue.record("a level of 1 was taken")
            return
        }
        #expect(error { try ScoreInterval(ofMean: []) } == .empty(what: "examples to resample"))
        #expect(error { try WeightedKendall.tau([1], [1]) } == .empty(what: "pairs of scores"))
        #expect(
            error { try WeightedKendall.tau([1, .nan], [1, 2]) }
                == .notFinite(what: "scores", row: 1, column: 0, value: "nan"))
    }
}
