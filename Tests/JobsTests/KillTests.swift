import Foundation
import HindsightRunStore
import HindsightTestSupport
import Testing

/// Runs that are killed at random moments, checkpoint writes included, and resumed, end with the bits of the run
/// that was left alone.
///
/// `HINDSIGHT_KILLS` says how many kills; `Tools/check-kills.sh` asks for fifty.
@Suite(.serialized) struct KillTests {
    private let kills =
        ProcessInfo.processInfo.environment["HINDSIGHT_KILLS"].flatMap(Int.init) ?? 8

    private func prepare() throws -> Workshop {
        let shop = try Workshop()
        let recipe =
            shop.recipe() + """

                evaluate_every: 5
                checkpoint: {every_steps: 1}
                report: false
                """
        try shop.write("recipe.yaml", recipe)
        return shop
    }

    private func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }

    @Test("killed and resumed equals left alone", arguments: ["full", "lora"])
    func killed(method: String) throws {
        let shop = try prepare()
        let whole = try Program.run(
            ["tune", "recipe.yaml", "--json", "--set", "method=\(method)", "--set", "store=whole"],
            in: shop.path)
        try #require(whole.code == 0, "\(whole.output)\(whole.errors)")
        let begin = ContinuousClock.now
        let again = try Program.run(
            ["tune", "recipe.yaml", "--json", "--set", "method=\(method)", "--set", "store=other"],
            in: shop.path)
        let time = seconds(begin.duration(to: .now))
        #expect(again.code == 0)
        let expected = try shop.bytes("whole/tune-1/model/\(modelFile(method))")
        #expect(try shop.bytes("other/tune-1/model/\(modelFile(method))") == expected)
        var random = SystemRandomNumberGenerator()
        var done = 0
        var round = 0
        while done < (kills + 1) / 2 {
            round += 1
            done += try killAndResume(
                shop, store: "killed-\(round)", method, time, expected, random: &random)
        }
    }

    private func modelFile(_ method: String) -> String {
        method == "lora" ? "adapter.safetensors" : "model.safetensors"
    }

    /// One run, killed up to three times before it is left to end.
    private func killAndResume(
        _ shop: Workshop, store: String, _ method: String, _ time: Double, _ expected: Data,
        random: inout SystemRandomNumberGenerator
    ) throws -> Int {
        var arguments = [
            "tune", "recipe.yaml", "--json", "--set", "method=\(method)", "--set", "store=\(store)",
        ]
        var count = 0
        while true {
            let process = try Program.start(arguments, in: shop.path)
            if count < 3 {
                Thread.sleep(forTimeInterval: Double.random(in: 0...time, using: &random))
                kill(process.process.processIdentifier, SIGKILL)
            }
            let outcome = try process.wait()
            let hasRun = (try? shop.openStore(store).find("tune-1")) != nil
            if outcome.code == -SIGKILL {
                count += 1
                if hasRun {
                    arguments = ["tune", "--resume", "tune-1", "--json", "--store", store]
                }
                continue
            }
            try #require(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
            #expect(try outcome.event("finished") != nil)
            let model = try shop.bytes("\(store)/tune-1/model/\(modelFile(method))")
            #expect(model == expected, "after \(count) kills in \(store)")
            try expectWholeStore(shop, store)
            return count
        }
    }

    /// Nothing that was measured is missing or there twice.
    private func expectWholeStore(_ shop: Workshop, _ name: String) throws {
        let store = try shop.openStore(name)
        let run = try store.find("tune-1")
        #expect(run.status == .finished)
        let judged = try store.evaluations(of: run).map { "\($0.model) on \($0.dataset)" }
        #expect(
            judged.sorted() == [
                "fine-tuned on test", "frozen probe on test", "frozen probe on validation",
                "majority class on test", "majority class on validation",
            ])
        let reference = try shop.openStore("whole")
        let metrics = try store.metrics(of: run).map {
            "\($0.split) \($0.name) \($0.step) \($0.value)"
        }
        let expected = try reference.metrics(of: reference.find("tune-1"))
            .map { "\($0.split) \($0.name) \($0.step) \($0.value)" }
        #expect(metrics.sorted() == expected.sorted())
    }

    @Test("predictions and outcomes that were reported before a kill are all there")
    func reported() throws {
        let shop = try prepare()
        try #require(try Program.run(["tune", "recipe.yaml"], in: shop.path).code == 0)
        var random = SystemRandomNumberGenerator()
        let texts = TinyData.rows(8, seed: 77).flatMap { ["--text", $0.text] }
        var ids: Set<String> = []
        for _ in 0..<4 {
            let process = try Program.start(["predict", "last", "--json"] + texts, in: shop.path)
            Thread.sleep(forTimeInterval: Double.random(in: 0...0.15, using: &random))
            kill(process.process.processIdentifier, SIGKILL)
            for line in try process.wait().output.split(separator: "\n") {
                guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)),
                    let id = (object as? [String: Any])?["id"] as? String
                else { continue }
                ids.insert(id)
            }
        }
        let store = try shop.openStore()
        for id in ids { _ = try store.prediction(id) }
        let whole = try Program.run(["predict", "last", "--json"] + texts, in: shop.path)
        let id = try #require(try whole.event("prediction")?["id"] as? String)
        let report = ["outcome", "last", "--id", id, "--label", "good"]
        #expect(try Program.run(report, in: shop.path).code == 0)
        let tuning = try Program.start(["tune", "--from", "last", "--outcomes"], in: shop.path)
        kill(tuning.process.processIdentifier, SIGKILL)
        _ = try tuning.wait()
        #expect(try store.pendingOutcomes(of: store.find("tune-1")).count == 1)
    }
}
