import Foundation
import HindsightTransferability
import Testing

@Suite("Transferability: what must hold of the scores")
struct ScorePropertyTests {
    private func problem(
        _ fixture: ScoresFixture.Case, _ change: (Double) -> Double = { $0 }
    ) throws -> TransferProblem {
        try TransferProblem(
            features: FeatureMatrix(fixture.features.map(change), columns: fixture.columns),
            labels: ClassLabels(fixture.labels))
    }

    @Test("Constant features are no error, and tell nothing")
    func constant() throws {
        let labels = (0..<30).map { $0 % 3 }
        for level in [0, 1.5] {
            let problem = try TransferProblem(
                features: FeatureMatrix([Double](repeating: level, count: 120), columns: 4),
                labels: ClassLabels(labels))
            let report = try TransferabilityReport(problem)
            for entry in report.entries {
                let value = try #require(report[entry.name], "\(entry.name): \(entry.value)")
                #expect(value.isFinite, "\(entry.name)")
            }
            #expect(report["h_score"] == 0)
            #expect(report["h_score_regularized"] == 0)
        }
    }

    @Test("Labels that the features hold exactly are no error")
    func perfect() throws {
        let labels = (0..<24).map { $0 % 3 }
        let features = labels.flatMap { label in (0..<3).map { $0 == label ? 1.0 : 0 } }
        let problem = try TransferProblem(
            features: FeatureMatrix(features, columns: 3), labels: ClassLabels(labels))
        let report = try TransferabilityReport(problem)
        for entry in report.entries {
            #expect(report[entry.name]?.isFinite == true, "\(entry.name): \(entry.value)")
        }
        #expect(report["knn_accuracy"] == 1)
        #expect(report["linear_probe_accuracy"] == 1)
        #expect((report["h_score"]! - 2).magnitude < 1e-9)
    }

    @Test("The unit of the features does not matter", arguments: ScoresFixture.shared.cases)
    func scale(_ fixture: ScoresFixture.Case) throws {
        let once = try TransferabilityReport(problem(fixture))
        let scaled = try TransferabilityReport(problem(fixture) { $0 * 1024 })
        for name in once.entries.map(\.name) where name != "sfda" {
            expectEqual(scaled[name]!, once[name]!, "\(name) of \(fixture)")
        }
    }

    @Test("Scores rise as the classes move apart")
    func order() throws {
        let (near, far) = (try separation(0.3), try separation(3))
        for entry in near.entries {
            #expect(far[entry.name]! > near[entry.name]!, "\(entry.name)")
        }
    }

    private func separation(_ distance: Double) throws -> TransferabilityReport {
        var state: UInt64 = 7
        func noise() -> Double {
            var sum = -6.0
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                sum += Double(state >> 11) * 0x1p-53
            }
            return sum
        }
        let labels = (0..<240).map { $0 % 3 }
        let features = labels.flatMap { label in
            (0..<6).map { noise() + ($0 == label ? distance : 0) }
        }
        return try TransferabilityReport(
            TransferProblem(
                features: FeatureMatrix(features, columns: 6), labels: ClassLabels(labels)))
    }

    @Test("Two examples suffice")
    func two() throws {
        let problem = try TransferProblem(
            features: FeatureMatrix([1.0, 2, 3, 5, 4, 1], columns: 3), labels: ClassLabels([0, 1]),
            sourceProbabilities: FeatureMatrix([1.0, 0, 0, 1], columns: 2))
        let report = try TransferabilityReport(problem)
        #expect(report.entries.count == TransferabilityReport.allScores.count)
        for entry in report.entries {
            #expect(report[entry.name]?.isNaN == false, "\(entry.name): \(entry.value)")
        }
    }

    @Test("A class that has no examples is left out")
    func absent() throws {
        let fixture = ScoresFixture.shared.cases[0]
        let sparse = try TransferProblem(
            features: FeatureMatrix(fixture.features, columns: fixture.columns),
            labels: ClassLabels(fixture.labels.map { $0 * 1000 }, classes: 100_000))
        let (a, b) = (
            try TransferabilityReport(sparse), try TransferabilityReport(problem(fixture))
        )
        for entry in a.entries { #expect(a[entry.name] == b[entry.name], "\(entry.name)") }
        #expect(sparse.labels?.originals == [0, 1000, 2000])
    }

    @Test("Nearest neighbours of many equal rows are the first")
    func equalRows() throws {
        let labels = (0..<50).map { $0 < 5 ? 0 : 1 }
        let problem = try TransferProblem(
            features: FeatureMatrix([Double](repeating: 2, count: 100), columns: 2),
            labels: ClassLabels(labels))
        let predictions = try NearestNeighbours(neighbours: 3).predictions(problem)
        #expect(predictions == [Int](repeating: 0, count: 50))
    }
}
