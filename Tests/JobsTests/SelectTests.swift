import Foundation
import HindsightJobs
import HindsightLearning
import HindsightModelFiles
import HindsightRecipes
import HindsightRunStore
import HindsightTestSupport
import Testing

/// Choices among tiny pretrained models.
@Suite struct SelectTests {
    private static let small = [
        "epochs=4", "search.folds=2", "search.minutes=30", "data.validation=0.1",
    ]

    /// A model that was fine-tuned on the workshop's own data, beside one that knows nothing.
    private func shopWithTwo() throws -> Workshop {
        let shop = try Workshop()
        let summary = try shop.tune(store: "source", ["epochs=8"])
        try ExportJob.export(
            run: summary.run, in: try shop.openStore("source"), to: "\(shop.path)/taught")
        return shop
    }

    private func select(
        _ shop: Workshop, _ overrides: [String] = [], models: [String], confirmed: Int? = nil,
        stopSwitch: StopSwitch = StopSwitch(), _ observe: (JobEvent) -> Void = { _ in }
    ) throws -> SelectSummary {
        try SelectJob(
            shop.read(SelectTests.small + overrides),
            models: models.map { "\(shop.path)/\($0)" }, confirmed: confirmed,
            stopSwitch: stopSwitch
        ).perform(observe)
    }

    @Test("a model that was taught the task is preferred to one that was not")
    func choice() throws {
        let shop = try shopWithTwo()
        let summary = try select(
            shop, ["optimizer.learning_rate=1e-5"], models: ["model", "taught"])
        #expect(summary.choice?.result?.name == "taught")
        #expect(summary.scores.map(\.name) == ["model", "taught"])
        #expect(summary.ranks[1] < summary.ranks[0])
        for name in ["logme", "knn_accuracy", "linear_probe_accuracy", "sfda", "nleep"] {
            #expect(summary.scores.allSatisfy { $0.values[name] != nil }, "\(name)")
        }
        let recipe = try String(contentsOfFile: try #require(summary.recipe), encoding: .utf8)
        #expect(recipe.contains("\(shop.path)/taught"))
    }

    @Test("layers and poolings are candidates too, and only the shortlist is fine-tuned")
    func layers() throws {
        let shop = try Workshop()
        var trials = 0
        let summary = try select(
            shop, ["search.over=[\"layers=[1, 2]\", \"pooling=[cls, mean]\"]"], models: ["model"],
            confirmed: 2
        ) { if case .search(.trial) = $0 { trials += 1 } }
        #expect(summary.scores.count == 4)
        #expect(summary.shortlist.count == 2)
        #expect(trials == 4)
        #expect(Set(summary.scores.map(\.parameters)).count == 2)
    }

    @Test("with three fine-tunes or more, it is said how well each score foretold them")
    func agreement() throws {
        let shop = try Workshop()
        let summary = try select(
            shop,
            ["search.over=[\"layers=[1, 2]\", \"pooling=[cls, mean]\"]", "search.strategy=grid"],
            models: ["model"])
        #expect(summary.agreement.contains { $0.score == "combined" })
        #expect(summary.agreement.allSatisfy { (-1...1).contains($0.tau) && $0.regret >= 0 })
    }

    @Test("a choice that was interrupted goes on where it was")
    func resume() throws {
        let shop = try shopWithTwo()
        let stop = StopSwitch()
        let cut = try select(shop, models: ["model", "taught"], stopSwitch: stop) {
            if case .selection(.scored) = $0 { stop.stop() }
        }
        #expect(cut.choice == nil)
        var scored = 0
        let resumed = try SelectJob(resuming: cut.run, in: try shop.openStore()).perform {
            if case .selection(.scored) = $0 { scored += 1 }
        }
        #expect(scored == 1)
        let whole = try select(shop, models: ["model", "taught"])
        #expect(resumed.choice?.ranking == whole.choice?.ranking)
    }

    @Test("a folder without a tokenizer, one candidate alone, and layers that are not there")
    func bad() throws {
        let shop = try Workshop()
        try FileManager.default.copyItem(atPath: "\(shop.path)/model", toPath: "\(shop.path)/mute")
        for name in ["tokenizer.json", "vocab.txt", "tokenizer_config.json"] {
            try? FileManager.default.removeItem(atPath: "\(shop.path)/mute/\(name)")
        }
        #expect(throws: (any Error).self) { try select(shop, models: ["model", "mute"]) }
        #expect(throws: JobError.self) { try select(shop, models: ["model"]) }
        #expect(!FileManager.default.fileExists(atPath: "\(shop.path)/runs"))
        #expect {
            try select(shop, ["search.over=[\"layers=[1, 99]\"]"], models: ["model"])
        } throws: {
            "\($0)".contains("99 are asked for")
        }
    }

    @Test("a model of fewer layers is saved as one, and predicts the same when it is loaded")
    func fewerLayers() throws {
        let shop = try Workshop()
        for method in ["full", "lora"] {
            let summary = try shop.tune(store: method, ["layers=1", "method=\(method)"])
            let job = try EvaluateJob(run: summary.run, in: try shop.openStore(method))
            let (_, report) = try job.evaluate("\(shop.path)/data.csv")
            #expect(report.measured("accuracy") != nil)
            try ExportJob.export(
                run: summary.run, in: try shop.openStore(method), to: "\(shop.path)/\(method)-out")
            let config = try JSONValue(file: "\(shop.path)/\(method)-out/config.json")
            #expect(try config.integer(.member("num_hidden_layers")) == 1)
        }
    }
}
