import Hindsight
import HindsightTestSupport
import Testing

/// Forwards and gradients of every operation against PyTorch's, on the CPU and on the reference
/// device.
@Suite struct FixtureTests {
    static let groups = [
        "unary", "edges", "binary", "comparison", "reduction", "matmul", "softmax", "layer_norm",
        "linear", "loss", "shape", "attention", "rms_norm", "rotary",
    ]

    @Test(arguments: groups)
    func cpu(_ group: String) throws { try check(group, on: .cpu) }

    @Test(arguments: groups)
    func reference(_ group: String) throws { try check(group, on: .reference) }

    private func check(_ group: String, on device: Device) throws {
        let file = try FixtureFile(group)
        #expect(file.cases.count > 20)
        for fixture in file.cases {
            let inputs = fixture.numbered("input").map { $0.to(device) }
            let expected = fixture.numbered("output")
            let outputs = perform(fixture, inputs)
            #expect(outputs.count == expected.count, "\(fixture)")
            for (index, (output, reference)) in zip(outputs, expected).enumerated() {
                expectClose(output, reference, "\(fixture) output \(index) on \(device)")
            }
            try checkGradients(fixture, inputs, device)
        }
    }

    private func checkGradients(
        _ fixture: FixtureFile.Case, _ inputs: [Tensor], _ device: Device
    ) throws {
        let expected = inputs.indices.map { fixture.tensors["grad\($0)"] }
        guard expected.contains(where: { $0 != nil }) else { return }
        let gradients = try valueAndGradients(at: inputs) { objective(fixture, $0) }.gradients
        for (index, reference) in expected.enumerated() {
            guard let reference else { continue }
            expectClose(
                gradients[index], reference, "\(fixture) gradient \(index) on \(device)")
        }
    }
}

/// Σ output · weight over the outputs that have a weight.
func objective(_ fixture: FixtureFile.Case, _ inputs: [Tensor]) -> Tensor {
    let outputs = perform(fixture, inputs)
    let weights = fixture.numbered("weight")
    var total: Tensor?
    for (output, weight) in zip(outputs, weights) {
        let part = (output * weight.to(output.device)).sum()
        total = total.map { $0 + part } ?? part
    }
    return total!
}

/// Gradients of every differentiable operation against central differences in double precision.
@Suite struct FiniteDifferenceTests {
    @Test(arguments: [
        "unary", "binary", "reduction", "matmul", "softmax", "layer_norm", "linear", "loss",
        "shape", "attention", "rms_norm", "rotary",
    ])
    func gradients(_ group: String) throws {
        var checked = 0
        for fixture in try FixtureFile(group).cases
        where fixture.tensors["grad0"] != nil && !fixture.name.contains("ties")
            && fixture.name != "softmax-masked" && !fixture.name.contains("large")
        {
            let inputs = fixture.numbered("input").map { $0.to(.reference) }
            guard inputs.reduce(0, { $0 + $1.count }) <= 300 else { continue }
            let exact = try valueAndGradients(at: inputs) { objective(fixture, $0) }.gradients
            let numeric = centralDifferences(inputs) { objective(fixture, $0) }
            for (index, input) in inputs.enumerated() where input.dtype == .float64 {
                let scale = numeric[index].array(of: Double.self).map(\.magnitude).max() ?? 0
                let difference = deviation(exact[index], numeric[index]).difference
                #expect(
                    difference <= 1e-6 * max(scale, 1),
                    "\(fixture) gradient \(index): differs by \(difference), scale \(scale)")
            }
            checked += 1
        }
        #expect(checked > 15)
    }
}
