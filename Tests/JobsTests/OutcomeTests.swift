import Foundation
import HindsightFineTuning
import HindsightJobs
import HindsightLearning
import HindsightRunStore
import HindsightTestSupport
import Testing

/// Predict, learn what really happened, fine-tune.
@Suite struct OutcomeTests {
    /// Texts of a new domain, in which words that said nothing before say what is good.
    private static func newDomain(_ count: Int) -> [(text: String, label: String)] {
        TinyData.rows(count, words: (["time", "house"], ["day", "screen"]), seed: 12)
            .map { ($0.text, TinyData.sentiment($0)) }
    }

    private func base(_ shop: Workshop) throws -> TuneSummary {
        try shop.tune(["epochs=6"])
    }

    @Test("predictions are kept with ids, texts and probabilities")
    func kept() throws {
        let shop = try Workshop()
        let run = try base(shop).run
        let items = try PredictJob(run: run, in: try shop.openStore()).predict(["a good film", ""])
        // Another connection, as another process has.
        let store = try shop.openStore()
        #expect(try store.predictionCount(of: store.find(run)) == 2)
        let first = try store.prediction(items[0].id)
        #expect(first.text == "a good film")
        #expect(first.label == items[0].prediction.label)
        #expect(first.scores.count == 2)
        #expect(abs(first.scores.values.reduce(0, +) - 1) < 1e-5)
    }

    @Test("outcomes of a new domain are learnt from, and the old one is not forgotten")
    func learnt() throws {
        let shop = try Workshop(csv: TinyData.csv(TinyData.rows(600), label: TinyData.sentiment))
        let run = try base(shop).run
        let store = try shop.openStore()
        let domain = OutcomeTests.newDomain(160)
        let items = try PredictJob(run: run, in: store).predict(domain.map(\.text))
        let reports = try ReportOutcomesJob(run: run, in: store)
        let rows = zip(items, domain).map { "\($0.id),\($1.label)\n" }
        try shop.write("outcomes.csv", "id,label\n" + rows.joined())
        #expect(try reports.report(file: "\(shop.path)/outcomes.csv", source: "test") == 160)
        let summary = try OutcomeJob(
            from: run, in: store,
            overrides: [
                "epochs=8", "optimizer.learning_rate=4e-3",
            ]
        ).perform { _ in }
        #expect(summary.reason == "learnt", "\(summary.explanation)")
        #expect(summary.tested("accuracy", "before")! < 0.8)
        #expect(summary.tested("accuracy", "after")! > 0.9)
        let child = try store.find(summary.run)
        #expect(child.parent == run)
        #expect(try store.pendingOutcomes(of: store.find(run)).isEmpty)
        // What was learnt once is not learnt again.
        #expect(throws: JobError.self) { try OutcomeJob(from: run, in: store).perform { _ in } }
        let old = TinyData.rows(60, seed: 21)
        let classifier = try TextClassifier(run: summary.folder)
        let right = try zip(old, classifier.predict(old.map(\.text)))
            .count { $1.label == TinyData.sentiment($0) }
        #expect(right >= 55)
    }

    @Test("outcomes that say the contrary of what held-out data say do not replace the model")
    func noise() throws {
        let shop = try Workshop()
        let run = try base(shop).run
        let store = try shop.openStore()
        let rows = TinyData.rows(64, seed: 30)
        let items = try PredictJob(run: run, in: store).predict(rows.map(\.text))
        let reports = try ReportOutcomesJob(run: run, in: store)
        for (index, item) in items.enumerated() {
            try reports.report(
                id: item.id, outcome: index / 2 % 2 == 0 ? "good" : "bad", source: nil)
        }
        let before = try Data(
            contentsOf: URL(fileURLWithPath: "\(shop.path)/runs/\(run)/model/model.safetensors"))
        let summary = try OutcomeJob(from: run, in: store).perform { _ in }
        #expect(summary.reason == "kept")
        #expect(summary.explanation.contains("kept"))
        #expect(try shop.modelFiles(summary)["model.safetensors"] == before)
    }

    @Test("a stopped outcome run says so, and its outcomes are there for the next")
    func stopped() throws {
        let shop = try Workshop()
        let run = try base(shop).run
        let store = try shop.openStore()
        let domain = OutcomeTests.newDomain(40)
        let items = try PredictJob(run: run, in: store).predict(domain.map(\.text))
        let reports = try ReportOutcomesJob(run: run, in: store)
        for (item, one) in zip(items, domain) {
            try reports.report(id: item.id, outcome: one.label, source: nil)
        }
        let stopSwitch = StopSwitch()
        let summary = try OutcomeJob(from: run, in: store, stopSwitch: stopSwitch).perform {
            event in
            if case .training(.step) = event { stopSwitch.stop() }
        }
        #expect(summary.reason == "interrupted")
        #expect(try store.find(summary.run).status == .stopped)
        #expect(try store.pendingOutcomes(of: store.find(run)).count == 40)
        let again = try OutcomeJob(from: run, in: store).perform { _ in }
        #expect(["learnt", "kept"].contains(again.reason))
    }

