import Hindsight
import HindsightTestSupport
import Testing

/// Products with a bfloat16 weight have the bits of the same numbers in float32.
@Suite struct FrozenWeightTests {
    @Test(arguments: [1, 2, 5, 17, 64, 200], [(1, 1), (33, 7), (384, 100), (70, 257), (600, 300)])
    func sameBits(_ rows: Int, _ sizes: (inputs: Int, outputs: Int)) throws {
        var random = RandomGenerator(seed: 1)
        let x = random.normal([rows, sizes.inputs]), bias = random.normal([sizes.outputs])
        let frozen = random.normal([sizes.outputs, sizes.inputs]).to(.bfloat16)
        let plain = frozen.to(.float32)
        let weights = random.normal([rows, sizes.outputs])
        for activation in [nil, Activation.relu, .gelu] {
            func run(_ weight: Tensor) throws -> [[UInt8]] {
                func layer(_ x: Tensor, _ bias: Tensor) -> Tensor {
                    linear(x, weight: weight, bias: bias, activation: activation)
                }
                let gradients = try valueAndGradients(at: [x, bias]) {
                    (layer($0[0], $0[1]) * weights).sum()
                }.gradients
                return ([layer(x, bias), linear(x, weight: weight)] + gradients).map(bits)
            }
            #expect(try run(frozen) == run(plain))
        }
    }

    @Test func nothingAndTheReferenceDevice() throws {
        var random = RandomGenerator(seed: 2)
        let weight = random.normal([3, 4]).to(.bfloat16)
        #expect(linear(Tensor.ones([0, 4]), weight: weight).shape == [0, 3])
        let none = linear(Tensor.ones([2, 0]), weight: Tensor.zeros([3, 0]).to(.bfloat16))
        #expect(none.array() == [0, 0, 0, 0, 0, 0] as [Float])
        let x = random.normal([5, 4])
        expectClose(
            linear(x, weight: weight), linear(x.to(.reference), weight: weight.to(.reference)),
            "a bfloat16 weight")
    }

    @Test func captured() throws {
        var random = RandomGenerator(seed: 3)
        let weight = random.normal([6, 9]).to(.bfloat16), x = random.normal([4, 9])
        let function = CapturedFunction { inputs, _ in
            try valueAndGradients(at: [inputs[0]]) {
                linear($0[0], weight: weight, activation: .gelu).sum()
            }.gradients
        }
        let eager = try valueAndGradients(at: [x]) {
            linear($0[0], weight: weight, activation: .gelu).sum()
        }.gradients
        #expect(try function([x]).map(bits) == eager.map(bits))
    }
}
