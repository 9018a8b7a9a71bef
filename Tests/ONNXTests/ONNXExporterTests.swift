import HindsightModelFiles
import HindsightModels
import HindsightONNX
import HindsightTensors
import Testing

/// What a file holds. That onnxruntime computes the same with it, `make interop` checks.
@Suite struct ONNXExporterTests {
    private static func model(_ pooling: Pooling = .pooler) throws -> SequenceClassifier {
        var random = RandomGenerator(seed: 1)
        let folder = try ModelFolder(Place.root + "/Tests/Fixtures/pytorch/tiny-bert")
        let loaded = try SequenceClassifier.load(
            folder, outputs: 3, pooling: pooling, random: &random)
        #expect(loaded.freshParts.isEmpty)
        return loaded.model
    }

    @Test func holdsTheWeights() throws {
        let model = try ONNXExporterTests.model()
        try Place.withFolder { folder in
            let path = folder + "/model.onnx"
            try ONNXExporter.write(model, labels: ["a", "\"b\"", "c"], to: path)
            let file = try ONNXFile(path)
            #expect(file.properties.map(\.text) == ["8", "hindsight", "17"])
            for (name, tensor) in model.exportedTensors {
                let found =
                    try file.stored(name) == nil
                    ? file.tensor(name + ".transposed").transposed() : file.tensor(name)
                #expect(found.shape == tensor.shape && found.array() == tensor.array() as [Float])
            }
            let first = try Place.bytes(path)
            try ONNXExporter.write(model, labels: ["a", "\"b\"", "c"], to: path)
            #expect(try Place.bytes(path) == first)
            for part in ["input_ids", "attention_mask", "token_type_ids", "logits", "batch"] {
                #expect(first.firstRange(of: Array(part.utf8)) != nil, "\(part)")
            }
        }
    }

    @Test func poolsAsTheModelDoes() throws {
        try Place.withFolder { folder in
            let path = folder + "/model.onnx"
            try ONNXExporter.write(try ONNXExporterTests.model(.mean), to: path)
            #expect(try Place.bytes(path).firstRange(of: Array("ReduceSum".utf8)) != nil)
            #expect(try ONNXFile(path).stored("bert.pooler.dense.bias") == nil)
            try ONNXExporter.write(try ONNXExporterTests.model(.cls), to: path)
            #expect(try Place.bytes(path).firstRange(of: Array("ReduceSum".utf8)) == nil)
        }
    }
}
