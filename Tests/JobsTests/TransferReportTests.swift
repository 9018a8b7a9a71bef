import Foundation
import HindsightJobs
import HindsightLearning
import HindsightRecipes
import HindsightRunStore
import HindsightTestSupport
import Testing

/// Whether a report says of a tiny model what is true of it.
@Suite struct TransferReportTests {
    @Test("all parts are measured, and learning shows in them")
    func whole() throws {
        let shop = try Workshop()
        try shop.write(
            "other.csv", TinyData.csv(TinyData.rows(80), label: TinyData.sentiment))
        let summary = try shop.tune(["epochs=8"])
        let store = try shop.openStore()
        var options = TransferReportJob.Options()
        options.seeds = 2
        options.elsewhere = "\(shop.path)/other.csv"
        let job = try TransferReportJob(run: summary.run, in: store, options: options)
        let report = try job.perform { _ in }
        #expect(
            report.levels.map(\.name) == [
                "majority class", "zero-shot", "from scratch", "nearest neighbours", "frozen probe",
                "fine-tuned",
            ])
        #expect(report.level("fine-tuned")!.value >= 0.9)
        #expect(report.level("fine-tuned")!.seeds == 2)
        #expect(report.level("from scratch")!.deviation != nil)
        #expect(report.level("majority class")!.value < 0.65)
        #expect(report.fewShot.map(\.x) == [1, 2, 4, 8, 16])
        #expect(report.fewShotFresh.count == 5)
        #expect(report.fewShot.last!.y > report.fewShot.first!.y)
        #expect(report.blend.map(\.x) == [0, 0.25, 0.5, 0.75, 1])
        // All of the fine-tuning is the fine-tuned model; without typos nothing is worse.
        #expect(abs(report.blend.last!.y - report.typos.first!.y) < 1e-12)
        #expect(report.typos.last!.y < report.typos.first!.y)
        #expect(report.truncation.map(\.x) == [1, 0.75, 0.5, 0.25])
        #expect(report.blendElsewhere.count == 5)
        #expect(report.calibration!.temperature > 0)
        #expect(report.classes.count == 2 && report.classes[0].f1 <= report.classes[1].f1)
        let html = try report.page(of: store.find(summary.run), in: store).html()
        for part in ["Did tune-1 transfer?", "accuracy with few examples", "worst class"] {
            #expect(html.contains(part))
        }
    }

    @Test("a model that learnt nothing is said to be no better than the most frequent answer")
    func useless() throws {
        let shop = try Workshop()
        let summary = try shop.tune(["epochs=1", "optimizer.learning_rate=1e-9"])
        var options = TransferReportJob.Options()
        options.trainsFromScratch = false
        let job = try TransferReportJob(
            run: summary.run, in: try shop.openStore(), options: options)
        let report = try job.perform { _ in }
        #expect(report.transferGain == nil)
        #expect(
            report.warnings.contains {
                $0.contains("most frequent answer") || $0.contains("worse than a linear probe")
            })
    }

    @Test("numbers have a report too", arguments: ["full", "lora"])
    func regression(method: String) throws {
        let shop = try Workshop(
            csv: TinyData.csv(TinyData.rows(200, mixed: true), label: TinyData.rating))
        let summary = try shop.tune(task: "text-regression", ["method=\(method)"])
        let report = try TransferReportJob(run: summary.run, in: try shop.openStore())
            .perform { _ in }
        #expect(report.metric == "rmse" && !report.isMaximized)
        #expect(report.calibration == nil && report.fewShot.isEmpty)
        // Adapters have no weights between the two.
        #expect(report.blend.isEmpty == (method == "lora"))
        #expect(report.transferGain != nil)
    }

    @Test("what has no text model is refused")
    func refused() throws {
        let shop = try Workshop()
        let stop = StopSwitch()
        stop.stop()
        let summary = try shop.tune(stopSwitch: stop)
        #expect(throws: JobError.self) {
            try TransferReportJob(run: summary.run, in: try shop.openStore())
        }
    }
}
