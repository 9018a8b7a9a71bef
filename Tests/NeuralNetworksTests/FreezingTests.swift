import Hindsight
import HindsightTestSupport
import Testing

/// Freezing and unfreezing parameters counts from the next step on, also where steps are captured.
@Suite struct FreezingTests {
    /// The weights of both layers after each of a few steps, between which the first layer is frozen,
    /// unfrozen and then everything is frozen.
    static func train(capturing: Bool) throws -> (first: [[UInt8]], second: [[UInt8]]) {
        var random = RandomGenerator(seed: 2)
        let x = random.normal([8, 5]), y = random.normal([8, 1])
        let first = Linear(5, 6, random: &random), second = Linear(6, 1, random: &random)
        let model = Sequential([first, Tanh(), second])
        let step = TrainingStep(
            model, AdamW(model, learningRate: 0.01), clipNorm: 1, capturing: capturing
        ) { model, batch, _ in meanSquaredError(model(batch[0]), batch[1]) }
        var weights: (first: [[UInt8]], second: [[UInt8]]) = ([], [])
        func take() throws {
            try step([x, y])
            weights.first.append(bits(first.weight.value))
            weights.second.append(bits(second.weight.value))
        }
        try take()
        first.setTrainable(false)
        try take()
        try take()
        first.setTrainable(true)
        try take()
        model.setTrainable(false)
        try take()
        second.bias!.isTrainable = true
        try take()
        return weights
    }

    @Test func aCapturedStepFollows() throws {
        let (first, second) = try FreezingTests.train(capturing: true)
        #expect(first[0] == first[1] && first[1] == first[2])
        #expect(first[2] != first[3])
        #expect(second[0] != second[1] && second[1] != second[2] && second[2] != second[3])
        #expect(first[3] == first[4] && second[3] == second[4])
        #expect(first[4] == first[5] && second[4] == second[5])
        let eager = try FreezingTests.train(capturing: false)
        #expect(eager == (first, second))
    }

    @Test func aCapturedFunctionFollows() throws {
        let model = Linear(weight: Tensor([[2, 3]]), bias: nil)
        let slopes = CapturedFunction { inputs, _ in
            let gradients = try valueAndGradients(of: model) { $0(inputs[0]).sum() }.gradients
            return [gradients["weight"] ?? Tensor.zeros([1, 2])]
        }
        let x = Tensor([[5, 7]])
        #expect(try slopes([x])[0].array() == [5, 7] as [Float])
        model.setTrainable(false)
        #expect(try slopes([x])[0].array() == [0, 0] as [Float])
        model.setTrainable(true)
        #expect(try slopes([x])[0].array() == [5, 7] as [Float])
    }

    @Test func plansThatDoNotDependOnItStay() throws {
        let frozen = Linear(weight: Tensor([[1]]), bias: nil)
        let model = Linear(weight: Tensor([[2]]), bias: nil)
        let slope = CapturedFunction { inputs, _ in
            [try valueAndGradients(of: model) { $0(inputs[0]).sum() }.gradients["weight"]!]
        }
        let x = Tensor([[3]])
        let plan = try slope.plan(for: [x])
        frozen.setTrainable(false)
        #expect(try slope.plan(for: [x]) === plan)
        model.setTrainable(true)
        #expect(try slope.plan(for: [x]) === plan)
        model.setTrainable(false)
        model.setTrainable(true)
        #expect(try slope.plan(for: [x]) === plan)
    }

    @Test func gradientsFromBeforeAndAfterAnotherModelIsFrozenCanBeAdded() throws {
        let other = Linear(weight: Tensor([[1]]), bias: nil)
        let model = Linear(weight: Tensor([[2]]), bias: nil)
        let list = model.parameters
        func slope() throws -> Gradients {
            try valueAndGradients(of: list.trainable) { model(Tensor([[3]])).sum() }.gradients
        }
        let before = try slope()
        other.setTrainable(false)
        #expect((before + (try slope()))["weight"]?.item == 6)
    }
}
