import Foundation
import HindsightLearning

/// What scikit-learn and SciPy measured: `Tools/reference/make_metric_fixtures.py`.
struct MetricsFixture: Decodable {
    struct Classification: Decodable, CustomStringConvertible {
        var name: String
        var classes: Int
        /// In 1024ths.
        var probabilities: [Int]
        var labels: [Int]
        var expected: [String: Double]
        var precision: [Double]
        var recall: [Double]
        var f1: [Double]
        var support: [Int]
        var areas: [Double?]
        var confusion: [[Int]]
        var description: String { name }

        var predictions: ClassificationPredictions {
            get throws {
                try ClassificationPredictions(
                    probabilities: probabilities.map { Float($0) / 1024 }, classes: classes,
                    labels: labels)
            }
        }
    }

    struct MultiLabel: Decodable, CustomStringConvertible {
        var name: String
        var labels: Int
        /// In 1024ths.
        var probabilities: [Int]
        var targets: [Int]
        var expected: [String: Double]
        var f1: [Double]
        var areas: [Double]
        var description: String { name }

        var predictions: MultiLabelPredictions {
            get throws {
                try MultiLabelPredictions(
                    probabilities: probabilities.map { Float($0) / 1024 },
                    targets: targets.map { $0 == 1 }, labels: labels)
            }
        }
    }

    struct Regression: Decodable, CustomStringConvertible {
        var name: String
        var predictions: [Double]
        var targets: [Double]
        var expected: [String: Double]
        var description: String { name }
    }

    struct Temperature: Decodable, CustomStringConvertible {
        var name: String
        var classes: Int
        var logits: [Float]
        var labels: [Int]
        var temperature: Double
        var before: Double
        var after: Double
        var description: String { name }
    }

    struct Student: Decodable {
        var df: Int
        var level: Double
        var t: Double
    }

    struct Normal: Decodable {
        var p: Double
        var z: Double
    }

    struct Bootstrap: Decodable {
        var errors: [Double]
        var percentile: [Double]
        var bca: [Double]
    }

    var classification: [Classification]
    var multi_label: [MultiLabel]
    var regression: [Regression]
    var temperature: [Temperature]
    var student: [Student]
    var normal: [Normal]
    var bootstrap: Bootstrap

    /// Read once; the file is part of the repository.
    static let shared: MetricsFixture = {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fixtures/metrics/metrics.json")
        return try! JSONDecoder().decode(MetricsFixture.self, from: Data(contentsOf: url))
    }()
}

/// Whether two numbers agree within a share of the larger one, or of one.
func metricsAgree(_ a: Double?, _ b: Double?, within tolerance: Double = 1e-12) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    return abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}

/// Numbers that a test draws: splittable by seed, the same on every machine.
struct MetricsGenerator: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        // xorshift64*, which the code under test does not use.
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func uniform() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    /// The sum of twelve uniform numbers minus six: nearly normal, with variance one.
    mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + uniform() } }

    /// Two-class predictions whose probabilities are the true ones.
    mutating func calibrated(_ count: Int) throws -> ClassificationPredictions {
        var probabilities: [Float] = []
        var labels: [Int] = []
        for _ in 0..<count {
            let p = uniform()
            probabilities += [Float(1 - p), Float(p)]
            labels.append(uniform() < p ? 1 : 0)
        }
        return try ClassificationPredictions(
            probabilities: probabilities, classes: 2, labels: labels)
    }
}
