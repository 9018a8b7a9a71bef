import Foundation
import HindsightDatasets
import HindsightFineTuning
import HindsightLearning
import HindsightModelFiles
import HindsightModels
import HindsightNeuralNetworks
import HindsightTensors
import HindsightTestSupport
import Testing

/// Fine-tuned models in memory and in files.
@Suite struct TextModelTests {
    private let folder = NSTemporaryDirectory() + "textmodel-" + UUID().uuidString
    private static let held = TinyData.rows(40, seed: 9)

    /// A tiny model after some steps of learning, and its losses.
    private func tuned(
        adapters: LowRankSettings? = nil, dropout: Double = 0.1, pooling: Pooling = .mean,
        _ change: (inout FineTuningSettings) -> Void = { _ in }
    ) throws -> (model: TextModel, losses: [Double]) {
        try TinyModel.write(to: "\(folder)/base", dropout: dropout)
        let model = try TextModel(
            pretrained: "\(folder)/base", problem: .classification(labels: ["bad", "good"]),
            pooling: pooling, adapters: adapters)
        if adapters != nil { model.network.freezeEncoder() }
        var settings = FineTuningSettings()
        settings.learningRate = 3e-3
        settings.batchSize = 16
        settings.epochs = 2
        change(&settings)
        let rows = TinyData.rows(160)
        let texts = TokenizedTexts(
            sequences: model.tokens(rows.map(\.text)),
            targets: .classes(rows.map { $0.praise > $0.blame ? 1 : 0 }))
        let method = try TextFineTuning(
            model.network, texts: texts, problem: model.problem, settings: settings,
            judge: { [:] })
        var losses: [Double] = []
        while !method.progress.isFinished { losses.append(try method.step()["loss"]!) }
        return (model, losses)
    }

    private func outputs(_ model: TextModel) throws -> [Float] {
        try SequenceScorer(model.network).logits(
            model.tokens(TextModelTests.held.map(\.text)))
    }

