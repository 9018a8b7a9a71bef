import Foundation
import HindsightNeuralNetworks
import HindsightTensors
import Testing

@testable import HindsightReinforcementLearning

/// Losses of learning from logged data against PyTorch: `Tools/reference/offline_losses.py`.
@Suite struct OfflineLossTests {
    private typealias Part = [String: Any]

    private func part(_ name: String) throws -> Part {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(
            contentsOf: tests.appendingPathComponent("Fixtures/offline/losses.json"))
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? Part)
        return try #require(document[name] as? Part)
    }

    private func number(_ part: Part, _ name: String) throws -> Double {
        try #require((part[name] as? NSNumber)?.doubleValue)
    }

    private func tensor(_ part: Part, _ name: String) throws -> Tensor {
        if let rows = part[name] as? [[NSNumber]] {
            return Tensor(
                rows.flatMap { $0.map(\.floatValue) }, shape: [rows.count, rows[0].count])
        }
        return Tensor(try #require(part[name] as? [NSNumber]).map(\.floatValue))
    }

    private func expectClose(_ found: Tensor, _ wanted: Tensor, _ what: String) {
        let (a, b) = (found.array(of: Float.self), wanted.array(of: Float.self))
        #expect(a.count == b.count, "\(what)")
        let scale = b.map(\.magnitude).max() ?? 1
        let difference = zip(a, b).map { ($0 - $1).magnitude }.max() ?? 0
        #expect(difference <= 1e-5 * max(scale, 1), "\(what): differs by \(difference)")
    }

    /// Tensors that gradients are asked for.
    private final class Inputs: Module {
        let values: [Parameter]
        init(_ tensors: Tensor...) { values = tensors.map { Parameter($0) } }
    }

    private func check(
        _ inputs: Inputs, _ loss: Double, _ gradients: [Tensor],
        _ body: ([Tensor]) -> Tensor
    ) throws {
        let list = inputs.parameters.trainable
        let (value, found) = try valueAndGradients(of: list) { body(inputs.values.map(\.value)) }
        #expect((Double(value.item) - loss).magnitude <= 1e-5 * max(loss.magnitude, 1))
        for (parameter, wanted) in zip(inputs.values, gradients) {
            expectClose(try #require(found[parameter.variable]), wanted, "gradient")
        }
    }

    @Test("the expectile loss and its gradient")
    func expectile() throws {
        let part = try part("expectile")
        let level = try number(part, "expectile")
        try check(
            Inputs(tensor(part, "differences")), number(part, "loss"), [tensor(part, "gradient")]
        ) { OfflineLosses.expectile($0[0], level).mean() }
    }

    @Test("at ½ the expectile loss is half the squared error; above, it weighs what is missed more")
    func expectileByHand() {
        let differences = Tensor([Float(-2), 1, 3], shape: [3, 1])
        #expect(OfflineLosses.expectile(differences, 0.5).array(of: Float.self) == [2, 0.5, 4.5])
        #expect(
            OfflineLosses.expectile(differences, 0.75).array(of: Float.self) == [1, 0.75, 6.75])
    }

    @Test("what logged actions weigh, without overflow")
    func weights() throws {
        let part = try part("weights")
        let factor = 1 / (try number(part, "scale"))
        let largest = try number(part, "largest")
        let found = OfflineLosses.weights(
            try tensor(part, "advantages"), factor: factor, largest: largest)
        expectClose(found, try tensor(part, "weights"), "weights")
        let extreme = OfflineLosses.weights(Tensor([Float(1e8), -1e8]), factor: 3, largest: 100)
        #expect(extreme.array(of: Float.self)[0] == 100)
        #expect(extreme.array(of: Float.self)[1] < 1e-20)
    }

    @Test("log-likelihoods of logged actions, those at the bounds too")
    func squashed() throws {
        let part = try part("squashed")
        let actions = try tensor(part, "actions")
        let (mean, deviation) = (try tensor(part, "mean"), try tensor(part, "log_deviation"))
        let rows = GaussianActor.logProbabilities(actions, middle: mean, logDeviation: deviation)
        expectClose(rows, try tensor(part, "log_probabilities"), "rows")
        try check(
            Inputs(mean, deviation), number(part, "loss"),
            [tensor(part, "mean_gradient"), tensor(part, "deviation_gradient")]
        ) {
            GaussianActor.logProbabilities(actions, middle: $0[0], logDeviation: $0[1]).mean() * -1
        }
    }

    @Test("an actor gives the actions it draws the probability it says")
    func drawn() {
        var random = RandomGenerator(seed: 3)
        let actor = GaussianActor(4, 2, [16], random: &random)
        let features = random.normal([8, 4])
        let drawn = actor.sample(features, random: &random)
        expectClose(
            actor.logProbabilities(features, drawn.actions), drawn.logProbabilities, "drawn")
    }

    @Test("the conservative gap, with and without the calibrated bound", arguments: [true, false])
    func gap(isCalibrated: Bool) throws {
        let part = try part(isCalibrated ? "calibrated" : "conservative")
        let bounds = isCalibrated ? try tensor(part, "bounds") : nil
        let probabilities = try tensor(part, "own_log_probabilities")
        try check(
            Inputs(tensor(part, "logged"), tensor(part, "chance"), tensor(part, "own")),
            number(part, "loss"),
            [
                tensor(part, "logged_gradient"), tensor(part, "chance_gradient"),
                tensor(part, "own_gradient"),
            ]
        ) {
            OfflineLosses.conservativeGap(
                logged: $0[0], chance: $0[1], own: $0[2], ownLogProbabilities: probabilities,
                bounds: bounds
            ).mean()
        }
    }

    @Test("divergences from the policy that learning started with")
    func divergence() throws {
        let part = try part("divergence")
        let (start, now) = (try tensor(part, "start"), try tensor(part, "now"))
        expectClose(
            Divergence.categorical(from: start, to: now), try tensor(part, "categorical"),
            "categorical")
        expectClose(
            Divergence.normal(
                from: (start, try tensor(part, "start_log_deviation")),
                to: (now, try tensor(part, "now_log_deviation"))), try tensor(part, "normal"),
            "normal")
    }

    @Test("the least of some critics is one of each row's, and of all it is the least")
    func leastOfAny() {
        var random = RandomGenerator(seed: 5)
        let values = (0..<5).map { _ in random.normal([4, 1]) }
        let least = values.leastOfAll().array(of: Float.self)
        #expect(values.least(ofAny: 5, &random).array(of: Float.self) == least)
        var greater = 0
        for _ in 0..<20 {
            let some = values.least(ofAny: 2, &random).array(of: Float.self)
            for row in 0..<4 {
                #expect(values.contains { $0.array(of: Float.self)[row] == some[row] })
                if some[row] > least[row] { greater += 1 }
            }
        }
        #expect(greater > 20)
    }

    @Test("L2-SP is half the squared distance from the start, and pulls back to it")
    func distance() throws {
        let now = Inputs(Tensor([Float(1), -2]), Tensor([Float(3)]))
        let start = Inputs(Tensor([Float(0), -2]), Tensor([Float(1)]))
        let (value, gradients) = try valueAndGradients(of: now.parameters.trainable) {
            now.distance(from: start)
        }
        #expect(value.item == 2.5)
        #expect(gradients[now.values[0].variable]?.array(of: Float.self) == [1, 0])
        #expect(gradients[now.values[1].variable]?.array(of: Float.self) == [2])
    }

    @Test("running means and variances are those of all rows so far, and far numbers are clipped")
    func normalizer() throws {
        let space = Space.box([2])
        let normalizer = FeatureNormalizer(2, ObservationEncoder(space))
        var random = RandomGenerator(seed: 8)
        let rows = (0..<3).map { random.normal([16, 2]) * 3 + Double($0) }
        for part in rows {
            let none = Tensor.zeros([16, 1])
            try normalizer.note([none, none, none, none, part, part])
        }
        let all = Tensor.concatenate(rows, axis: 0)
        let deviation = all.variance(axes: 0, correction: 0).sqrt()
        expectClose(
            normalizer(all), ((all - all.mean(axes: 0)) / deviation).clamped(-5, 5), "normalised")
        let far = normalizer(Tensor([Float(1e6), -1e6], shape: [1, 2])).array(of: Float.self)
        #expect(far == [5, -5])
    }
}
