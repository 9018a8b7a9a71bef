import Hindsight
import HindsightTestSupport
import Testing

@Suite struct SnapshotTests {
    /// A model whose two weights are always equal after a whole step.
    final class Twins: Module {
        let first = Parameter(.zeros([4096]))
        let second = Parameter(.zeros([4096]))
    }

    @Test(arguments: [true, false])
    func predictionsSeeWholeUpdatesWhileTrainingRuns(_ capturing: Bool) async throws {
        let model = Twins()
        let step = TrainingStep(model, SGD(model, learningRate: 1), capturing: capturing) {
            model, _, _ in
            (model.first.value + model.second.value).sum() * -1
        }
        async let trained: Void = Task.detached {
            for _ in 0..<2000 { try step([]) }
        }.value
        var last: Float = -1
        var looks = 0
        while last < 2000, looks < 2_000_000 {
            let snapshot = model.snapshot()
            let (low, high, difference) = snapshot.apply {
                let (a, b) = (model.first.value, model.second.value)
                return (a.min().item, a.max().item, (a - b).abs().max().item)
            }
            #expect(low == high && difference == 0)
            #expect(low >= last)
            guard low == high, difference == 0, low >= last else { break }
            last = low
            looks += 1
        }
        try await trained
        #expect(model.first.value.max().item == 2000)
    }

    @Test func aSnapshotDoesNotChange() throws {
        let model = Linear(weight: Tensor([[1, 2]]), bias: nil)
        let snapshot = model.snapshot()
        let held = model.weight.value
        let step = TrainingStep(model, SGD(model, learningRate: 1)) { model, batch, _ in
            model(batch[0]).sum()
        }
        try step([Tensor([[1, 1]])])
        #expect(held.array() == [1, 2] as [Float])
        #expect(model.weight.value.array() == [0, 1] as [Float])
        snapshot.apply { #expect(model.weight.value.array() == [1, 2] as [Float]) }
        snapshot.restore()
        #expect(model.weight.value.array() == [1, 2] as [Float])
    }

    @Test func updatesWriteInPlaceWhenNobodyLooks() throws {
        let model = Linear(weight: Tensor.zeros([64, 64]), bias: nil)
        let step = TrainingStep(model, SGD(model, learningRate: 1)) { model, _, _ in
            model.weight.value.sum()
        }
        try step([])
        let before = model.weight.value.withUnsafeBytes { $0.baseAddress }
        for _ in 0..<5 { try step([]) }
        #expect(model.weight.value.withUnsafeBytes { $0.baseAddress } == before)
    }

    @Test func capturedPredictionsReadTheSnapshotToo() throws {
        let model = Linear(weight: Tensor([[1, 2]]), bias: nil)
        let predict = CapturedFunction { inputs, _ in [model(inputs[0])] }
        let x = Tensor([[1, 1]])
        let snapshot = model.snapshot()
        model.weight.variable.assign(Tensor([[10, 20]]))
        #expect(try snapshot.apply { try predict([x])[0].item } == 3)
        #expect(try predict([x])[0].item == 30)
        #expect(try snapshot.apply { try predict([x])[0].item } == 3)
    }
}
