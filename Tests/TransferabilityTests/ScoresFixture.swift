import Foundation
import HindsightTransferability
import Testing

/// What NumPy and SciPy answer: `Tools/reference/transferability.py`.
struct ScoresFixture: Decodable {
    struct Case: Decodable, CustomStringConvertible, Sendable {
        var name: String
        var columns: Int
        var features: [Double]
        var labels: [Int]
        var sourceColumns: Int
        var source: [Double]
        var expected: [String: Double]
        var description: String { name }

        var problem: TransferProblem {
            get throws {
                try TransferProblem(
                    features: FeatureMatrix(features, columns: columns),
                    labels: ClassLabels(labels),
                    sourceProbabilities: FeatureMatrix(source, columns: sourceColumns))
            }
        }
    }

    struct Regression: Decodable, CustomStringConvertible, Sendable {
        var name: String
        var columns: Int
        var features: [Double]
        var targetColumns: Int
        var targets: [Double]
        var logme: Double
        var description: String { name }
    }

    struct Agreement: Decodable, Sendable {
        var x: [Double]
        var y: [Double]
        var tau: Double
    }

    struct Interval: Decodable, Sendable {
        var values: [Double]
        var level: Double
        var resamples: Int
        var seed: UInt64
        var low: Double
        var high: Double
        var deviation: Double
    }

    var cases: [Case]
    var regression: [Regression]
    var agreements: [Agreement]
    var interval: Interval

    static let shared: ScoresFixture = {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
            .appendingPathComponent("Fixtures/transferability/scores.json")
        return try! JSONDecoder().decode(ScoresFixture.self, from: Data(contentsOf: url))
    }()
}

/// Expects a relative difference of at most 1e-9.
func expectEqual(
    _ value: Double, _ expected: Double, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(
        (value - expected).magnitude <= 1e-9 * expected.magnitude,
        "\(what): \(value), expected \(expected), off by \((value - expected) / expected)",
        sourceLocation: sourceLocation)
}
