import HindsightLearning
import Testing

/// Measures of transfer on curves whose areas and times can be counted by hand.
@Suite struct CurveTransferTests {
    private func group(_ curves: [Double]..., steps: [Int] = [0, 10, 20, 30, 40]) throws
        -> CurveGroup
    {
        try CurveGroup(
            curves.map { Dictionary(uniqueKeysWithValues: zip(steps, $0)) })
    }

    @Test("golden values")
    func golden() throws {
        let scratch = try group([0, 2, 4, 6, 8], [0, 4, 6, 8, 10])
        let tuned = try group([6, 3, 5, 8, 12], [6, 3, 5, 8, 12])
        let result = try CurveTransfer(tuned, from: scratch, threshold: 7)
        func value(_ measure: CurveTransfer.Measure) -> Double? { result.estimates[measure]?.value }
        // The mean from scratch: 0, 3, 5, 7, 9; the last fifth is the last judgement.
        #expect(result.scratch.mean == [0, 3, 5, 7, 9])
        #expect(value(.jumpStart) == 6 && value(.asymptoticGain) == 3)
        #expect(value(.timeToThresholdFromScratch) == 30)
        // From 5 to 8 between the steps 20 and 30.
        #expect(abs(try #require(value(.timeToThreshold)) - (20 + 20.0 / 3)) < 1e-12)
        // Areas 250 and 195: 10 · (4.5 + 4 + 6.5 + 10) and 10 · (1.5 + 4 + 6 + 8).
        #expect(abs(try #require(value(.transferRatio)) - (250.0 - 195) / 195) < 1e-12)
        // From 6 to 3, and back between the judgements at 20 and 30.
        #expect(value(.dipDepth) == 3 && value(.dipLength) == 30)
        #expect(result.floor == 0 && result.effect == .positive)
        // Both seeds with transfer are the same, so only those from scratch make it uncertain.
        let jump = try #require(result.estimates[.jumpStart])
        #expect(jump.interval == 6...6)
        let gain = try #require(result.estimates[.asymptoticGain])
        #expect(gain.interval == 2...4)
    }

    @Test("negative returns have their areas over the least of them, and harm is called so")
    func negative() throws {
        let good = try group([-100, -60, -20, -10, -10], [-100, -60, -22, -12, -10])
        let bad = try group([-90, -90, -80, -60, -40], [-90, -88, -80, -60, -40])
        let harm = try CurveTransfer(bad, from: good)
        #expect(harm.floor == -100)
        #expect(try #require(harm.estimates[.transferRatio]).value < 0)
        #expect(harm.effect == .negative)
        #expect(try #require(harm.estimates[.jumpStart]).value == 10)
        #expect(try #require(harm.estimates[.timeToThreshold]).value == .infinity)
        #expect(try CurveTransfer(good, from: bad).effect == .positive)
        let same = try CurveTransfer(good, from: good)
        #expect(same.estimates[.transferRatio]?.value == 0 && same.effect == .undecided)
    }

    @Test("a curve that never falls has no dip, one that stays below has no end of it")
    func dips() throws {
        let rising = try group([0, 1, 2, 3, 4])
        let falling = try group([4, 3, 2, 1, 2])
        let one = try CurveTransfer(rising, from: falling)
        #expect(one.estimates[.dipDepth]?.value == 0 && one.estimates[.dipLength]?.value == 0)
        let other = try CurveTransfer(falling, from: rising)
        #expect(other.estimates[.dipDepth]?.value == 3)
        #expect(other.estimates[.dipLength]?.value == .infinity)
    }

    @Test("steps that are not in all curves are left out, and too few are an error")
    func commonSteps() throws {
        let group = try CurveGroup([[0: 1, 10: 2, 15: 3, 20: 4], [0: 1, 10: 2, 20: 4, 25: 9]])
        #expect(group.steps == [0, 10, 20] && group.mean == [1, 2, 4])
        #expect(throws: MetricError.self) { try CurveGroup([]) }
        #expect(throws: MetricError.self) { try CurveGroup([[0: 1, 10: 2], [1: 1, 11: 2]]) }
        #expect(throws: MetricError.self) { try CurveGroup([[0: 1, 10: .nan]]) }
        let far = try CurveGroup([[5: 1, 6: 2]])
        #expect(throws: MetricError.self) { try CurveTransfer(group, from: far) }
    }

    @Test("the same seed gives the same intervals")
    func intervals() throws {
        let scratch = try group([0, 2, 4, 6, 8], [0, 4, 6, 8, 10], [1, 1, 3, 5, 9])
        let tuned = try group([6, 3, 5, 8, 12], [5, 3, 6, 8, 11], [4, 4, 5, 7, 9])
        let results = try (0..<2).map { _ in try CurveTransfer(tuned, from: scratch, seed: 3) }
        #expect(results[0] == results[1])
        for (_, estimate) in results[0].estimates {
            #expect(estimate.interval.contains(estimate.value))
        }
        for (mean, range) in zip(scratch.mean, scratch.band()) { #expect(range.contains(mean)) }
    }
}
