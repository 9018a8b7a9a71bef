import Foundation
import HindsightJobs
import HindsightLearning
import HindsightTestSupport
import Testing

/// Whole runs on a tiny model.
@Suite struct TuneTests {
    @Test(
        "every method learns to tell praise from blame",
        arguments: [
            ("full", 3e-3), ("lora", 1e-2), ("lp-ft", 1e-3), ("linear-probe", 1e-3),
        ])
    func classification(method: String, rate: Double) throws {
        let shop = try Workshop()
        var training: [TrainerEvent] = []
        let summary = try shop.tune([
            "method=\(method)", "epochs=8", "optimizer.learning_rate=\(rate)",
        ]) { if case .training(let event) = $0 { training.append(event) } }
        #expect(summary.tested("accuracy")! >= 0.9)
        #expect(summary.tested("accuracy", "majority class")! < 0.65)
        #expect(summary.best["accuracy"]! >= 0.9)
        #expect(summary.reason == "completed")
        #expect(training.isEmpty == (method == "linear-probe"))
        let run = try shop.openStore().find(summary.run)
        #expect(run.status == .finished)
        let report = try String(contentsOfFile: try #require(summary.report), encoding: .utf8)
        #expect(report.contains(summary.run))
    }

    @Test("several labels a text", arguments: ["full", "lora", "lp-ft", "linear-probe"])
    func multiLabel(method: String) throws {
        let rows = TinyData.rows(300, mixed: true)
        let shop = try Workshop(csv: TinyData.csv(rows, label: TinyData.labels))
        let rate = method == "lora" ? 1e-2 : 3e-3
        let summary = try shop.tune(
            task: "text-multi-label",
            ["method=\(method)", "epochs=10", "optimizer.learning_rate=\(rate)"])
        #expect(summary.tested("accuracy")! >= 0.8)
    }

    @Test("a number a text", arguments: ["full", "lora", "lp-ft", "linear-probe"])
    func regression(method: String) throws {
        let rows = TinyData.rows(300, mixed: true)
        let shop = try Workshop(csv: TinyData.csv(rows, label: TinyData.rating))
        let rate = method == "lora" ? 1e-2 : 3e-3
        let summary = try shop.tune(
            task: "text-regression",
            ["method=\(method)", "epochs=10", "optimizer.learning_rate=\(rate)"])
        #expect(summary.tested("pearson")! >= 0.85)
    }

    @Test("gradients of two batches of 8 are those of one of 16, without dropout")
    func accumulation() throws {
        let shop = try Workshop(dropout: 0)
        func losses(_ overrides: [String], _ store: String) throws -> [Double] {
            var losses: [Double] = []
            _ = try shop.tune(store: store, ["epochs=2"] + overrides) {
                if case .training(.step(_, let metrics, _)) = $0 { losses.append(metrics["loss"]!) }
            }
            return losses
        }
        let whole = try losses(["batch_size=16"], "whole")
        let parts = try losses(["batch_size=8", "accumulate=2"], "parts")
        #expect(whole.count == parts.count)
        for (a, b) in zip(whole, parts) { #expect(abs(a - b) <= 2e-3 * abs(a) + 1e-4) }
    }

    @Test("the same recipe gives the same bits; another seed does not")
    func repeated() throws {
        let shop = try Workshop()
        let first = try shop.modelFiles(try shop.tune(["epochs=2"]))
        #expect(try shop.modelFiles(try shop.tune(["epochs=2"])) == first)
        #expect(try shop.modelFiles(try shop.tune(["epochs=2", "seed=6"])) != first)
    }
}
