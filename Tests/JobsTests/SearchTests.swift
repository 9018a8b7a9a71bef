import Foundation
@testable import HindsightJobs
import HindsightLearning
import HindsightRecipes
import HindsightRunStore
import HindsightTestSupport
import Testing

/// Searches for settings on a tiny model.
@Suite struct SearchTests {
    private static let small = [
        "epochs=2", "search.folds=3", "search.minutes=30", "search.rates=4",
    ]

    private func search(
        _ shop: Workshop, store: String = "runs", _ overrides: [String],
        stopSwitch: StopSwitch = StopSwitch(), _ observe: (JobEvent) -> Void = { _ in }
    ) throws -> SearchSummary {
        try SearchJob(
            shop.read(store: store, SearchTests.small + overrides), stopSwitch: stopSwitch
        ).perform(observe)
    }

    @Test("auto finds a rate that learns, from a default that does not")
    func auto() throws {
        let shop = try Workshop()
        var trials: [SearchTrial] = []
        let summary = try shop.tune(
            SearchTests.small + ["optimizer.learning_rate=auto", "epochs=4"]
        ) { if case .search(.trial(let trial, _, _)) = $0 { trials.append(trial) } }
        let choice = try #require(summary.search)
        #expect(summary.tested("accuracy")! >= 0.9)
        #expect(choice.settings.count == 1)
        #expect(choice.settings[0].hasPrefix("optimizer.learning_rate="))
        // 4 on one fold, 2 on the others.
        let widened = trials.count { $0.candidate >= 4 }
        #expect(trials.count == 4 + 2 * 2 + widened)
        #expect(widened % 3 == 0)
        let store = try shop.openStore()
        let run = try store.find(summary.run)
        #expect(
            try store.evaluations(of: run).count { $0.dataset.hasPrefix("fold ") }
                == trials.count)
        let report = try String(contentsOfFile: try #require(summary.report), encoding: .utf8)
        #expect(report.contains("cross-validated accuracy"))
    }

    @Test("the same is found with one training at a time as with two side by side")
    func workers() throws {
        let shop = try Workshop()
        let over = ["search.over=[\"optimizer.learning_rate=[1e-5, 3e-3, 1e-2]\"]", "threads=2"]
        let one = try search(shop, store: "one", over + ["search.workers=1"])
        let two = try search(shop, store: "two", over + ["search.workers=2"])
        #expect(one.choice?.ranking == two.choice?.ranking)
        #expect(one.choice?.settings == two.choice?.settings)
        #expect(one.choice?.settings != ["optimizer.learning_rate=1e-5"])
    }

    @Test("a search that was interrupted goes on where it was")
    func resume() throws {
        let shop = try Workshop()
        let over = ["search.over=[\"optimizer.learning_rate=[1e-4, 3e-3, 1e-2]\"]"]
        let whole = try search(shop, store: "whole", over)
        let stop = StopSwitch()
        var done = 0
        let cut = try search(shop, store: "cut", over, stopSwitch: stop) {
            guard case .search(.trial) = $0 else { return }
            done += 1
            if done == 2 { stop.stop() }
        }
        #expect(cut.choice == nil)
        let store = try shop.openStore("cut")
        #expect(try store.find(cut.run).status == .stopped)
        var more = 0
        let resumed = try SearchJob(resuming: cut.run, in: store).perform {
            if case .search(.trial) = $0 { more += 1 }
        }
        #expect(resumed.choice?.ranking == whole.choice?.ranking)
        #expect(done + more == 3 + 2 * 2)
        let recipe = try String(contentsOfFile: try #require(resumed.recipe), encoding: .utf8)
        #expect(
            recipe.contains(resumed.choice!.settings[0].replacing("=", with: ": ").dropFirst(10)))
    }

    @Test("a rate that was found is kept when a run goes on after the search")
    func resumeTuning() throws {
        let shop = try Workshop()
        let settings = SearchTests.small + ["optimizer.learning_rate=auto"]
        let whole = try shop.tune(store: "whole", settings)
        let stop = StopSwitch()
        let cut = try shop.tune(store: "cut", settings, stopSwitch: stop) {
            if case .training(.step(let progress, _, _)) = $0, progress.completed == 3 {
                stop.stop()
            }
        }
        #expect(cut.reason == "interrupted")
        let resumed = try TuneJob(resuming: cut.run, in: try shop.openStore("cut")).perform { _ in }
        // The range test measures no time that the result could depend on.
        #expect(resumed.search?.settings == whole.search?.settings)
        #expect(try shop.modelFiles(resumed) == shop.modelFiles(whole))
    }

    @Test("the grid grows where its last rate is the best, as long as there is time")
    func widened() throws {
        let shop = try Workshop()
        var added: [SearchPlan] = []
        let settings = ["search.over=[\"optimizer.learning_rate=auto\"]", "search.strategy=grid"]
        let summary = try search(shop, settings) {
            if case .search(.widened(let plan)) = $0 { added.append(plan) }
        }
        let choice = try #require(summary.choice)
        let journal = try String(
            contentsOfFile: "\(summary.folder)/search.json", encoding: .utf8)
        let plan = try JSONDecoder().decode(Journal.self, from: Data(journal.utf8)).plan
        let rates = plan.candidates.compactMap(\.rate)
        #expect(rates.count == 4 + added.count)
        #expect(Set(rates).count == rates.count)
        #expect(choice.ranking.count == rates.count)
        // It ends when the best lies inside, or has reached a rate of 1.
        let best = try #require(choice.ranking.first { $0.candidate == choice.best }?.rate)
        #expect(choice.isAtEnd == (plan.rateBeyond(choice.best) != nil))
        #expect(!choice.isAtEnd, "\(best) of \(rates)")
    }

