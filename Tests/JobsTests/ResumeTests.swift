import Foundation
import HindsightFineTuning
import HindsightJobs
import HindsightLearning
import HindsightTestSupport
import Testing

/// A run that was stopped and resumed ends as if it never had been stopped.
@Suite struct ResumeTests {
    private static let settings = ["epochs=3", "evaluate_every=4", "checkpoint.every_seconds=1e6"]

    /// Stops after each of these numbers of steps, resumes, and compares with a run that was never stopped.
    private func check(_ overrides: [String], stops: [Int], task: String = "text-classification")
        throws
    {
        let rows = TinyData.rows(240, mixed: task != "text-classification")
        let label =
            task == "text-regression"
            ? TinyData.rating : task == "text-multi-label" ? TinyData.labels : TinyData.sentiment
        let shop = try Workshop(csv: TinyData.csv(rows, label: label))
        // Old texts to learn from beside the new ones, for who names them.
        try shop.write("old.csv", TinyData.csv(TinyData.rows(40, seed: 8), label: label))
        let all = ResumeTests.settings + overrides.map { $0.replacing("SHOP", with: shop.path) }
        let whole = try shop.tune(store: "whole", task: task, all)
        var stopSwitch = StopSwitch()
        var remaining = stops
        func observe(_ event: JobEvent) {
            guard case .training(.step(let progress, _, _)) = event else { return }
            if progress.completed == remaining.first { stopSwitch.stop() }
        }
        var summary = try shop.tune(
            store: "parts", task: task, all, stopSwitch: stopSwitch, observe)
        while summary.reason == "interrupted" {
            remaining.removeFirst()
            let store = try shop.openStore("parts")
            #expect(try store.find("last").status == .stopped)
            stopSwitch = StopSwitch()
            summary = try TuneJob(resuming: "last", in: store, stopSwitch: stopSwitch)
                .perform(observe)
        }
        #expect(remaining.isEmpty)
        #expect(summary.best == whole.best)
        #expect(summary.tested("accuracy") == whole.tested("accuracy"))
        #expect(try shop.modelFiles(summary) == shop.modelFiles(whole))
        let store = try shop.openStore("parts")
        let names = try store.evaluations(of: store.find("last")).map {
            "\($0.model) \($0.dataset)"
        }
        #expect(names.count == Set(names).count)
    }

    @Test("stopped once", arguments: [1, 3, 4, 9, 17, 26])
    func once(step: Int) throws { try check([], stops: [step]) }

    @Test("stopped again and again", arguments: ["full", "lora", "lp-ft"])
    func often(method: String) throws {
        try check(["method=\(method)"], stops: [2, 5, 8, 9, 20])
    }

    @Test("frozen weights as bfloat16")
    func halved() throws {
        try check(["method=lora", "frozen_weights=bfloat16", "lora.targets=[value]"], stops: [5])
    }

    @Test("other tasks", arguments: ["text-multi-label", "text-regression"])
    func tasks(task: String) throws { try check([], stops: [7, 13], task: task) }

    @Test("accumulated gradients, SGD, layers of their own rates, warm-up")
    func settings() throws {
        try check(["accumulate=2", "batch_size=8"], stops: [6, 11])
        try check(
            [
                "optimizer.name=sgd", "optimizer.learning_rate=0.05", "layer_decay=0.8",
                "schedule.name=cosine", "schedule.warmup=0.2",
            ], stops: [3, 10])
    }

    @Test(
        "with everything that holds overfitting",
        arguments: [
            ["method=lp-ft", "regularization.l2_sp=0.1", "optimizer.weight_decay=0"],
            ["regularization.r_drop=1", "regularization.ema=0.9"],
            ["regularization.mixup=0.4", "regularization.token_cutoff=0.1", "accumulate=2"],
            ["regularization.span_cutoff=0.2", "regularization.focal=2", "class_weights=balanced"],
            ["regularization.unfreeze=0.5", "regularization.soup=3"],
            ["regularization.top_layers=1", "regularization.soup=4", "layer_decay=0.7"],
            ["method=lora", "lora.dora=true", "regularization.ema=0.9"],
            ["optimizer.name=lion", "optimizer.learning_rate=5e-4"],
            ["optimizer.name=rmsprop", "optimizer.momentum=0.5", "optimizer.learning_rate=3e-4"],
            ["optimizer.name=adafactor", "optimizer.learning_rate=0.02"],
            ["optimizer.name=schedule-free", "regularization.soup=2"],
            ["replay.data=SHOP/old.csv", "replay.ratio=0.3"],
        ])
    func regularized(overrides: [String]) throws { try check(overrides, stops: [2, 7, 13]) }

    @Test("the newest checkpoint was damaged: the one before goes on to the same end")
    func damagedCheckpoint() throws {
        let shop = try Workshop()
        let all = ResumeTests.settings + ["checkpoint.every_steps=3"]
        let whole = try shop.tune(store: "whole", all)
        let stopSwitch = StopSwitch()
        let part = try shop.tune(store: "parts", all, stopSwitch: stopSwitch) { event in
            guard case .training(.step(let progress, _, _)) = event else { return }
            if progress.completed == 11 { stopSwitch.stop() }
        }
        let folder = "\(part.folder)/checkpoints"
        let newest = try #require(
            FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("step-") }
                .sorted().last)
        let url = URL(fileURLWithPath: "\(folder)/\(newest)")
        try Data(contentsOf: url).dropLast(1000).write(to: url)
        let summary = try TuneJob(resuming: "last", in: try shop.openStore("parts"))
            .perform { _ in }
        #expect(try shop.modelFiles(summary) == shop.modelFiles(whole))
    }

    @Test("what has ended, learnt from outcomes or has no name is not resumed")
    func refused() throws {
        let shop = try Workshop()
        let summary = try shop.tune(["epochs=1"])
        let store = try shop.openStore()
        let error = #expect(throws: JobError.self) { try TuneJob(resuming: summary.run, in: store) }
        #expect(error!.description.contains("nothing to resume"))
        #expect(throws: (any Error).self) { try TuneJob(resuming: "tune-99", in: store) }
    }
}
