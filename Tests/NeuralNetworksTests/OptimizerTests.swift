import Hindsight
import HindsightTestSupport
import Testing

@Suite struct OptimizerTests {
    private func makeModel() -> Sequential {
        var random = RandomGenerator(seed: 3)
        return Sequential {
            Linear(6, 8, random: &random)
            Tanh()
            Linear(8, 2, random: &random)
        }
    }

    private func step(_ model: Sequential, _ optimizer: any Optimizer) throws {
        let x = Tensor.arange(18).reshaped(3, 6) * 0.1
        let gradients = try valueAndGradients(of: model) { $0(x).squared().sum() }.gradients
        optimizer.step(gradients)
    }

    @Test func goingOnFromASavedStateEqualsNeverHavingStopped() throws {
        let makers: [@Sendable (Sequential) -> any Optimizer] = [
            { SGD($0, learningRate: 0.01, momentum: 0.9, dampening: 0.2) },
            { Adam($0, learningRate: 0.01) },
            { AdamW($0, learningRate: 0.01, weightDecay: 0.1) },
            { Lion($0, learningRate: 0.01, weightDecay: 0.1) },
            { RMSprop($0, learningRate: 0.01) },
            { RMSprop($0, learningRate: 0.01, momentum: 0.9, weightDecay: 0.1) },
            { Adafactor($0, learningRate: 0.05, weightDecay: 0.1) },
            { ScheduleFreeAdamW($0, learningRate: 0.01) },
        ]
        for make in makers {
            let straight = makeModel(), broken = makeModel()
            let whole = make(straight), first = make(broken)
            for _ in 0..<6 { try step(straight, whole) }
            for _ in 0..<3 { try step(broken, first) }
            let second = make(broken)
            try second.restore(first.state)
            #expect(second.stepCount == 3)
            for _ in 0..<3 { try step(broken, second) }
            for (a, b) in zip(straight.parameters.parameters, broken.parameters.parameters) {
                #expect(bits(a.value) == bits(b.value))
            }
        }
    }

