import Hindsight
import HindsightTestSupport
import Testing

/// A row's bits do not depend on its batch, nor any bits on the number of threads.
@Suite struct DeterminismTests {
    /// Operations that treat every row by itself.
    static let rowwise: [(name: String, body: @Sendable (Tensor, Weights) -> Tensor)] = [
        ("linear", { linear($0, weight: $1.square, bias: $1.vector) }),
        ("linear gelu", { linear($0, weight: $1.square, bias: $1.vector, activation: .gelu) }),
        ("matmul", { x, w in x.matmul(w.square) }),
        ("softmax", { x, _ in x.softmax() }),
        ("logSoftmax", { x, _ in x.logSoftmax() }),
        ("logSumExp", { x, _ in x.logSumExp(axes: 1) }),
        ("sum", { x, _ in x.sum(axes: 1) }),
        ("layerNorm", { layerNorm($0, weight: $1.vector, bias: $1.vector) }),
        ("rmsNorm", { rmsNorm($0, weight: $1.vector) }),
        ("gelu", { x, _ in x.gelu() }),
        ("exp", { x, _ in x.exp() }),
        ("tanh", { x, _ in x.tanh() }),
    ]

    struct Weights: Sendable {
        let square: Tensor
        let vector: Tensor
    }

    @Test(arguments: [1, 7, 16, 65, 100, 384], [1, 2, 3, 14, 33, 130])
    func rowByRow(_ width: Int, _ rows: Int) {
        var random = RandomGenerator(seed: 1)
        let weights = Weights(
            square: random.normal([width, width]), vector: random.normal([width]))
        let x = random.normal([rows, width])
        for (name, body) in DeterminismTests.rowwise {
            let whole = body(x, weights)
            for row in 0..<rows {
                let alone = body(x[row..<(row + 1)], weights)
                #expect(bits(alone) == bits(whole[row..<(row + 1)]), "\(name) row \(row)")
            }
        }
    }

    @Test func anyNumberOfThreads() throws {
        var random = RandomGenerator(seed: 2)
        let x = random.normal([700, 300]), w = random.normal([300, 300]), b = random.normal([300])
        let long = random.normal([300_001])
        let targets = Tensor((0..<700).map { Int64($0 % 300) })
        func everything() throws -> [[UInt8]] {
            let (value, gradients) = try valueAndGradients(at: [x, w, b, long]) { inputs in
                var random = RandomGenerator(seed: 3)
                let hidden = dropout(
                    linear(inputs[0], weight: inputs[1], bias: inputs[2], activation: .gelu),
                    rate: 0.1, random: &random)
                let normal = layerNorm(hidden, weight: inputs[2], bias: inputs[2])
                return crossEntropy(logits: normal, targets: targets)
                    + inputs[3].squared().mean() + inputs[3].logSumExp() + hidden.sum(axes: 0).max()
            }
            return ([value] + gradients).map(bits)
        }
        let one = try Threads.withLimit(1) { try everything() }
        for count in [2, 4] {
            for _ in 0..<3 { #expect(try Threads.withLimit(count) { try everything() } == one) }
        }
    }

    @Test func manyCallersAtOnce() async throws {
        @Sendable func work() -> [UInt8] {
            var random = RandomGenerator(seed: 4)
            let x = random.normal([512, 256]), w = random.normal([256, 256])
            return bits((0..<20).reduce(x) { x, _ in linear(x, weight: w).tanh() })
        }
        let alone = work()
        let together = await withTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 { group.addTask { work() } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for result in together { #expect(result == alone) }
    }
}
