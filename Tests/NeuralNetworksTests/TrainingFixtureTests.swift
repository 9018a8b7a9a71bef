import Hindsight
import HindsightTestSupport
import Testing

/// Twenty steps of a 10–16–8–3 network match PyTorch's losses and end at its weights.
@Suite struct TrainingFixtureTests {
    @Test(arguments: [true, false])
    func matchesPyTorch(_ capturing: Bool) throws {
        let cases = try FixtureFile("training").cases
        let start = try #require(cases.first { $0.name == "start" })
        for fixture in cases where fixture.operation == "train" {
            let parameters = start.numbered("parameter")
            let model = Sequential {
                Linear(weight: parameters[0], bias: parameters[1])
                Tanh()
                Linear(weight: parameters[2], bias: parameters[3])
                ReLU()
                Linear(weight: parameters[4], bias: parameters[5])
            }
            let optimizer = makeOptimizer(fixture, model)
            let step = TrainingStep(
                model, optimizer, clipNorm: fixture.attributes["clip_norm"].map { Double($0)! },
                capturing: capturing
            ) { model, batch, _ in
                crossEntropy(logits: model(batch[0]), targets: batch[1])
            }
            let losses = try (0..<20).map { _ in
                try step([start.tensors["x"]!, start.tensors["y"]!]).item
            }
            let expected = fixture.tensors["losses"]!.array(of: Float.self)
            for (index, (loss, reference)) in zip(losses, expected).enumerated() {
                #expect(
                    (loss - reference).magnitude <= 1e-5, "\(fixture) step \(index): \(loss)")
            }
            for (parameter, reference) in zip(
                model.parameters.parameters, fixture.numbered("parameter"))
            {
                expectClose(parameter.value, reference, tolerance: 2e-5, "\(fixture) weights")
            }
            guard let averaging = optimizer as? any AveragingOptimizer else { continue }
            for (average, reference) in zip(
                averaging.averages(), fixture.numbered("average"))
            {
                expectClose(average.value, reference, tolerance: 2e-5, "\(fixture) averages")
            }
        }
    }

    private func makeOptimizer(_ fixture: FixtureFile.Case, _ model: Sequential) -> any Optimizer {
        let rate = Float(fixture.number("learning_rate"))
        let decay = fixture.attributes["weight_decay"].map { Double($0)! } ?? 0
        let momentum = fixture.attributes["momentum"].map { Double($0)! } ?? 0
        switch fixture.attributes["optimizer"]! {
        case "sgd":
            return SGD(
                model, learningRate: rate,
                momentum: momentum, nesterov: fixture.flag("nesterov"), weightDecay: decay)
        case "adam": return Adam(model, learningRate: rate, weightDecay: decay)
        case "rmsprop":
            return RMSprop(
                model, learningRate: rate,
                smoothing: fixture.attributes["smoothing"].map { Double($0)! } ?? 0.99,
                momentum: momentum, weightDecay: decay)
        case "adafactor": return Adafactor(model, learningRate: rate, weightDecay: decay)
        case "lion": return Lion(model, learningRate: rate, weightDecay: decay)
        case "schedule-free":
            return ScheduleFreeAdamW(model, learningRate: rate, weightDecay: decay)
        default: return AdamW(model, learningRate: rate, weightDecay: decay)
        }
    }
}
