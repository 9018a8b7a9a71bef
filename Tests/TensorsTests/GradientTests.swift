import Hindsight
import HindsightTestSupport
import Testing

@Suite struct GradientTests {
    @Test func variablesCapturedByTheClosureAreFound() throws {
        let weight = Variable(Tensor([2, 3] as [Float]))
        let unused = Variable(Tensor([1] as [Float]))
        let list = VariableList([("weight", weight), ("unused", unused)])
        let read: @Sendable () -> Tensor = { weight.value }
        let (value, gradients) = try valueAndGradients(of: list) { read().squared().sum() }
        #expect(value.item == 13)
        #expect(gradients[weight]?.array() == [4, 6] as [Float])
        #expect(gradients["weight"]?.array() == [4, 6] as [Float])
        #expect(gradients[unused] == nil)
    }

    @Test func aTensorReadBeforehandIsAConstant() throws {
        let weight = Variable(Tensor([2] as [Float]))
        let before = weight.value
        let list = VariableList([("weight", weight)])
        let gradients = try valueAndGradients(of: list) { (before * weight.value).sum() }.gradients
        #expect(gradients[weight]?.item == 2)
    }

    @Test func usedTwiceAddsUp() throws {
        let gradients = try valueAndGradients(at: [Tensor([3] as [Float])]) { inputs in
            (inputs[0] * inputs[0] + inputs[0] * 2).sum()
        }.gradients
        #expect(gradients[0].item == 8)
    }

    @Test func detachedStopsGradients() throws {
        let gradients = try valueAndGradients(at: [Tensor([3] as [Float])]) { inputs in
            (inputs[0] * inputs[0].detached).sum()
        }.gradients
        #expect(gradients[0].item == 3)
    }

    @Test func independentInputsHaveZeroGradients() throws {
        let gradients = try valueAndGradients(at: [Tensor.ones([2]), Tensor.ones([3])]) {
            $0[0].sum()
        }.gradients
        #expect(gradients[1].array() == [0, 0, 0] as [Float])
    }

    @Test func gradientsInsideAnEvaluationAreConstants() throws {
        let x = Tensor([3] as [Float])
        let gradients = try valueAndGradients(at: [x]) { outer in
            let inner = try valueAndGradients(at: [outer[0]]) { ($0[0] * $0[0]).sum() }
            return (outer[0] * inner.gradients[0]).sum()
        }.gradients
        #expect(gradients[0].item == 6)
    }

    @Test func tensThousandsOfNodesDoNotOverflowTheStack() throws {
        let gradients = try valueAndGradients(at: [Tensor([0] as [Float])]) { inputs in
            (0..<60_000).reduce(inputs[0]) { x, _ in x + 1 }.sum()
        }.gradients
        #expect(gradients[0].item == 1)
    }

    @Test func checkpointingGivesTheSameBits() throws {
        var random = RandomGenerator(seed: 1)
        let weight = Variable(random.normal([20, 20]))
        let list = VariableList([("weight", weight)])
        let x = random.normal([5, 20])
        @Sendable func block(_ x: Tensor, _ random: RandomGenerator) -> Tensor {
            var random = random
            return dropout(linear(x, weight: weight.value).tanh(), rate: 0.2, random: &random)
        }
        func loss(_ checkpointing: Bool) throws -> (Tensor, Gradients) {
            try valueAndGradients(of: list) {
                (0..<4).reduce(x) { x, index in
                    let random = RandomGenerator(seed: UInt64(index))
                    return checkpointing
                        ? checkpoint(x) { block($0[0], random) } : block(x, random)
                }.squared().sum()
            }
        }
        let plain = try loss(false), saved = try loss(true)
        #expect(bits(plain.0) == bits(saved.0))
        #expect(bits(plain.1[weight]!) == bits(saved.1[weight]!))
    }

    @Test func checkpointingKeepsLessMemory() throws {
        let x = Tensor.ones([100_000])
        func peak(_ checkpointing: Bool) throws -> Int {
            // Without checkpoints 64 intermediate tensors of 400 kB live at once.
            let limit = 12_000_000
            do {
                _ = try Memory.withLimit(limit) {
                    try valueAndGradients(at: [x]) { inputs in
                        (0..<8).reduce(inputs[0]) { x, _ in
                            func block(_ x: Tensor) -> Tensor {
                                (0..<8).reduce(x) { x, _ in x.sin() }
                            }
                            return checkpointing ? checkpoint(x) { block($0[0]) } : block(x)
                        }.sum()
                    }
                }
                return 0
            } catch { return 1 }
        }
        #expect(try peak(true) == 0)
        #expect(try peak(false) == 1)
    }

    @Test func gradientsAreValues() throws {
        let a = Variable(Tensor([3, 0] as [Float])), b = Variable(Tensor([4] as [Float]))
        let list = VariableList([("a", a), ("b", b)])
        let gradients = try valueAndGradients(of: list) {
            0.5 * (a.value.squared().sum() + b.value.squared().sum())
        }.gradients
        #expect(gradients.globalNorm.item == 5)
        let doubled = gradients + gradients
        #expect(doubled[a]?.array() == [6, 0] as [Float])
        #expect((gradients * 0.5)[b]?.item == 2)
        #expect((gradients.clipped(toGlobalNorm: 1).globalNorm.item - 1).magnitude < 1e-5)
        #expect(gradients.clipped(toGlobalNorm: 10)[a]?.array() == [3, 0] as [Float])
    }

    @Test func aNaNGradientNamesItsParameter() throws {
        let good = Variable(Tensor([1] as [Float])), bad = Variable(Tensor([0, 1, 0] as [Float]))
        let list = VariableList([("layers.0.weight", good), ("layers.1.bias", bad)])
        let gradients = try valueAndGradients(of: list) {
            good.value.sum() + (bad.value.sqrt() * Tensor([0, 1, 1] as [Float])).sum()
        }.gradients
        let found = try #require(gradients.firstNonFinite())
        #expect(found.name == "layers.1.bias")
        #expect(found.nanCount == 1 && found.infiniteCount == 1 && found.elementCount == 3)
        #expect("\(found)".contains("layers.1.bias"))
        #expect(throws: Gradients.NonFinite.self) { try gradients.checkFinite() }
    }
}
