import Hindsight
import HindsightTestSupport
import Testing

/// The same seed gives the same bits, however the training is run.
@Suite struct TrainingTests {
    /// Losses and final weights of a short training with dropout, clipping and AdamW.
    @Sendable static func train(seed: UInt64 = 0, capturing: Bool = true, steps: Int = 12) throws
        -> [[UInt8]]
    {
        var random = RandomGenerator(seed: seed)
        let x = random.normal([100, 30])
        let targets = Tensor((0..<100).map { Int64($0 % 7) })
        let model = Sequential {
            Linear(30, 50, random: &random)
            GELU()
            Dropout(0.2)
            LayerNorm(50)
            Linear(50, 7, random: &random)
        }
        let optimizer = AdamW(model, learningRate: 0.01)
        let step = TrainingStep(model, optimizer, clipNorm: 1, capturing: capturing) {
            model, batch, random in
            crossEntropy(logits: model(batch[0], training: &random), targets: batch[1])
        }
        var loader = TensorLoader([x, targets], batchSize: 32, shuffling: random.split())
        var results: [[UInt8]] = []
        while results.count < steps {
            for batch in loader.epoch() { results.append(bits(try step(batch, random: &random))) }
        }
        return results + model.parameters.parameters.map { bits($0.value) }
    }

    @Test func eagerEqualsCaptured() throws {
        #expect(try TrainingTests.train(capturing: true) == TrainingTests.train(capturing: false))
    }

    @Test func anyNumberOfThreads() throws {
        let one = try Threads.withLimit(1) { try TrainingTests.train() }
        for count in [2, 4] {
            #expect(try Threads.withLimit(count) { try TrainingTests.train() } == one)
        }
    }

    @Test func eightAtOnceEqualOneAfterAnother() async throws {
        let alone = try (0..<8).map { try TrainingTests.train(seed: UInt64($0)) }
        let together = try await withThrowingTaskGroup(of: (Int, [[UInt8]]).self) { group in
            for index in 0..<8 {
                group.addTask { (index, try TrainingTests.train(seed: UInt64(index))) }
            }
            return try await group.reduce(into: [Int: [[UInt8]]]()) { $0[$1.0] = $1.1 }
        }
        for (index, result) in alone.enumerated() { #expect(together[index] == result) }
    }

    @Test func learnsASum() throws {
        var random = RandomGenerator(seed: 1)
        let x = random.normal([1000, 10])
        let y = x.sum(axes: 1, keepingDimensions: true)
        let model = Sequential {
            Linear(10, 64, random: &random)
            ReLU()
            Linear(64, 1, random: &random)
        }
        let step = TrainingStep(model, SGD(model, learningRate: 0.02)) { model, batch, _ in
            meanSquaredError(model(batch[0]), batch[1])
        }
        var loader = TensorLoader([x, y], batchSize: 32, shuffling: random.split())
        let before = meanSquaredError(model(x), y).item
        for _ in 0..<30 { for batch in loader.epoch() { try step(batch) } }
        let after = meanSquaredError(model(x), y).item
        #expect(before > 5)
        #expect(after < 0.02)
    }

    @Test func learningRateIsReadAtEveryReplay() throws {
        let model = Linear(weight: Tensor([[1]]), bias: nil)
        let optimizer = SGD(model, learningRate: 0)
        let step = TrainingStep(model, optimizer) { model, batch, _ in model(batch[0]).sum() }
        let x = Tensor([[1]])
        try step([x])
        #expect(model.weight.value.item == 1)
        optimizer.learningRate = 0.5
        try step([x])
        #expect(model.weight.value.item == 0.5)
    }

    @Test func anOverrunLeavesParametersUnchanged() throws {
        var random = RandomGenerator(seed: 0)
        let model = Linear(100, 100, random: &random)
        let before = bits(model.weight.value)
        let x = random.normal([2000, 100])
        for capturing in [true, false] {
            let optimizer = SGD(model, learningRate: 1)
            let step = TrainingStep(model, optimizer, clipNorm: 1, capturing: capturing) {
                model, batch, _ in
                model(batch[0]).squared().sum()
            }
            #expect(throws: MemoryLimitError.self) {
                try Memory.withLimit(1_000_000) { _ = try step([x]) }
            }
            #expect(bits(model.weight.value) == before)
            #expect(optimizer.stepCount == 0)
        }
        let step = TrainingStep(model, SGD(model, learningRate: 1e-6)) { model, batch, _ in
            model(batch[0]).squared().sum()
        }
        #expect(try step([x]).item > 0)
    }
}
