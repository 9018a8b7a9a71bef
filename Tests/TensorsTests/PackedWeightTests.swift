import Hindsight
import HindsightTestSupport
import Testing

/// Replays with weights packed for good have the bits of eager runs, whatever happens to the weights.
@Suite struct PackedWeightTests {
    private let weight: Variable
    private let bias: Variable
    private let x: Tensor

    init() {
        var random = RandomGenerator(seed: 1)
        weight = Variable(random.normal([130, 300]))
        bias = Variable(random.normal([130]))
        x = random.normal([40, 300])
    }

    private func layer(_ x: Tensor) -> Tensor {
        linear(x, weight: weight.value, bias: bias.value, activation: .gelu)
    }

    /// Packs from the second call on.
    private func captured() -> CapturedFunction {
        let (weight, bias) = (weight, bias)
        return CapturedFunction { inputs, _ in
            [linear(inputs[0], weight: weight.value, bias: bias.value, activation: .gelu)]
        }
    }

    @Test func unchangedAndAssigned() throws {
        let function = captured()
        for round in 0..<3 {
            let expected = bits(layer(x))
            for _ in 0..<4 { #expect(bits(try function([x])[0]) == expected, "round \(round)") }
            weight.assign(weight.value * 0.5)
        }
    }

    @Test func updatedInPlace() throws {
        let function = captured()
        for round in 0..<3 {
            for _ in 0..<3 { #expect(bits(try function([x])[0]) == bits(layer(x)), "\(round)") }
            let gradient = Tensor.ones([130, 300])
            VariableUpdate.sgd(
                [.init(parameter: weight, gradient: gradient)], gradientScale: nil, weightDecay: 0,
                momentum: 0, dampening: 0, nesterov: false, learningRate: { 0.25 },
                isFirstStep: { false }
            ).perform()
        }
    }

    @Test func otherVariantsAndShapes() throws {
        let function = captured()
        for variant in Kernels.available + Kernels.available {
            try Kernels.withVariant(variant) {
                for rows in [9, 40, 9, 40] {
                    let part = x[0..<rows]
                    let found = try function([part])[0]
                    #expect(bits(found) == bits(layer(part)), "\(variant)")
                }
            }
        }
    }

    @Test func aSnapshotBesideTheWeights() throws {
        let function = captured()
        let snapshot = Snapshot(of: VariableList([("weight", weight), ("bias", bias)]))
        let before = bits(layer(x))
        weight.assign(weight.value * 2)
        for _ in 0..<3 {
            #expect(bits(try function([x])[0]) == bits(layer(x)))
            for _ in 0..<2 {
                let kept = try snapshot.apply { try function([x])[0] }
                #expect(bits(kept) == before)
            }
        }
    }
}
