import HindsightDatasets
import HindsightFineTuning
import HindsightNeuralNetworks
import HindsightTensors
import HindsightTestSupport
import Testing

/// Losses of texts against finite differences and against their formulas.
@Suite struct TextLossTests {
    private static let classes = TextProblem.classification(labels: ["a", "b", "c"])
    private static let labels = TextProblem.multiLabel(labels: ["a", "b", "c"])

    private func outputs(_ columns: Int, seed: UInt64 = 4) -> Tensor {
        var random = RandomGenerator(seed: seed)
        return (random.normal([5, columns]) * 2).to(.reference)
    }

    private func targets(_ problem: TextProblem) -> Tensor {
        switch problem {
        case .classification: Tensor([0, 2, 1, 1, 0] as [Int32]).to(.reference)
        case .multiLabel:
            Tensor([1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0] as [Float], shape: [5, 3])
                .to(.reference)
        case .regression: Tensor([1, 0, -1, 2, 0.5] as [Float], shape: [5, 1]).to(.reference)
        }
    }

    /// The gradient of a function against central differences.
    private func check(_ inputs: [Tensor], _ function: @escaping ([Tensor]) -> Tensor) throws {
        let variables = inputs.map { Variable($0) }
        let list = VariableList(variables.enumerated().map { ("\($0)", $1) })
        let gradients = try valueAndGradients(of: list) { function(variables.map(\.value)) }
            .gradients
        for (variable, slope) in zip(variables, centralDifferences(inputs, function)) {
            expectClose(gradients[variable]!, slope, tolerance: 1e-6, "gradient")
        }
    }

    @Test(
        "gradients of every loss", arguments: [classes, labels, TextProblem.regression])
    func gradients(problem: TextProblem) throws {
        let x = outputs(problem.outputCount), y = outputs(problem.outputCount, seed: 5)
        let truth = targets(problem)
        let weights = Tensor([1, 2, 0.5, 1, 3] as [Float]).to(.reference)
        for focus in problem == .regression ? [0] : [0, 0.5, 2.0] {
            let loss = TextLoss(problem: problem, focus: focus)
            try check([x]) { loss($0[0], truth) }
            try check([x]) { loss($0[0], truth, weights: weights) }
            try check([x]) {
                let shares = Tensor([1, 0.5, 0.75, 0.6, 0.9] as [Float]).to(.reference)
                return loss.mixed(
                    $0[0], [truth, self.targets(problem)], weights: [weights, weights],
                    shares: shares)
            }
        }
        let loss = TextLoss(problem: problem)
        try check([x, y]) { loss.disagreement($0[0], $0[1]) }
        #expect(loss.disagreement(x, x).scalar(as: Double.self) == 0)
    }

    @Test("focal loss: (1 - p)^γ times the cross-entropy")
    func focal() {
        let x = outputs(3), truth = targets(TextLossTests.classes)
        let plain = TextLoss(problem: TextLossTests.classes).rows(x, truth)
            .array(of: Double.self)
        let focal = TextLoss(problem: TextLossTests.classes, focus: 2).rows(x, truth)
            .array(of: Double.self)
        for (loss, found) in zip(plain, focal) {
            let missing = -MathReference.expm1(-loss)
            #expect((found - missing * missing * loss).magnitude < 1e-12)
        }
    }

    @Test("mixed with itself a text counts as it does alone")
    func mixedWithItself() {
        let x = outputs(3), truth = targets(TextLossTests.classes)
        let loss = TextLoss(problem: TextLossTests.classes)
        let shares = Tensor([0.5, 0.75, 1, 0.9, 0.6] as [Float]).to(.reference)
        let mixed = loss.mixed(x, [truth, truth], weights: nil, shares: shares)
        let difference =
            mixed.scalar(as: Double.self) - loss(x, truth).scalar(as: Double.self)
        #expect(difference.magnitude < 1e-12)
    }

    @Test("R-Drop's divergence of two distributions, by hand")
    func divergence() {
        // Softmax of (log 3, 0) is (3/4, 1/4), of (0, 0) is (1/2, 1/2).
        let problem = TextProblem.classification(labels: ["a", "b"])
        let first = Tensor([1.0986122886681098, 0] as [Double], shape: [1, 2], on: .reference)
        let second = Tensor([0, 0] as [Double], shape: [1, 2], on: .reference)
        let found = TextLoss(problem: problem).disagreement(first, second)
        // ½·((3/4 - 1/2)·log(3/2) + (1/4 - 1/2)·log(1/2))
        let expected = 0.5 * (0.25 * 0.4054651081081644 + 0.25 * 0.6931471805599453)
        #expect((found.scalar(as: Double.self) - expected).magnitude < 1e-12)
    }
}

/// The one function of the C library that is needed.
private enum MathReference {
    static func expm1(_ x: Double) -> Double {
        // Σ xⁿ/n!, which converges fast enough for losses below ten.
        var (sum, term) = (0.0, 1.0)
        for n in 1..<120 {
            term *= x / Double(n)
            sum += term
        }
        return sum
    }
}