    @Test func aStateOfAnotherModelIsRefused() throws {
        var random = RandomGenerator(seed: 0)
        let small = Linear(2, 2, random: &random), large = Linear(3, 2, random: &random)
        let optimizer = Adam(large, learningRate: 0.1)
        let wrongShape = #expect(throws: OptimizerStateError.self) {
            try optimizer.restore(Adam(small, learningRate: 0.1).state)
        }
        #expect(wrongShape?.description.contains("weight.firstMoment") == true)
        #expect(wrongShape?.description.contains("[2, 2]") == true)
        #expect(throws: OptimizerStateError.self) {
            try optimizer.restore(OptimizerState(stepCount: 1, tensors: [:]))
        }
    }

    @Test func groupsHaveTheirOwnRateAndDecay() throws {
        let model = Sequential {
            Linear(weight: Tensor([[1]]), bias: Tensor([1] as [Float]))
            Linear(weight: Tensor([[1]]), bias: nil)
        }
        let optimizer = SGD(
            model, learningRate: 0.1, weightDecay: 1,
            groups: [
                ParameterGroup(weightDecay: 0) { $0.hasSuffix("bias") },
                ParameterGroup(learningRateFactor: 0) { $0.hasPrefix("1.") },
            ])
        let gradients = try valueAndGradients(of: model) { $0(Tensor([[0]])).sum() * 0 }.gradients
        optimizer.step(gradients)
        #expect(model.parameters["0.weight"]!.value.item == 0.9)
        #expect(model.parameters["0.bias"]!.value.item == 1)
        #expect(model.parameters["1.weight"]!.value.item == 1)
    }

    /// On the reference device each rule is written a second time, in double precision.
    @Test func theReferenceDeviceTakesTheSameSteps() throws {
        let makers: [@Sendable (Sequential) -> any Optimizer] = [
            { Lion($0, learningRate: 0.01, weightDecay: 0.1) },
            { RMSprop($0, learningRate: 0.01, momentum: 0.5, weightDecay: 0.1) },
            { Adafactor($0, learningRate: 0.05, weightDecay: 0.1) },
            { ScheduleFreeAdamW($0, learningRate: 0.01) },
        ]
        for make in makers {
            var random = RandomGenerator(seed: 5)
            let weight = random.normal([70, 90]), x = random.normal([3, 90]) * 0.03
            func trained(_ device: Device) throws -> Tensor {
                let model = Sequential { Linear(weight: weight.to(device), bias: nil) }
                let optimizer = make(model), input = x.to(device)
                for _ in 0..<4 {
                    let gradients = try valueAndGradients(of: model) {
                        $0(input).tanh().sum()
                    }.gradients
                    optimizer.step(gradients)
                }
                return model.parameters.parameters[0].value
            }
            expectClose(
                try trained(.cpu), try trained(.reference), tolerance: 1e-5, "weights")
        }
    }

    @Test func aGroupThatBeginsLaterCountsItsOwnSteps() throws {
        let first = Linear(weight: Tensor([[1]]), bias: nil)
        let second = Linear(weight: Tensor([[1]]), bias: nil)
        let model = Sequential([first, second])
        func make() -> Adam {
            Adam(model, learningRate: 0.1, groups: [ParameterGroup { $0.hasPrefix("0.") }])
        }
        var optimizer = make()
        func take() throws {
            optimizer.step(
                try valueAndGradients(of: model) { $0(Tensor([[1]])).sum() }.gradients)
        }
        first.setTrainable(false)
        for _ in 0..<30 { try take() }
        let saved = optimizer.state
        optimizer = make()
        try optimizer.restore(saved)
        first.setTrainable(true)
        let before = first.weight.value.item
        try take()
        // Adam's first step is as long as its learning rate.
        #expect(((first.weight.value.item - before).magnitude - 0.1).magnitude < 1e-4)
        #expect(optimizer.state.tensors["group.begin"]?.array(of: Int.self) == [30, 0])
    }

    @Test func aScheduleFreeAverageIsTheMeanOfItsPoints() throws {
        let model = Linear(weight: Tensor([[1]]), bias: nil)
        let optimizer = ScheduleFreeAdamW(model, learningRate: 0.1, weightDecay: 0)
        var points: [Float] = []
        for _ in 0..<5 {
            optimizer.step(
                try valueAndGradients(of: model) { $0(Tensor([[1]])).sum() }.gradients)
            points.append(optimizer.state.tensors["weight.z"]!.item)
        }
        let mean = points.reduce(0, +) / 5
        #expect((optimizer.averages()[0].value.item - mean).magnitude < 1e-5)
    }

    /// The float next to this beta is 1, whose distance from 1 is nothing to divide by.
    @Test func betasMayBeCloserToOneThanAFloatCan() throws {
        let model = Linear(weight: Tensor([[1]]), bias: nil)
        let optimizer = Adam(model, learningRate: 0.1, betas: (0.9, 0.99999998))
        for _ in 0..<3 {
            optimizer.step(try valueAndGradients(of: model) { $0(Tensor([[1]])).sum() }.gradients)
        }
        #expect((model.weight.value.item - 0.7).magnitude < 1e-6)
    }

    @Test func schedulesCompose() {
        let rate = Schedules.warmUp(10, then: Schedules.cosine(from: 1, to: 0.1, steps: 100))
        #expect(rate(0) == 0 && rate(5) == 0.5 && rate(10) == 1)
        #expect((rate(60) - 0.55).magnitude < 1e-6)
        #expect((rate(110) - 0.1).magnitude < 1e-6 && (rate(5000) - 0.1).magnitude < 1e-6)
        #expect(Schedules.linear(from: 1, to: 0, steps: 4)(1) == 0.75)
        #expect(Schedules.stepped(from: 1, factor: 0.5, every: 3)(7) == 0.25)
        #expect((Schedules.exponential(from: 2, factor: 0.5)(3) - 0.25).magnitude < 1e-7)
        #expect(Schedules.polynomial(from: 1, steps: 10)(5) == 0.25)
        let parts = Schedules.sequence([
            (2, Schedules.constant(1)), (3, Schedules.constant(2)), (1, Schedules.constant(3)),
        ])
        #expect((0..<7).map(parts) == [1, 1, 2, 2, 2, 3, 3])
        #expect(Schedules.scaled(Schedules.constant(2), by: 0.5)(0) == 1)
    }

    @Test func loadersVisitEveryRowOnce() {
        let x = Tensor.arange(10).reshaped(10, 1), y = Tensor((0..<10).map { Int64($0) })
        var loader = TensorLoader([x, y], batchSize: 4, shuffling: RandomGenerator(seed: 0))
        #expect(loader.batchCount == 3)
        let first = loader.epoch().flatMap { $0[1].array(of: Int.self) }
        let second = loader.epoch().flatMap { $0[1].array(of: Int.self) }
        #expect(first.sorted() == Array(0..<10) && first != second)
        for batch in loader.epoch() {
            #expect(batch[0].array() as [Float] == batch[1].array(of: Float.self))
        }
        var again = TensorLoader([x, y], batchSize: 4, shuffling: RandomGenerator(seed: 0))
        #expect(again.epoch().flatMap { $0[1].array(of: Int.self) } == first)
        var plain = TensorLoader([x], batchSize: 4, dropsLast: true)
        #expect(plain.epoch().map { $0[0].count } == [4, 4])
    }
}
