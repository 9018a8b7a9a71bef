import HindsightLearning
import Testing

@Suite struct SearchTests {
    // MARK: Successive halving

    @Test("the rounds of Hyperband's table: 81 candidates, resource 81, factor 3")
    func table() {
        // Li et al. 2018, table 1, without its last round of a single candidate.
        let rungs = SuccessiveHalving.rungs(candidates: 81, folds: 81, factor: 3)
        #expect(rungs.map(\.candidates) == [81, 27, 9, 3, 2])
        #expect(rungs.map(\.folds) == [1, 3, 9, 27, 81])
    }

    @Test("every search ends with all folds and at least two candidates to compare")
    func ends() {
        for candidates in 1...40 {
            for folds in 2...20 {
                for factor in 2...5 {
                    let rungs = SuccessiveHalving.rungs(
                        candidates: candidates, folds: folds, factor: factor)
                    #expect(rungs.last?.folds == folds)
                    #expect(rungs.first?.candidates == candidates)
                    #expect(rungs.last!.candidates >= min(2, candidates))
                    #expect(zip(rungs, rungs.dropFirst()).allSatisfy { $0.folds < $1.folds })
                    #expect(
                        zip(rungs, rungs.dropFirst()).allSatisfy { $0.candidates >= $1.candidates })
                }
            }
        }
    }

    @Test func countsTrainings() {
        // 6 on one fold, 3 on a second, 2 on three more.
        let rungs = SuccessiveHalving.rungs(candidates: 6, folds: 5, factor: 2)
        #expect(rungs.map(\.candidates) == [6, 3, 2])
        #expect(rungs.map(\.folds) == [1, 2, 5])
        #expect(SuccessiveHalving.trainings(rungs) == 6 + 3 + 6)
    }

    @Test("Hyperband deals every candidate to one bracket", arguments: [1, 2, 7, 30, 100])
    func brackets(candidates: Int) {
        let brackets = Hyperband.brackets(candidates: candidates, folds: 9, factor: 3)
        #expect(brackets.flatMap(\.members) == Array(0..<candidates))
        #expect(brackets.allSatisfy { $0.rungs.last?.folds == 9 })
        if candidates == 30 {
            // Weights 9, 4.5 and 3: the most begin with the least.
            #expect(brackets.map(\.members.count) == [16, 9, 5])
            #expect(brackets.map { $0.rungs[0].folds } == [1, 3, 9])
        }
    }

    // MARK: The one-standard-error rule

    @Test("a smaller rate is chosen if it is no more than one standard error worse")
    func oneStandardError() {
        let scores = [[0.70, 0.74, 0.72], [0.80, 0.82, 0.84], [0.83, 0.80, 0.86]]
        let (best, chosen) = OneStandardError.choose(scores, isMaximized: true) { _ in [0, 1, 2] }
        #expect(best == 2)
        // Differences 0.03, −0.02, 0.02: mean 0.01, standard error 0.0153.
        #expect(chosen == 1)
    }

    @Test("what makes a fold hard for all does not count")
    func paired() {
        // Each fold is 0.01 worse: far inside the spread of the folds, but certain.
        let scores = [[0.59, 0.79, 0.99], [0.60, 0.80, 1.00]]
        let (best, chosen) = OneStandardError.choose(scores, isMaximized: true) { _ in [0, 1] }
        #expect((best, chosen) == (1, 1))
    }

    @Test("less is better for errors, and what diverged is never chosen")
    func minimized() {
        let scores = [[Double.infinity, 1.0], [2.0, 2.2], [2.1, 2.0]]
        let (best, chosen) = OneStandardError.choose(scores, isMaximized: false) { _ in [0, 1, 2] }
        #expect(best == 2)
        #expect(chosen == 1)
    }

    // MARK: Rates

    @Test func grid() {
        #expect(
            RateGrid.logarithmic(from: 1e-5, to: 1e-3, count: 5) == [
                1e-5, 3.2e-5, 1e-4, 3.2e-4, 1e-3,
            ])
        #expect(RateGrid.logarithmic(from: 1e-5, to: 1e-3, count: 1) == [1e-4])
        #expect(RateGrid.logarithmic(from: 1e-4, to: 1.01e-4, count: 5) == [1e-4])
    }

    @Test("the range test finds where the loss turns, and stops when learning has failed")
    func rangeTest() throws {
        var test = RangeTest()
        var steps = 0
        // Falls by the step size until 1e-3, explodes beyond.
        for step in 0..<100 {
            let rate = 1e-6 * Double.pow10(Double(step) / 20)
            steps += 1
            guard test.add(rate: rate, loss: rate < 1e-3 ? 1 - Double(step) / 100 : rate * 2000)
            else { break }
        }
        let turn = try #require(test.turningPoint)
        #expect(turn > 3e-4 && turn < 3e-3)
        #expect(steps < 90)
        let bracket = test.bracket(around: 5e-5)
        #expect(bracket.low <= 5e-5 / 3 && bracket.high >= 5e-5 * 3)
        #expect(abs(bracket.high - turn) < 1e-12)
    }

    @Test("a range test that misleads still leaves the usual rate inside the bracket")
    func misled() {
        var test = RangeTest()
        #expect(test.bracket(around: 1e-4).low < 1e-4)
        let goesOn = test.add(rate: 1e-9, loss: 1)
        let goesOnWithoutLoss = test.add(rate: 2e-9, loss: .nan)
        #expect(goesOn && !goesOnWithoutLoss)
        let bracket = test.bracket(around: 1e-4)
        #expect(bracket.low < 1e-4 && bracket.high > 1e-4)
    }
}

extension Double {
    fileprivate static func pow10(_ exponent: Double) -> Double {
        // By repeated roots, so that the test needs no other library.
        var result = 1.0
        var rest = exponent
        while rest >= 1 {
            result *= 10
            rest -= 1
        }
        var root = 10.0
        for _ in 0..<40 {
            root = root.squareRoot()
            rest *= 2
            if rest >= 1 {
                result *= root
                rest -= 1
            }
        }
        return result
    }
}