    /// As much of a journal as a test looks at.
    private struct Journal: Decodable { var plan: SearchPlan }

    @Test("the rate beyond the last one keeps the grid's distance")
    func beyond() throws {
        func plan(_ rates: [Double], hasTest: Bool = true) -> SearchPlan {
            SearchPlan(
                candidates: rates.map {
                    .init(settings: ["optimizer.learning_rate=\($0)", "batch_size=8"], rate: $0)
                },
                brackets: [], folds: 3, rows: 60, epochs: 1, metric: "accuracy", isMaximized: true,
                budget: 60, estimate: 1, cuts: [], rangeTest: hasTest ? RangeTest() : nil)
        }
        let three = plan([1e-5, 1e-4, 1e-3])
        #expect(three.rateBeyond(2) == 1e-2)
        #expect(three.rateBeyond(1) == nil)
        #expect(three.rateBeyond(0) == 1e-6)
        #expect(plan([1e-5, 1e-4], hasTest: false).rateBeyond(1) == nil)
        #expect(plan([1e-2, 0.5]).rateBeyond(1) == nil)
        #expect(plan([1e-2]).rateBeyond(0) == nil)
        let wider = try #require(three.widened(beyond: 2))
        #expect(
            wider.candidates.last?.settings == ["optimizer.learning_rate=0.01", "batch_size=8"])
        #expect(wider.brackets.last?.members == [3])
        #expect(wider.trainings == three.trainings + 3)
    }

    @Test("two folds are too few for the one-standard-error rule")
    func fewFolds() throws {
        let shop = try Workshop()
        let summary = try search(
            shop,
            [
                "search.over=[\"optimizer.learning_rate=[1e-5, 1e-4, 3e-3]\"]",
                "search.strategy=grid", "search.folds=2",
            ])
        let choice = try #require(summary.choice)
        #expect(choice.candidate == choice.best)
    }

    @Test("trained again on all examples, a run ends as early as the search's trainings were best")
    func retrained() throws {
        let shop = try Workshop()
        let settings =
            SearchTests.small + ["optimizer.learning_rate=auto", "search.retrain=all"]
        let summary = try shop.tune(store: "all", settings)
        let choice = try #require(summary.search)
        let store = try shop.openStore("all")
        let run = try store.find(summary.run)
        let steps = try store.metrics(of: run, split: "train").map(\.step).max() ?? 0
        let usual = try shop.tune(store: "usual", SearchTests.small)
        let fewer = try shop.openStore("usual")
        let usualSteps =
            try fewer.metrics(of: try fewer.find(usual.run), split: "train")
            .map(\.step).max() ?? 0
        // More examples are more steps a pass; the share of them is the search's.
        #expect(steps > 0)
        #expect(choice.bestShare == 1 ? steps >= usualSteps : steps < 2 * usualSteps)
        #expect(summary.reason == (choice.bestShare < 1 ? "steps" : "completed"))
        #expect(summary.best.values.isEmpty)
        #expect(try store.evaluations(of: run).allSatisfy { $0.dataset != "validation" })
        // Cut off and resumed it is the same model.
        let stop = StopSwitch()
        let cut = try shop.tune(store: "cut", settings, stopSwitch: stop) {
            if case .training(.step(let progress, _, _)) = $0, progress.completed == 2 {
                stop.stop()
            }
        }
        let resumed = try TuneJob(resuming: cut.run, in: try shop.openStore("cut")).perform { _ in }
        #expect(try shop.modelFiles(resumed) == shop.modelFiles(summary))
    }

    @Test("several keys at once, and combinations that are the same training only once")
    func severalKeys() throws {
        let shop = try Workshop()
        var plan: SearchPlan?
        let summary = try search(
            shop,
            [
                "search.over=[\"method=[full, lora]\", \"lora.rank=[2, 4]\"]",
                "search.strategy=grid", "search.folds=2",
            ]
        ) { if case .search(.planned(let made, _)) = $0 { plan = made } }
        // The rank matters with lora alone: full, lora of rank 2 and of rank 4.
        #expect(plan?.candidates.count == 3)
        #expect(summary.choice?.ranking.allSatisfy { $0.folds == 2 } == true)
    }

    @Test("a search keeps to its time: what is there is chosen from")
    func budget() throws {
        let shop = try Workshop()
        let summary = try search(
            shop,
            [
                "search.over=[\"optimizer.learning_rate=[1e-4, 1e-3, 3e-3, 1e-2, 3e-2]\"]",
                "search.minutes=0.0001", "search.strategy=grid",
            ])
        let choice = try #require(summary.choice)
        #expect(choice.isCut)
        #expect(choice.ranking.count <= 2)
    }

    @Test(
        "a space that can't be is refused before there is a run",
        arguments: [
            ("optimiser.learning_rate=auto", "unknown key"),
            ("batch_size=16", "expected a list"),
            ("batch_size=[16, many]", "expected a whole number"),
            ("data.train=[a, b]", "can't be searched over"),
            ("seed=[1, 2]", "can't be searched over"),
            ("batch_size", "expected key=[value, …]"),
            ("optimizer.learning_rate=[auto, 1e-4]", "optimizer.learning_rate: expected"),
        ])
    func badSpace(text: String, message: String) throws {
        let shop = try Workshop()
        let result = shop.read(["search.over=[\"\(text)\"]"])
        #expect(result.recipe == nil)
        #expect(result.errors.contains { "\($0)".contains(message) }, "\(result.errors)")
    }

    @Test func nothingToChooseFrom() throws {
        let shop = try Workshop()
        #expect(throws: JobError.self) {
            try search(shop, ["search.over=[\"lora.rank=[2, 4]\"]"])
        }
        #expect(!FileManager.default.fileExists(atPath: "\(shop.path)/runs"))
    }
}
