import Foundation
import HindsightFineTuning
import HindsightLearning
import HindsightModels
import HindsightNeuralNetworks
import HindsightTensors
import HindsightTestSupport
import Testing

/// Each way of holding overfitting changes what it should, and nothing else.
@Suite struct RegularizationTests {
    /// A tiny model, ready to be tuned.
    final class Bench {
        let folder = NSTemporaryDirectory() + "regularization-" + UUID().uuidString
        let model: TextModel
        let texts: TokenizedTexts
        var settings = FineTuningSettings()

        init(adapters: LowRankSettings? = nil, dropout: Double = 0.1) throws {
            try TinyModel.write(to: folder, dropout: dropout)
            model = try TextModel(
                pretrained: folder, problem: .classification(labels: ["bad", "good"]),
                pooling: .mean, adapters: adapters)
            if adapters != nil { model.network.freezeEncoder() }
            let rows = TinyData.rows(96)
            texts = TokenizedTexts(
                sequences: model.tokens(rows.map(\.text)),
                targets: .classes(rows.map { $0.praise > $0.blame ? 1 : 0 }))
            settings.learningRate = 3e-3
            settings.batchSize = 16
            settings.epochs = 2
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        func method() throws -> TextFineTuning {
            try TextFineTuning(
                model.network, texts: texts, problem: model.problem, settings: settings,
                judge: { [:] })
        }

        func values() -> [String: Tensor] {
            let list = model.network.parameters
            return Dictionary(
                uniqueKeysWithValues: zip(list.names, list.parameters.map(\.value)))
        }

        /// Trains to the end.
        ///
        /// - Returns: the weights before and after.
        func train() throws -> (before: [String: Tensor], after: [String: Tensor]) {
            let before = values()
            let method = try method()
            while !method.progress.isFinished { _ = try method.step() }
            return (before, values())
        }

        /// How far the encoder moved.
        func distance() throws -> Float {
            let (before, after) = try train()
            return before.filter { $0.key.hasPrefix("encoder.") }.reduce(0) { sum, entry in
                sum + (after[entry.key]! - entry.value).squared().sum().item
            }.squareRoot()
        }
    }

    @Test("L2-SP: the stronger, the nearer to the start")
    func startPenalty() throws {
        func distance(_ alpha: Double) throws -> Float {
            let bench = try Bench()
            bench.settings.optimizer = .sgd
            bench.settings.learningRate = 1e-3
            bench.settings.schedule = .constant
            bench.settings.clipNorm = nil
            bench.settings.epochs = 20
            bench.settings.weightDecay = 0
            bench.settings.regularization.startPenalty = alpha
            return try bench.distance()
        }
        let free = try distance(0)
        #expect(try distance(10) < 0.8 * free)
        #expect(try distance(500) < 0.02 * free)
    }

    @Test("L2-SP's value and gradient are those of its formula")
    func startPenaltyFormula() throws {
        let model = Linear(weight: Tensor([[1, 2]]), bias: Tensor([3] as [Float]))
        let penalty = StartPenalty(model, alpha: 4, beta: 6) { $0 == "bias" }
        #expect(penalty()!.item == 27)
        model.weight.variable.assign(Tensor([[2, 4]]))
        let (value, gradients) = try valueAndGradients(of: model) { _ in penalty()! }
        #expect(value.item == 2 * 1 + 2 * 4 + 27)
        #expect(gradients["weight"]!.array() == [4, 8] as [Float])
        #expect(gradients["bias"]!.array() == [18] as [Float])
    }

    @Test("top layers only: what is frozen keeps its bits")
    func topLayers() throws {
        let bench = try Bench()
        bench.model.network.freeze(allButTopLayers: 1)
        let (before, after) = try bench.train()
        for (name, tensor) in before {
            let isTrained = name.hasPrefix("encoder.layers.1.") || !name.hasPrefix("encoder.")
            #expect((bits(tensor) == bits(after[name]!)) != isTrained, "\(name)")
        }
    }

    @Test("gradual unfreezing: the head, then layer by layer")
    func unfreezing() throws {
        let bench = try Bench()
        bench.settings.epochs = 4
        bench.settings.regularization.unfreezing = 1
        let method = try bench.method()
        let names =
            ["classifier.weight", "encoder.layers.1.query.weight"]
            + ["encoder.layers.0.query.weight", "encoder.embeddings.words.weight"]
        for epoch in 0..<4 {
            let before = bench.values()
            for _ in 0..<6 { _ = try method.step() }
            let after = bench.values()
            for (place, name) in names.enumerated() {
                #expect((bits(before[name]!) != bits(after[name]!)) == (place <= epoch), "\(name)")
            }
        }
    }

    @Test("EMA: the average by hand, which is evaluated and kept")
    func movingAverage() throws {
        let bench = try Bench()
        bench.settings.regularization.averaging = 0.6
        let method = try bench.method()
        let name = "encoder.layers.0.query.weight"
        var average = bench.values()[name]!
        for step in 1...8 {
            _ = try method.step()
            let decay = min(0.6, Double(1 + step) / Double(10 + step))
            average = average + (bench.values()[name]! - average) * (1 - decay)
            let training = bits(bench.values()[name]!)
            let kept = try method.modelState().tensors[name]!
            expectClose(kept, average, tolerance: 1e-6, "average after step \(step)")
            #expect(bits(bench.values()[name]!) == training)
            #expect(bits(kept) != training)
        }
        try method.restore(model: method.modelState())
        #expect(bits(bench.values()[name]!) == bits(try method.modelState().tensors[name]!))
    }

