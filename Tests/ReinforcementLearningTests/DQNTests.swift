import HindsightLearning
import HindsightReinforcementLearning
import HindsightTensors
import Testing

@Suite struct DQNTests {
    /// Success after so many steps of bit flipping with random goals.
    private func success(bits: Int, steps: Int, hindsight: HindsightStrategy?, seed: UInt64) throws
        -> Double
    {
        func worlds(_ count: Int) -> SynchronousVector<BitFlip> {
            SynchronousVector(BitFlip(bits: bits), name: "bitflip", count: count, timeLimit: bits)
        }
        var settings = DQN.Settings()
        settings.learningRate = 2e-3
        settings.loop.batchSize = 128
        settings.loop.trainEvery = 1
        settings.loop.gradientSteps = 4
        settings.loop.learningStarts = 100
        settings.loop.hindsight = hindsight
        settings.loop.discount = 0.95
        settings.targetEvery = 50
        settings.explorationPart = 0.5
        settings.hidden = [256]
        let world = worlds(1)
        let agent = try OffPolicyAgent(
            DQN(world, settings, seed: seed), in: world,
            evaluator: Evaluator(worlds(10), episodes: 50, seed: 1_000), steps: steps, seed: seed)
        while !agent.progress.isFinished { _ = try agent.step() }
        return try #require(agent.evaluate()["success_rate"])
    }

    @Test("ten bits are learnt in 1,500 steps with hindsight, and not without")
    func bitFlipping() throws {
        var with: [Double] = []
        var without: [Double] = []
        for seed in UInt64(0)..<5 {
            with.append(try success(bits: 10, steps: 1_500, hindsight: .future, seed: seed))
            without.append(try success(bits: 10, steps: 1_500, hindsight: nil, seed: seed))
        }
        #expect(with.sorted()[2] > 0.9, "\(with)")
        #expect(without.sorted()[2] < 0.2, "\(without)")
    }
}
