import Foundation
import HindsightFineTuning
import HindsightModels
import HindsightNeuralNetworks
import HindsightTensors
import Testing

/// The demo's encoder with 8-bit layers.
@Suite struct QuantizedEncoderTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    private static let texts = [
        "a warm, funny, engaging film", "too long by half", "it is what it is", "",
        "The committee postponed its decision until the spring, for want of any evidence.",
    ]

    private func model(_ pooling: Pooling, _ adapters: LowRankSettings? = nil) throws -> TextModel {
        try TextModel(
            pretrained: "\(QuantizedEncoderTests.root)/models/all-MiniLM-L6-v2",
            problem: .classification(labels: ["a", "b"]), pooling: pooling, adapters: adapters)
    }

    @Test("vectors are close to those of float32", arguments: Pooling.allCases)
    func closeness(pooling: Pooling) throws {
        let model = try model(pooling)
        let tokens = model.tokens(QuantizedEncoderTests.texts)
        let want = try SequenceScorer(model.network).features(tokens)
        let got = try SequenceScorer(model.network.quantized()).features(tokens)
        let width = model.network.encoder.configuration.hiddenSize
        for text in tokens.indices {
            let range = (text * width)..<((text + 1) * width)
            let (a, b): ([Float], [Float]) = (Array(want[range]), Array(got[range]))
            let product: Float = zip(a, b).map(*).reduce(0, +)
            let lengths: Float =
                a.map { $0 * $0 }.reduce(0, +) * b.map { $0 * $0 }.reduce(0, +)
            #expect(product / lengths.squareRoot() > 0.98, "text \(text)")
        }
    }

    @Test("a text's bits depend on neither batch nor threads", arguments: [Pooling.pooler, .mean])
    func alone(pooling: Pooling) throws {
        let model = try model(pooling)
        let scorer = try SequenceScorer(model.network, precision: .int8)
        let tokens = model.tokens(QuantizedEncoderTests.texts)
        let together = try scorer.logits(tokens)
        #expect(try tokens.flatMap { try scorer.logits([$0]) } == together)
        #expect(try Threads.withLimit(1) { try scorer.logits(tokens) } == together)
    }

    @Test("adapters are part of the 8-bit weights, and later changes of the model are not")
    func adapters() throws {
        let model = try model(.mean, LowRankSettings(rank: 2))
        let tokens = model.tokens(QuantizedEncoderTests.texts)
        let list = model.network.parameters
        let before = try SequenceScorer(model.network.quantized())
        let start = try before.features(tokens)
        var random = RandomGenerator(seed: 2)
        for (name, parameter) in zip(list.names, list.parameters) where name.hasSuffix("adapter.up")
        {
            parameter.variable.assign(random.normal(parameter.shape) * 0.05)
        }
        #expect(try before.features(tokens) == start)
        #expect(try SequenceScorer(model.network.quantized()).features(tokens) != start)
    }

    @Test("a model with NaN in a layer cannot be quantised, and the error names the layer")
    func errors() throws {
        let model = try model(.mean)
        let list = model.network.parameters
        let index = try #require(
            list.names.firstIndex { $0.contains("layers.2.intermediate.weight") })
        let parameter = list.parameters[index]
        parameter.variable.assign(Tensor(repeating: .nan, shape: parameter.shape))
        let error = #expect(throws: QuantizationError.self) { try model.network.quantized() }
        #expect(error?.description.contains("layers.2.intermediate cannot be quantised") == true)
    }
}
