import Foundation
import HindsightDatasets
import HindsightFineTuning
import HindsightJobs
import HindsightTestSupport
import Testing

/// Ways of holding overfitting in whole runs.
@Suite struct RegularizationJobTests {
    @Test("replay: classes that only the old texts have are learnt too")
    func replay() throws {
        let shop = try Workshop()
        let words = (
            praise: Array(TinyModel.filler.prefix(6)), blame: Array(TinyModel.filler.suffix(6))
        )
        let old = TinyData.rows(120, words: words, seed: 8)
        try shop.write("old.csv", TinyData.csv(old) { $0.praise > $0.blame ? "first" : "last" })
        let plain = try shop.tune(["epochs=6"])
        let summary = try shop.tune([
            "epochs=6", "replay.data=\(shop.path)/old.csv", "replay.ratio=1",
        ])
        #expect(summary.tested("accuracy")! > plain.tested("accuracy")! - 0.1)
        let model = try TextModel(folder: "\(summary.folder)/model")
        #expect(model.problem.labels == ["bad", "first", "good", "last"])
        let table = try TextTable(
            path: "\(shop.path)/old.csv", columns: TextColumns(text: "text", label: "label"),
            task: .classification, labels: try LabelVocabulary(model.problem.labels))
        let texts = model.tokenize(table.examples)
        let report = try TextReport(
            outputs: try SequenceScorer(model.network).logits(texts.sequences),
            targets: texts.targets, problem: model.problem, bootstrap: nil)
        #expect(report.metrics["accuracy"]! > 0.85)
    }

    @Test("a soup is no worse on validation than the best model, and the models are cleared away")
    func soup() throws {
        let shop = try Workshop()
        let all = ["epochs=3", "evaluate_every=3", "optimizer.learning_rate=1e-3"]
        let plain = try shop.tune(all)
        let summary = try shop.tune(all + ["regularization.soup=4"])
        #expect(summary.best["accuracy"]! >= plain.best["accuracy"]!)
        let files = try FileManager.default.contentsOfDirectory(
            atPath: "\(summary.folder)/checkpoints")
        #expect(files.count { $0.hasPrefix("soup-") } <= 8)
    }

    @Test("R-Drop is refused where the model itself has no dropout")
    func withoutDropout() throws {
        let shop = try Workshop(dropout: 0)
        let error = #expect(throws: JobError.self) {
            try shop.tune(["regularization.r_drop=1"])
        }
        #expect(error!.description.contains("set dropout"))
    }

    @Test("export --blend: between the pretrained and the tuned model")
    func blend() throws {
        let shop = try Workshop()
        for method in ["full", "lora"] {
            let summary = try shop.tune(["epochs=2", "method=\(method)"])
            let store = try shop.openStore()
            func query(_ share: Double) throws -> [Float] {
                let path = "\(shop.path)/exported"
                try ExportJob.export(
                    run: summary.run, in: store, to: path, replacing: true, blend: share)
                return try TextModel(folder: path).network
                    .parameters["encoder.layers.1.value.weight"]!.value.array(of: Float.self)
            }
            let (start, half, end) = (try query(0), try query(0.5), try query(1))
            #expect(start != end)
            for place in start.indices {
                #expect((half[place] - (start[place] + end[place]) / 2).magnitude < 1e-6)
            }
            #expect(throws: JobError.self) { try query(1.5) }
        }
    }
}
