import Hindsight
import HindsightTestSupport
import Testing

/// The gradient of a table from the ids that were looked up.
@Suite struct EmbeddingTests {
    @Test(arguments: [(5, 3, 4), (1000, 64, 300), (40, 1100, 7), (9000, 900, 50)])
    func gradientIsTheSumOverIds(_ sizes: (rows: Int, width: Int, ids: Int)) throws {
        var random = RandomGenerator(seed: 1)
        let table = random.normal([sizes.rows, sizes.width])
        let weights = random.normal([sizes.ids, sizes.width])
        let ids = (0..<sizes.ids).map { Int32($0 * 7919 % sizes.rows * ($0 % 3) / 2) }
        func gradient(_ ids: Tensor) throws -> Tensor {
            try valueAndGradients(at: [table]) { ($0[0].rows(ids) * weights).sum() }.gradients[0]
        }
        let one = try Threads.withLimit(1) { try gradient(Tensor(ids)) }
        for count in [2, 4] {
            #expect(bits(one) == bits(try Threads.withLimit(count) { try gradient(Tensor(ids)) }))
        }
        #expect(bits(one) == bits(try gradient(Tensor(ids.map(Int64.init)))))
        let added = Tensor.zeros(table.shape).addingRows(Tensor(ids), weights)
        #expect(bits(one) == bits(added))
        // An independent sum, in the order of the ids.
        var sums = [Float](repeating: 0, count: table.count)
        let values = weights.array(of: Float.self)
        for (place, id) in ids.enumerated() {
            for column in 0..<sizes.width {
                sums[Int(id) * sizes.width + column] += values[place * sizes.width + column]
            }
        }
        #expect(one.array(of: Float.self) == sums)
    }

    @Test func int32IdsInACapturedStep() throws {
        let table = Tensor([[1, 2], [3, 4], [5, 6]])
        let function = CapturedFunction { inputs, _ in
            let gradients = try valueAndGradients(at: [inputs[0]]) {
                $0[0].rows(inputs[1]).squared().sum()
            }.gradients
            return [inputs[0].rows(inputs[1])] + gradients
        }
        let outputs = try function([table, Tensor([2, 0, 2] as [Int32])])
        #expect(outputs[0].array() == [5, 6, 1, 2, 5, 6] as [Float])
        #expect(outputs[1].array() == [2, 4, 0, 0, 20, 24] as [Float])
    }
}
