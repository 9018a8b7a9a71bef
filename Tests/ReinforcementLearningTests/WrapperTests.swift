import Foundation
import HindsightReinforcementLearning
import Testing

@Suite struct WrapperTests {
    @Test("a time limit truncates, and refuses steps after it")
    func timeLimit() throws {
        var environment = TimeLimit(Pendulum(), steps: 3)
        _ = try environment.reset(seed: 1)
        let ends = try (0..<3).map { _ in try environment.step(.box([0])).isTruncated }
        #expect(ends == [false, false, true])
        #expect(throws: EnvironmentError.self) { try environment.step(.box([0])) }
    }

    @Test("actions are clipped, and stretched")
    func actions() throws {
        var plain = Pendulum()
        var clipped = ClipAction(Pendulum())
        var stretched = RescaleAction(Pendulum())
        _ = plain.reset(seed: 4)
        _ = try clipped.reset(seed: 4)
        _ = try stretched.reset(seed: 4)
        let expected = try plain.step(.box([2])).observation
        #expect(try clipped.step(.box([9])).observation == expected)
        #expect(try stretched.step(.box([1])).observation == expected)
    }

    @Test("observations come to mean 0 and variance 1, and statistics are saved with them")
    func normalization() throws {
        var environment = try NormalizeObservation(Pendulum())
        var random = PCG64(seed: 1)
        _ = try environment.reset(seed: 2)
        for _ in 0..<5000 {
            _ = try environment.step(environment.actionSpace.sample(using: &random))
        }
        environment.isLearning = false
        var seen = RunningStatistics(width: 3)
        for _ in 0..<5000 {
            let step = try environment.step(environment.actionSpace.sample(using: &random))
            seen.add(try #require(step.observation.numbers))
        }
        #expect(environment.statistics.count == 5001)
        for place in 0..<3 {
            #expect(abs(seen.means[place]) < 0.5 && abs(seen.variances[place] - 1) < 0.5)
        }
        let data = try JSONEncoder().encode(environment)
        var copy = try JSONDecoder().decode(NormalizeObservation<Pendulum>.self, from: data)
        #expect(copy.statistics == environment.statistics)
        let action = environment.actionSpace.sample(using: &random)
        #expect(try copy.step(action).observation == environment.step(action).observation)
    }

    @Test("running statistics are mean and variance")
    func statistics() {
        var statistics = RunningStatistics(width: 2)
        for row in [[1, 10], [2, 20], [6, 0]] as [[Float]] { statistics.add(row) }
        #expect(statistics.means == [3, 10])
        #expect(abs(statistics.variances[0] - 14.0 / 3) < 1e-12)
        #expect(abs(statistics.variances[1] - 200.0 / 3) < 1e-12)
    }

    @Test("frames are stacked, the oldest first")
    func frames() throws {
        var environment = try FrameStack(MountainCar(), count: 3)
        let first = try #require(try environment.reset(seed: 1).numbers)
        let second = try #require(try environment.step(.discrete(2)).observation.numbers)
        let third = try #require(try environment.step(.discrete(0)).observation.numbers)
        #expect(environment.observationSpace.problem(with: .box(third)) == nil)
        #expect(Array(first[0..<2]) == Array(first[4..<6]))
        #expect(second.prefix(4) == first.suffix(4) && third.prefix(4) == second.suffix(4))
        #expect(throws: EnvironmentError.self) { try FrameStack(FrozenLake()) }
    }

    @Test("rewards are divided by the deviation of the return; episodes are noted")
    func rewards() throws {
        var environment = NormalizeReward(RecordEpisodes(TimeLimit(CartPole(), steps: 50)))
        var random = PCG64(seed: 1)
        var lengths: [Int] = []
        for seed in 0..<20 as Range<UInt64> {
            _ = try environment.reset(seed: seed)
            var length = 0
            while true {
                let step = try environment.step(.discrete(random.integer(below: 2)))
                #expect(step.reward > 0 && step.reward.isFinite)
                length += 1
                if step.isTerminated || step.isTruncated {
                    #expect(step.info["episode_length"] == Double(length))
                    break
                }
            }
            lengths.append(length)
        }
        #expect(environment.base.episodes.map(\.length) == lengths)
        #expect(environment.base.episodes.map(\.totalReward) == lengths.map(Double.init))
    }

    @Test("the three modes differ only in when the next episode begins")
    func autoreset() throws {
        func vector(_ mode: AutoresetMode) -> SynchronousVector<BitFlip> {
            SynchronousVector(
                BitFlip(bits: 8), name: "bitflip", count: 2, timeLimit: 5, autoreset: mode)
        }
        func row(_ rows: EnvironmentBatch.Observations) -> [Float] {
            (0..<8).map { rows.observations[$0] }
        }
        let (same, next, none) = (vector(.sameStep), vector(.nextStep), vector(.disabled))
        for vector in [same, next, none] {
            try vector.reset(seed: 6)
            for step in 0..<5 {
                #expect(vector.batch.truncated[0] == 0)
                vector.batch.actions[0] = Float(step)
                try vector.step()
            }
            #expect(vector.batch.truncated[0] == 1)
        }
        #expect(row(same.batch.next) == row(next.batch.current))
        #expect(row(none.batch.next) == row(none.batch.current))
        #expect(throws: EnvironmentError.notReset(environment: "bitflip")) { try none.step() }
        try next.step()
        try none.resetEnded()
        #expect(next.batch.rewards[0] == 0 && next.batch.truncated[0] == 0)
        #expect(row(next.batch.current) == row(same.batch.current))
        #expect(row(none.batch.current) == row(same.batch.current))
    }
}