    @Test(
        "what was saved predicts the bits of the model in memory",
        arguments: [
            Pooling.pooler, .mean, .cls,
        ])
    func saved(pooling: Pooling) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for adapters in [nil, LowRankSettings(rank: 4)] {
            let (model, losses) = try tuned(adapters: adapters, pooling: pooling)
            #expect(losses.last!.isFinite)
            let path = "\(folder)/saved"
            try model.save(to: path)
            let loaded = try TextModel(folder: path)
            #expect(try outputs(loaded) == outputs(model))
            #expect(loaded.problem == model.problem)
            let files = try FileManager.default.contentsOfDirectory(atPath: path)
            #expect(files.contains("adapter.safetensors") == (adapters != nil))
            #expect(files.contains("model.safetensors") == (adapters == nil))
        }
    }

    @Test("a text's prediction does not depend on the texts beside it")
    func alone() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let classifier = TextClassifier(try tuned().model)
        let texts = TextModelTests.held.map(\.text) + ["", "good", "nonsense words"]
        let together = try classifier.predict(texts)
        #expect(try texts.map { try classifier.predict($0) } == together)
    }

    @Test("merged adapters compute what they compute beside the weights", arguments: [false, true])
    func merged(isRankStabilized: Bool) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let settings = LowRankSettings(
            rank: 4, alpha: 8, isRankStabilized: isRankStabilized, dropoutRate: 0.1)
        let model = try tuned(adapters: settings) { $0.learningRate = 1e-2 }.model
        try model.save(to: "\(folder)/merged", merged: true)
        let (apart, together) = (
            try outputs(model), try outputs(TextModel(folder: "\(folder)/merged"))
        )
        let largest = apart.map(abs).max()!
        for (a, b) in zip(apart, together) { #expect(abs(a - b) <= 1e-5 * largest) }
        let base = try TextModel(
            pretrained: "\(folder)/base", problem: .classification(labels: ["bad", "good"]))
        let moved = zip(try outputs(base), apart).map { abs($0 - $1) }.max()!
        #expect(moved > 0.05)
    }

    @Test("two batches of 8 are one step as one of 16, without dropout")
    func accumulation() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let whole = try tuned(dropout: 0)
        let parts = try tuned(dropout: 0) {
            $0.batchSize = 8
            $0.accumulate = 2
        }
        #expect(whole.losses.count == parts.losses.count)
        for (a, b) in zip(whole.losses, parts.losses) { #expect(abs(a - b) <= 2e-3 * a) }
    }

    @Test("fresh parts of the head are named; a model that has them keeps them")
    func freshParts() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let model = try tuned(pooling: .pooler).model
        #expect(model.freshParts.contains("classifier"))
        try model.save(to: "\(folder)/saved")
        let again = try TextModel(pretrained: "\(folder)/saved", problem: model.problem)
        #expect(again.freshParts.isEmpty)
        #expect(try outputs(again) == outputs(model))
    }

    @Test("frozen weights as bfloat16 have the bits of the rounded weights, in memory and in files")
    func halved() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try TinyModel.write(to: "\(folder)/base")
        // The same model with its linear weights rounded beforehand.
        try TinyModel.write(to: "\(folder)/rounded")
        let rounded = TinyModel.tensors().map { name, tensor in
            let isLinear = tensor.rank == 2 && name.hasPrefix("encoder.")
            return (name, isLinear ? tensor.to(.bfloat16).to(.float32) : tensor)
        }
        try SafetensorsWriter.write(rounded, to: "\(folder)/rounded/model.safetensors")
        let problem = TextProblem.classification(labels: ["bad", "good"])
        func learn(_ base: String, _ storage: DType) throws -> TextModel {
            let model = try TextModel(
                pretrained: "\(folder)/\(base)", problem: problem, pooling: .mean,
                adapters: LowRankSettings(rank: 4), storage: storage)
            model.network.freezeEncoder()
            var settings = FineTuningSettings()
            settings.learningRate = 1e-2
            let rows = TinyData.rows(64)
            let texts = TokenizedTexts(
                sequences: model.tokens(rows.map(\.text)),
                targets: .classes(rows.map { $0.praise > $0.blame ? 1 : 0 }))
            let method = try TextFineTuning(
                model.network, texts: texts, problem: problem, settings: settings, judge: { [:] })
            while !method.progress.isFinished { _ = try method.step() }
            return model
        }
        let (half, whole) = (try learn("base", .bfloat16), try learn("rounded", .float32))
        #expect(
            half.network.encoder.parameters.parameters.contains { $0.variable.dtype == .bfloat16 })
        let expected = try outputs(whole)
        #expect(try outputs(half) == expected)
        #expect(try outputs(learn("base", .float32)) != expected)
        try half.save(to: "\(folder)/saved")
        let loaded = try TextModel(folder: "\(folder)/saved")
        #expect(loaded.storage == .bfloat16)
        #expect(try outputs(loaded) == expected)
        try half.save(to: "\(folder)/merged", merged: true)
        let merged = try outputs(TextModel(folder: "\(folder)/merged"))
        for (a, b) in zip(merged, expected) { #expect(abs(a - b) <= 1e-5) }
    }

    @Test("only the layers that are named have adapters")
    func targets() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let settings = LowRankSettings(rank: 2, targets: ["value", "attentionOutput"])
        let model = try tuned(adapters: settings).model
        let names = model.network.adapterTensors.map(\.name).filter { $0.contains("adapter.up") }
        #expect(
            names.sorted()
                == (0..<2).flatMap { layer in
                    ["attentionOutput", "value"].map {
                        "encoder.layers.\(layer).\($0).adapter.up"
                    }
                })
        try model.save(to: "\(folder)/saved")
        #expect(try outputs(TextModel(folder: "\(folder)/saved")) == outputs(model))
    }

    @Test("a tokenizer of its own takes the place of the model's, and is saved with it")
    func ownTokenizer() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try TinyModel.write(to: "\(folder)/base")
        try FileManager.default.createDirectory(
            atPath: "\(folder)/words", withIntermediateDirectories: true)
        // The same words, the last two the other way round.
        var words = TinyModel.vocabulary
        words.swapAt(words.count - 1, words.count - 2)
        try Data((words.joined(separator: "\n") + "\n").utf8)
            .write(to: URL(fileURLWithPath: "\(folder)/words/vocab.txt"))
        let problem = TextProblem.classification(labels: ["bad", "good"])
        let text = "\(words.last!) \(words[words.count - 2])"
        let own = try TextModel(pretrained: "\(folder)/base", problem: problem).tokens([text])[0]
        for path in ["words", "words/vocab.txt"] {
            let model = try TextModel(
                pretrained: "\(folder)/base/model.safetensors",
                tokenizerFolder: "\(folder)/\(path)", problem: problem)
            let tokens = model.tokens([text])[0]
            #expect(tokens == [own[0], own[2], own[1], own[3]])
            try model.save(to: "\(folder)/saved")
            #expect(try TextModel(folder: "\(folder)/saved").tokens([text])[0] == tokens)
        }
    }

    @Test("texts of several labels count by their weights")
    func weightedLabels() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try TinyModel.write(to: "\(folder)/base", dropout: 0)
        let problem = TextProblem.multiLabel(labels: ["a", "b"])
        let rows = TinyData.rows(8)
        func loss(_ weights: [Float]?, _ count: Int = 8) throws -> Double {
            let model = try TextModel(
                pretrained: "\(folder)/base", problem: problem, pooling: .mean)
            let texts = TokenizedTexts(
                sequences: Array(model.tokens(rows.map(\.text)).prefix(count)),
                targets: .labelSets(LabelSets((0..<count).map { $0 % 2 == 0 ? [0] : [0, 1] })),
                weights: weights)
            var settings = FineTuningSettings()
            settings.batchSize = 8
            return try TextFineTuning(
                model.network, texts: texts, problem: problem, settings: settings,
                judge: { [:] }
            ).step()["loss"]!
        }
        let plain = try loss(nil)
        #expect(abs(try loss(Array(repeating: 3, count: 8)) - plain) < 1e-6)
        // Weights of zero leave a text out.
        let half = try loss(nil, 4)
        #expect(abs(half - plain) > 1e-4)
        #expect(abs(try loss([2, 2, 2, 2, 0, 0, 0, 0]) - half) < 1e-6)
    }
}
