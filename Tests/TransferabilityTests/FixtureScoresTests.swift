import HindsightTransferability
import Testing

@Suite("Transferability: the same as NumPy and SciPy")
struct FixtureScoresTests {
    @Test(
        "Scores by name",
        arguments: TransferabilityReport.allScores.map(\.name), ScoresFixture.shared.cases)
    func scores(_ name: String, _ fixture: ScoresFixture.Case) throws {
        let score = try #require(TransferabilityReport.score(named: name))
        let expected = try #require(fixture.expected[name])
        expectEqual(try score.value(fixture.problem), expected, "\(name) of \(fixture)")
    }

    @Test("Neighbours by angle", arguments: ScoresFixture.shared.cases)
    func cosine(_ fixture: ScoresFixture.Case) throws {
        let value = try NearestNeighbours(distance: .cosine).value(fixture.problem)
        #expect(value == fixture.expected["knn_cosine"])
    }

    @Test(
        "Overlap of classes with a variance in each direction",
        arguments: ScoresFixture.shared.cases)
    func diagonal(_ fixture: ScoresFixture.Case) throws {
        let value = try GBC(covariance: .diagonal).value(fixture.problem)
        expectEqual(value, fixture.expected["gbc_diagonal"]!, "gbc of \(fixture)")
    }

    @Test("The linear probe's minimum and its likelihoods", arguments: ScoresFixture.shared.cases)
    func probe(_ fixture: ScoresFixture.Case) throws {
        let result = try LinearProbeAccuracy(tolerance: 1e-22).result(fixture.problem)
        let objective = result.objectives.reduce(0, +)
        expectEqual(objective, fixture.expected["probe_objective"]!, "objective of \(fixture)")
        let known = result.logLikelihoods.filter(\.isFinite)
        let mean = known.reduce(0, +) / Double(known.count)
        expectEqual(mean, fixture.expected["probe_likelihood"]!, "likelihood of \(fixture)")
    }

    @Test("LogME of real targets", arguments: ScoresFixture.shared.regression)
    func regression(_ fixture: ScoresFixture.Regression) throws {
        let problem = try TransferProblem(
            features: FeatureMatrix(fixture.features, columns: fixture.columns),
            targets: FeatureMatrix(
                fixture.targets, columns: fixture.targetColumns, called: "targets"))
        expectEqual(try LogME().value(problem), fixture.logme, fixture.name)
    }

    @Test("Weighted Kendall τ is SciPy's")
    func agreements() throws {
        for (place, fixture) in ScoresFixture.shared.agreements.enumerated() {
            let tau = try WeightedKendall.tau(fixture.x, fixture.y)
            #expect((tau - fixture.tau).magnitude <= 1e-12, "pair \(place): \(tau)")
        }
    }

    @Test("Bootstrap intervals follow from their seed")
    func interval() throws {
        let fixture = ScoresFixture.shared.interval
        let interval = try ScoreInterval(
            ofMean: fixture.values, level: fixture.level, resamples: fixture.resamples,
            seed: fixture.seed)
        expectEqual(interval.range.lowerBound, fixture.low, "lower end")
        expectEqual(interval.range.upperBound, fixture.high, "upper end")
        expectEqual(interval.deviation, fixture.deviation, "deviation")
    }
}