    @Test("schedule-free: x is kept, y goes on")
    func scheduleFree() throws {
        let bench = try Bench()
        bench.settings.optimizer = .scheduleFree
        bench.settings.schedule = .constant
        let method = try bench.method()
        for _ in 0..<6 { _ = try method.step() }
        let name = "classifier.weight"
        #expect(bits(try method.modelState().tensors[name]!) != bits(bench.values()[name]!))
    }

    @Test("every method learns, and alone changes the course")
    func allLearn() throws {
        func losses(_ change: (inout FineTuningSettings) -> Void) throws -> [Double] {
            let bench = try Bench()
            change(&bench.settings)
            let method = try bench.method()
            var losses: [Double] = []
            while !method.progress.isFinished { losses.append(try method.step()["loss"]!) }
            return losses
        }
        let plain = try losses { _ in }
        let ways: [(inout FineTuningSettings) -> Void] = [
            { $0.regularization.agreement = 1 }, { $0.regularization.focus = 1 },
            { $0.regularization.tokenCutoff = 0.2 }, { $0.regularization.spanCutoff = 0.2 },
            { $0.regularization.mixUp = 0.4 },
            {
                $0.regularization.mixUp = 0.4; $0.balancesClasses = true
            },
            {
                $0.regularization.mixUp = 0.4; $0.accumulate = 2; $0.batchSize = 8
            },
            {
                $0.optimizer = .lion; $0.learningRate = 5e-4
            },
            {
                $0.optimizer = .rmsprop; $0.learningRate = 5e-4; $0.momentum = 0
            },
            {
                $0.optimizer = .adafactor; $0.learningRate = 2e-2
            },
            {
                $0.optimizer = .scheduleFree; $0.schedule = .constant
            },
        ]
        for (index, way) in ways.enumerated() {
            let found = try losses { settings in
                settings.epochs = 4
                way(&settings)
            }
            #expect(found.last! < found.first!, "way \(index): \(found)")
            #expect(found != plain)
        }
    }

    @Test("replay: as many old texts as the ratio says, each once before any twice")
    func replay() throws {
        let bench = try Bench()
        bench.settings.regularization.replay = 0.5
        var old = bench.texts
        old.sequences = Array(old.sequences.prefix(24))
        if case .classes(let classes) = old.targets {
            old.targets = .classes(Array(classes.prefix(24)))
        }
        let method = try TextFineTuning(
            bench.model.network, texts: bench.texts, problem: bench.model.problem,
            settings: bench.settings, replay: old, judge: { [:] })
        _ = try method.step()
        #expect(method.progress.units == 24 && method.progress.total == 12)
        for _ in 0..<5 { _ = try method.step() }
        #expect(method.progress.units == 6 * 24)
    }

    @Test("DoRA begins as its base, and merged is what it was unmerged")
    func dora() throws {
        let settings = LowRankSettings(rank: 4, isWeightDecomposed: true)
        let bench = try Bench(adapters: settings, dropout: 0)
        let held = bench.model.tokens(TinyData.rows(20, seed: 9).map(\.text))
        func outputs(_ model: TextModel) throws -> [Float] {
            try SequenceScorer(model.network).logits(held)
        }
        let plain = try Bench(dropout: 0)
        for parameter in ["weight", "bias"] {
            plain.model.network.parameters["classifier.\(parameter)"]!.variable.assign(
                bench.model.network.parameters["classifier.\(parameter)"]!.value)
        }
        let start = try outputs(bench.model)
        for (a, b) in zip(start, try outputs(plain.model)) { #expect((a - b).magnitude < 1e-4) }
        let (before, after) = try bench.train()
        let changed = Set(before.keys.filter { bits(before[$0]!) != bits(after[$0]!) })
        #expect(changed.contains { $0.hasSuffix("adapter.magnitude") })
        #expect(changed.allSatisfy { $0.contains(".adapter.") || !$0.hasPrefix("encoder.") })
        let learnt = try outputs(bench.model)
        let greatest = learnt.map(\.magnitude).max()!
        #expect(zip(start, learnt).contains { ($0 - $1).magnitude > 0.05 * greatest })
        try bench.model.save(to: "\(bench.folder)/merged", merged: true)
        for (a, b) in zip(learnt, try outputs(try TextModel(folder: "\(bench.folder)/merged"))) {
            #expect((a - b).magnitude < 1e-5 * max(greatest, 1))
        }
        try bench.model.save(to: "\(bench.folder)/adapters")
        #expect(try outputs(try TextModel(folder: "\(bench.folder)/adapters")) == learnt)
    }

    @Test("a blend's ends are the pretrained and the tuned weights")
    func blend() throws {
        let bench = try Bench()
        _ = try bench.train()
        let start = try TextModel(
            pretrained: bench.folder, problem: bench.model.problem, pooling: .mean)
        func query(_ share: Double) throws -> Tensor {
            let path = "\(bench.folder)/blend"
            try bench.model.save(to: path, blendedWith: start, share: share)
            return try TextModel(folder: path).network
                .parameters["encoder.layers.0.query.weight"]!.value
        }
        let name = "encoder.layers.0.query.weight"
        let (first, last) = (start.network.parameters[name]!.value, bench.values()[name]!)
        let (atStart, atEnd) = (try query(0), try query(1))
        #expect(bits(atStart) == bits(first) && bits(atEnd) == bits(last))
        expectClose(try query(0.5), (first + last) * 0.5, tolerance: 1e-6, "half-way")
    }
}
