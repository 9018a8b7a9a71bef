import Foundation
import HindsightDatasets
import Testing

@Suite struct SamplerTests {
    @Test(arguments: [(10, 3, false), (10, 3, true), (12, 4, false), (1, 5, false)])
    func everyEpochHasEveryExampleOnce(_ count: Int, _ size: Int, _ drops: Bool) {
        var sampler = EpochSampler(count: count, batchSize: size, seed: 1, dropsLast: drops)
        for epoch in 0..<3 {
            let batches = Array(sampler.epoch(epoch))
            #expect(batches.count == sampler.batchesPerEpoch)
            #expect(batches.dropLast().allSatisfy { $0.count == size })
            let seen = batches.flatMap { $0 }
            #expect(Set(seen).count == seen.count)
            #expect(seen.count == (drops ? count / size * size : count))
            #expect(sampler.epoch == epoch)
            for batch in batches { #expect(sampler.nextBatch() == batch) }
        }
    }

    @Test func ordersDifferByEpochAndSeedAndStayTheSame() {
        let sampler = EpochSampler(count: 8, batchSize: 8, seed: 0)
        #expect(sampler.epoch(0).order != sampler.epoch(1).order)
        #expect(
            EpochSampler(count: 8, batchSize: 8, seed: 1).epoch(0).order != sampler.epoch(0).order)
        // Written down once: another machine or a later version must draw the same.
        #expect(sampler.epoch(0).order == Self.golden)
        let plain = EpochSampler(count: 8, batchSize: 3, seed: 0, shuffled: false)
        #expect(Array(plain.epoch(5)) == [[0, 1, 2], [3, 4, 5], [6, 7]])
    }

    private static let golden = [4, 2, 6, 5, 3, 7, 0, 1]

    @Test func positionsAreEvenlyDistributed() {
        let sampler = EpochSampler(count: 5, batchSize: 5, seed: 4)
        var counts = [Int](repeating: 0, count: 25)
        for epoch in 0..<5000 {
            for (place, value) in sampler.epoch(epoch).order.enumerated() {
                counts[place * 5 + value] += 1
            }
        }
        // Each is binomial with mean 1000 and deviation 28; six deviations.
        #expect(counts.allSatisfy { abs($0 - 1000) < 170 })
    }

    @Test(arguments: 0..<23) func resumedIsNeverStopped(_ steps: Int) throws {
        let weights: [Double]? = steps % 2 == 0 ? nil : (0..<11).map(Double.init)
        func made() -> EpochSampler {
            EpochSampler(count: 11, batchSize: 2, seed: 9, weights: weights)
        }
        var whole = made()
        for _ in 0..<steps { _ = whole.nextBatch() }
        let saved = try JSONEncoder().encode(whole.state)
        var resumed = made()
        _ = resumed.nextBatch()
        try resumed.restore(JSONDecoder().decode(EpochSampler.State.self, from: saved))
        for _ in 0..<20 { #expect(resumed.nextBatch() == whole.nextBatch()) }
        #expect(resumed.state == whole.state)
    }

    @Test func foreignStatesAreRefused() throws {
        let state = EpochSampler(count: 10, batchSize: 2, seed: 0).state
        for var other in [
            EpochSampler(count: 11, batchSize: 2, seed: 0),
            EpochSampler(count: 10, batchSize: 3, seed: 0),
            EpochSampler(count: 10, batchSize: 2, seed: 1),
            EpochSampler(
                count: 10, batchSize: 2, seed: 0, weights: [Double](repeating: 1, count: 10)),
        ] {
            expectError("saved with 10 examples, batches of 2, seed 0") { try other.restore(state) }
        }
        var broken = state
        broken.position = 5
        var sampler = EpochSampler(count: 10, batchSize: 2, seed: 0)
        expectError("does not belong here") { try sampler.restore(broken) }
    }

    @Test func weightsDrawInProportion() {
        let classes: [Int32] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
        let sampler = EpochSampler(
            count: 10, batchSize: 10, seed: 2, weights: EpochSampler.balancingWeights(classes))
        let drawn = (0..<2000).flatMap { sampler.epoch($0).order }
        let rare = Double(drawn.count { $0 == 9 }) / Double(drawn.count)
        #expect(abs(rare - 0.5) < 0.02)
        let only = EpochSampler(count: 3, batchSize: 1, seed: 0, weights: [0, 1, 0])
        #expect((0..<50).allSatisfy { only.epoch($0).order == [1, 1, 1] })
    }
}