    @Test(
        "learning from outcomes that was stopped goes on as if it never had been, whatever was reported since",
        arguments: ["full", "lora", "linear-probe"])
    func resumed(method: String) throws {
        let shop = try Workshop()
        let run = try shop.tune(["epochs=2", "method=\(method)"]).run
        let store = try shop.openStore()
        let domain = OutcomeTests.newDomain(64)
        let items = try PredictJob(run: run, in: store).predict(domain.map(\.text))
        let reports = try ReportOutcomesJob(run: run, in: store)
        for (item, one) in zip(items, domain) {
            try reports.report(id: item.id, outcome: one.label, source: nil)
        }
        // Its outcomes stay new for another run, since it stops before it marks them.
        func learn(
            _ job: OutcomeJob, _ stopSwitch: StopSwitch? = nil, after step: Int = 0
        ) throws -> (summary: TuneSummary, losses: [Int: Double]) {
            var losses: [Int: Double] = [:]
            let summary = try job.perform { event in
                guard case .training(.step(let progress, let metrics, _)) = event else { return }
                losses[progress.completed] = metrics["loss"]
                if progress.completed == step { stopSwitch?.stop() }
            }
            return (summary, losses)
        }
        let stopSwitch = StopSwitch()
        let part = try learn(
            OutcomeJob(from: run, in: store, stopSwitch: stopSwitch), stopSwitch, after: 3)
        #expect(part.summary.reason == "interrupted")
        // What is reported now is not what it began with.
        try reports.report(
            id: items[0].id, outcome: domain[0].label == "good" ? "bad" : "good", source: nil)
        let more = try PredictJob(run: run, in: store).predict(["a film"])
        try reports.report(id: more[0].id, outcome: "good", source: nil)
        let rest = try learn(try OutcomeJob(resuming: part.summary.run, in: try shop.openStore()))
        // The same outcomes in a store where nothing stopped it.
        let other = try Workshop()
        let otherRun = try other.tune(["epochs=2", "method=\(method)"]).run
        let otherStore = try other.openStore()
        let otherItems = try PredictJob(run: otherRun, in: otherStore).predict(domain.map(\.text))
        let otherReports = try ReportOutcomesJob(run: otherRun, in: otherStore)
        for (item, one) in zip(otherItems, domain) {
            try otherReports.report(id: item.id, outcome: one.label, source: nil)
        }
        let whole = try learn(try OutcomeJob(from: otherRun, in: otherStore))
        #expect(rest.losses.keys.min() == 4)
        #expect(part.losses.merging(rest.losses) { $1 } == whole.losses)
        #expect(rest.summary.reason == whole.summary.reason)
        #expect(rest.summary.best == whole.summary.best)
        // Apart from the path of the base, which is another workshop's.
        let name = method == "lora" ? "adapter.safetensors" : "model.safetensors"
        #expect(try shop.modelFiles(rest.summary)[name] == other.modelFiles(whole.summary)[name])
        let judged = try store.evaluations(of: store.find(rest.summary.run)).map {
            "\($0.model) \($0.dataset)"
        }
        #expect(judged.count == 4 && Set(judged).count == 4)
        // The one that was corrected and the one that was added are still to be learnt.
        #expect(try store.pendingOutcomes(of: store.find(run)).count == 2)
        #expect(throws: JobError.self) { try OutcomeJob(resuming: rest.summary.run, in: store) }
    }

    @Test("numbers and sets of labels are outcomes too")
    func otherTasks() throws {
        let rows = TinyData.rows(240, mixed: true)
        let held = TinyData.rows(60, mixed: true, seed: 40)
        for (task, label) in [
            ("text-regression", TinyData.rating), ("text-multi-label", TinyData.labels),
        ] {
            let shop = try Workshop(csv: TinyData.csv(rows, label: label))
            let run = try shop.tune(task: task, ["epochs=6"]).run
            let store = try shop.openStore()
            let items = try PredictJob(run: run, in: store).predict(held.map(\.text))
            let reports = try ReportOutcomesJob(run: run, in: store)
            for (item, row) in zip(items, held) where !label(row).isEmpty {
                try reports.report(id: item.id, outcome: label(row), source: nil)
            }
            let summary = try OutcomeJob(from: run, in: store).perform { _ in }
            #expect(["learnt", "kept"].contains(summary.reason))
            #expect(throws: JobError.self) {
                try reports.report(id: items[0].id, outcome: "no such thing", source: nil)
            }
        }
    }
}
