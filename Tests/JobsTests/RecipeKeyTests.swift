import Foundation
import HindsightFineTuning
import HindsightJobs
import HindsightModelFiles
import HindsightTestSupport
import Testing

/// Keys of recipes change what they say they change.
@Suite struct RecipeKeyTests {
    @Test("lora.targets: only those layers have adapters")
    func targets() throws {
        let shop = try Workshop()
        let summary = try shop.tune([
            "method=lora", "epochs=1", "lora.targets=[query, attention_output]",
        ])
        let names = try SafetensorsFile("\(summary.folder)/model/adapter.safetensors")
            .tensors.map(\.name)
        let layers = Set(
            names.filter { $0.contains(".adapter.") }.map { $0.split(separator: ".")[3] })
        #expect(layers == ["query", "attentionOutput"])
    }

    @Test("frozen_weights: half the memory, and the saved model predicts what was measured")
    func frozenWeights() throws {
        let shop = try Workshop()
        let half = try shop.tune(["method=lora", "epochs=2", "frozen_weights=bfloat16"])
        let model = try TextModel(folder: "\(half.folder)/model")
        let kept = model.network.encoder.parameters.parameters.map(\.variable.dtype)
        #expect(kept.count { $0 == .bfloat16 } == 12)
        let whole = try shop.tune(["method=lora", "epochs=2"])
        #expect(
            try shop.modelFiles(half)["adapter.safetensors"]
                != shop.modelFiles(whole)["adapter.safetensors"])
        let probe = try shop.tune(["method=linear-probe", "frozen_weights=bfloat16"])
        #expect(probe.tested("accuracy")! >= 0.9)
        // A method that trains the weights keeps them whole.
        let full = ["method=full", "epochs=1"]
        let expected = try shop.modelFiles(try shop.tune(full))
        #expect(try shop.modelFiles(try shop.tune(full + ["frozen_weights=bfloat16"])) == expected)
    }

    @Test("tokenizer: another one's files")
    func tokenizer() throws {
        let shop = try Workshop()
        try FileManager.default.createDirectory(
            atPath: "\(shop.path)/words", withIntermediateDirectories: true)
        let words = (TinyModel.vocabulary.dropLast(4) + ["x", "y", "z", "w"])
            .joined(separator: "\n")
        try shop.write("words/vocab.txt", words)
        let summary = try shop.tune(["epochs=1", "tokenizer=\(shop.path)/words"])
        #expect(try shop.modelFiles(summary)["vocab.txt"] == Data(words.utf8))
    }

    @Test("data.format: what a file is, whatever it is called")
    func format() throws {
        let shop = try Workshop()
        let lines = TinyData.rows(120).map {
            "{\"text\": \"\($0.text)\", \"label\": \"\(TinyData.sentiment($0))\"}\n"
        }
        try shop.write("data.txt", lines.joined())
        let file = "data.train=\(shop.path)/data.txt"
        #expect(throws: (any Error).self) { try shop.tune(["epochs=1", file]) }
        let summary = try shop.tune(["epochs=1", file, "data.format=jsonl"])
        #expect(summary.reason == "completed")
    }

    @Test("checkpoint.keep: so many states, and the best")
    func keep() throws {
        let shop = try Workshop()
        let summary = try shop.tune(["checkpoint.every_steps=1", "checkpoint.keep=5"])
        let names = try FileManager.default.contentsOfDirectory(
            atPath: "\(summary.folder)/checkpoints")
        #expect(names.count { $0.hasPrefix("step-") } == 5)
    }

    @Test("data.pair: which of two texts says it can be learnt")
    func pairs() throws {
        // Praise in the second text is good, praise in the first bad.
        let rows = TinyData.rows(240)
        let csv =
            "text,second,label\n"
            + rows.indices.map { index in
                let (praise, blame) = (rows[index & ~1].text, rows[index | 1].text)
                return index % 2 == 0 ? "\(blame),\(praise),good\n" : "\(praise),\(blame),bad\n"
            }.joined()
        let shop = try Workshop(csv: csv)
        let summary = try shop.tune([
            "data.pair=second", "epochs=12", "data.remove_duplicates=false",
        ])
        #expect(summary.tested("accuracy")! >= 0.9)
        let classifier = try TextClassifier(run: summary.folder)
        let labels = try classifier.predict(
            ["dull film", "great film"], pairs: ["great film", "dull film"]
        ).map(\.label)
        #expect(labels == ["good", "bad"])
    }
}
