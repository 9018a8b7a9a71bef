import Foundation
import HindsightReports
import HindsightRunStore
import Testing

@Suite struct RunReportTests {
    let folder = NSTemporaryDirectory() + "reports-" + UUID().uuidString

    /// A run such as a text classification leaves behind; better than its probe, or worse.
    private func makeRun(in store: RunStore, accuracy: Double, note: String = "") throws -> Run {
        let run = try store.create(
            NewRun(
                kind: "tune", task: "text-classification",
                recipe: "task: text-classification\nepochs: \(Int(accuracy * 10))\n# \(note)\n",
                softwareVersion: "0.1.0", seed: 3, kernelVariant: "avx512", threads: 2, notes: note)
        )
        var metrics = (0..<900).map { step in
            MetricValue(
                step: step, split: "train", name: "loss",
                value: 0.2 + 0.5 * exp(-Double(step) / 200) + 0.12 * sin(Double(step * step)))
        }
        for step in stride(from: 0, through: 900, by: 90) {
            let rise = 1 - exp(-Double(step) / 150)
            metrics.append(
                MetricValue(
                    step: step, split: "validation", name: "accuracy",
                    value: 0.5 + (accuracy - 0.5) * rise - Double(max(0, step - 600)) * 2e-5))
            metrics.append(
                MetricValue(
                    step: step, split: "validation", name: "loss", value: 0.69 - 0.35 * rise))
        }
        try store.record(metrics, of: run)
        for (model, value) in [
            ("majority class", 0.505), ("frozen probe", 0.792), ("fine-tuned", accuracy),
        ] {
            try store.record(
                Evaluation(
                    step: 900, dataset: "test", model: model,
                    results: .init(
                        count: 1004,
                        metrics: [
                            "accuracy": .init(value, low: value - 0.02, high: value + 0.02),
                            "ece": .init(0.043), "mcc": .init(2 * value - 1),
                        ], classes: ["negative", "positive"], confusion: [[430, 67], [60, 447]],
                        calibration: (1...5).map {
                            .init(
                                confidence: 0.45 + 0.1 * Double($0),
                                accuracy: 0.43 + 0.1 * Double($0),
                                count: 20 * $0 * $0 * $0)
                        })), of: run)
        }
        try store.record(Event("3 duplicates removed" + note, level: .warning), of: run)
        return try store.end(run, .finished, reason: "3 epochs")
    }

    @Test func thePageShowsTheRunAndNeedsNothingElse() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try RunStore(folder: folder)
        let run = try makeRun(in: store, accuracy: 0.873, note: "<b>&\"'</b><script>")
        let report = try RunReport(of: run, in: store)
        #expect(report.verdict.contains("0.873") && report.verdict.contains("0.792"))
        #expect(
            report.summary?.bars.map(\.name) == ["majority class", "frozen probe", "fine-tuned"])
        #expect(report.curves.map(\.title) == ["validation accuracy", "loss"])
        #expect(report.curves[0].mark != nil)
        #expect(report.warnings.count == 1)
        let page = report.html()
        for part in [
            "majority class", "Confusion matrix", "Calibration", "avx512", "epochs: 8",
            "3 duplicates removed", "&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;",
        ] {
            #expect(page.contains(part))
        }
        #expect(!page.contains("<script") && !page.contains("<b>") && !page.contains("url("))
        let links = page.replacing("http://www.w3.org/2000/svg", with: "")
        #expect(!links.contains("http:") && !links.contains("https:") && !links.contains("src=\""))
        let path =
            ProcessInfo.processInfo.environment["HINDSIGHT_REPORT"] ?? folder + "/r/report.html"
        try ReportFile.write(page, to: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == page)
    }

    @Test func itIsSaidWhenFineTuningMadeItWorse() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try RunStore(folder: folder)
        let report = try RunReport(of: try makeRun(in: store, accuracy: 0.7), in: store)
        #expect(report.warnings.first?.contains("worse than frozen probe") == true)
        let ece = try RunReport(of: try store.find("last"), in: store, metric: "ece")
        #expect(ece.warnings.count == 1)
    }

    @Test func aRunWithNothingKeptHasAReport() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try RunStore(folder: folder)
        let run = try store.create(NewRun(kind: "tune", task: "t"))
        #expect(try RunReport(of: run, in: store).html().contains("tune-1"))
        #expect(try RunComparison([run], in: store).table.rows.count == 2)
    }

    @Test func aComparisonShowsWhatDiffers() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try RunStore(folder: folder)
        let runs = try [0.7, 0.9].map { try makeRun(in: store, accuracy: $0) }
        let rows = try RunComparison(runs, in: store).table.rows
        #expect(rows.contains(["  epochs", "7", "9"]))
        #expect(rows.contains(["test · fine-tuned · accuracy", "0.7", "0.9"]))
        #expect(!rows.contains { $0[0] == "seed" || $0[0] == "  task" })
    }
}
