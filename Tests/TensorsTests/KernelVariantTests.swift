import Hindsight
import HindsightTestSupport
import Testing

/// Every variant this processor can run gives the reference results, agrees with the others within
/// stated bounds, and treats every row alike.
@Suite struct KernelVariantTests {
    @Test(arguments: Kernels.available)
    func matchesTheFixtures(_ variant: String) throws {
        try Kernels.withVariant(variant) {
            #expect(Kernels.variant == variant)
            for group in FixtureTests.groups {
                for fixture in try FixtureFile(group).cases {
                    let inputs = fixture.numbered("input")
                    let outputs = zip(perform(fixture, inputs), fixture.numbered("output"))
                    for (output, reference) in outputs {
                        expectClose(output, reference, "\(fixture) with \(variant)")
                    }
                    for (index, input) in inputs.enumerated() where input.dtype == .float32 {
                        guard let expected = fixture.tensors["grad\(index)"] else { continue }
                        let gradients = try valueAndGradients(at: inputs) {
                            objective(fixture, $0)
                        }.gradients
                        expectClose(gradients[index], expected, "\(fixture) with \(variant)")
                    }
                }
            }
        }
    }

    /// Elementwise functions within 4 units in the last place, chains of 500 products within
    /// 1e-5 of the largest.
    @Test(arguments: Kernels.available)
    func agreesWithTheOthers(_ variant: String) throws {
        var random = RandomGenerator(seed: 1)
        let x = random.normal([300, 500], deviation: 3), w = random.normal([200, 500])
        func results() -> [Tensor] {
            var random = RandomGenerator(seed: 2)
            return [
                x.exp(), x.abs().log(), x.tanh(), x.sigmoid(), x.erf(), x.sin(),
                random.normal([1001]),
                linear(x, weight: w), layerNorm(x), x.softmax(), x.sum(axes: 0), x.gelu(),
            ]
        }
        let best = results()
        let other = try Kernels.withVariant(variant, results)
        for (index, (a, b)) in zip(other, best).enumerated() {
            expectClose(a, b, tolerance: 1e-5, "\(variant) result \(index)")
            guard index < 6 else { continue }
            let worst = zip(a.array(of: Float.self), b.array(of: Float.self)).map { x, y in
                x == y ? 0 : (x - y).magnitude / max(x.magnitude, y.magnitude).ulp
            }.max()!
            #expect(worst <= 4, "\(variant) result \(index)")
        }
    }

    @Test(arguments: Kernels.available, [1, 5, 31, 70])
    func rowByRow(_ variant: String, _ width: Int) throws {
        try Kernels.withVariant(variant) {
            var random = RandomGenerator(seed: 1)
            let weights = DeterminismTests.Weights(
                square: random.normal([width, width]), vector: random.normal([width]))
            let x = random.normal([37, width])
            for (name, body) in DeterminismTests.rowwise {
                let whole = body(x, weights)
                for row in [0, 13, 35, 36] {
                    let alone = body(x[row..<(row + 1)], weights)
                    #expect(bits(alone) == bits(whole[row..<(row + 1)]), "\(name) row \(row)")
                }
            }
        }
    }

    @Test func anUnknownVariantIsAnError() {
        let error = #expect(throws: Kernels.UnavailableVariant.self) {
            try Kernels.withVariant("mmx") {}
        }
        #expect("\(error!)".contains("portable"))
    }
}
