import Testing

@testable import HindsightLearning

@Suite("Generator and distributions")
struct MetricsInternalsTests {
    @Test("SplitMix64 gives the published numbers")
    func splitMix() {
        var generator = SplitMix64(seed: 1_234_567)
        let numbers = (0..<5).map { _ in generator.next() }
        #expect(
            numbers == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
        #expect((0..<1_000).allSatisfy { _ in (0..<7).contains(generator.index(below: 7)) })
    }

    @Test("Student's t against SciPy")
    func student() {
        for golden in MetricsFixture.shared.student {
            let t = StudentT.critical(level: golden.level, degreesOfFreedom: golden.df)
            #expect(metricsAgree(t, golden.t, within: 1e-9), "\(golden)")
        }
    }

    @Test("Normal quantiles against SciPy")
    func normal() {
        for golden in MetricsFixture.shared.normal {
            #expect(
                metricsAgree(StandardNormal.quantile(golden.p), golden.z, within: 1e-9), "\(golden)"
            )
        }
        #expect(StandardNormal.quantile(0).isFinite)
        #expect(StandardNormal.quantile(1).isFinite)
    }

    @Test("An example drawn twice counts as two examples")
    func weightsAreCopies() throws {
        let golden = MetricsFixture.shared.classification[2]
        let predictions = try golden.predictions
        let weights = predictions.labels.indices.map { Int32(($0 * 7) % 4) }
        let copies = weights.indices.flatMap { Array(repeating: $0, count: Int(weights[$0])) }
        let copied = try ClassificationPredictions(
            probabilities: copies.flatMap { row in
                predictions.probabilities[(row * 3)..<(row * 3 + 3)]
            }, classes: 3, labels: copies.map { predictions.labels[$0] })
        expectSame(ClassificationStatistics(predictions), ClassificationStatistics(copied), weights)
    }

    @Test("The same with several labels, and with numbers")
    func weightsAreCopiesElsewhere() throws {
        let golden = try MetricsFixture.shared.multi_label[0].predictions
        let weights = (0..<golden.count).map { Int32(($0 * 5) % 3) }
        let copies = weights.indices.flatMap { Array(repeating: $0, count: Int(weights[$0])) }
        let cells = copies.flatMap { ($0 * 4)..<($0 * 4 + 4) }
        let copied = try MultiLabelPredictions(
            probabilities: cells.map { golden.probabilities[$0] },
            targets: cells.map { golden.targets[$0] }, labels: 4)
        expectSame(
            MultiLabelStatistics(golden, threshold: 0.5),
            MultiLabelStatistics(copied, threshold: 0.5), weights)
        for fixture in MetricsFixture.shared.regression.prefix(2) {
            let weights = fixture.targets.indices.map { Int32(($0 * 5) % 3) }
            let copies = weights.indices.flatMap { Array(repeating: $0, count: Int(weights[$0])) }
            let all = try RegressionPredictions(
                predictions: fixture.predictions, targets: fixture.targets)
            let copied = try RegressionPredictions(
                predictions: copies.map { fixture.predictions[$0] },
                targets: copies.map { fixture.targets[$0] })
            expectSame(RegressionStatistics(all), RegressionStatistics(copied), weights)
        }
    }

    private func expectSame<Subject: Statistics>(
        _ weighted: Subject, _ copied: Subject, _ weights: [Int32]
    ) {
        let ones = [Int32](repeating: 1, count: copied.count)
        for (name, pair) in zip(
            weighted.names, zip(values(weighted, weights), values(copied, ones)))
        {
            // That one is measured from the examples themselves, which differ here.
            guard name != CalibrationBins.distanceName else { continue }
            #expect(metricsAgree(pair.0, pair.1), "\(name)")
        }
    }

    private func values(_ subject: some Statistics, _ weights: [Int32]) -> [Double] {
        var subject = subject
        var values = [Double](repeating: .nan, count: subject.names.count)
        weights.withUnsafeBufferPointer { weights in
            let total = weights.reduce(0) { $0 + Int($1) }
            values.withUnsafeMutableBufferPointer {
                subject.evaluate(Weights(values: weights, total: total, ranks: true), into: $0)
            }
        }
        return values
    }
}
