import Foundation
import HindsightTestSupport
import Testing

/// Runs whose disk is full, or whose folder goes away: a clear error, and then on as if nothing had been.
@Suite(.serialized) struct FullDiskTests {
    private func prepare(_ method: String) throws -> (shop: Workshop, expected: Data) {
        let shop = try Workshop()
        let recipe =
            shop.recipe() + """

                evaluate_every: 5
                checkpoint: {every_steps: 1}
                report: false
                """
        try shop.write("recipe.yaml", recipe)
        let whole = try Program.run(tune(method, "whole"), in: shop.path)
        try #require(whole.code == 0, "\(whole.output)\(whole.errors)")
        return (shop, try shop.bytes("whole/tune-1/model/\(file(method))"))
    }

    private func file(_ method: String) -> String {
        method == "lora" ? "adapter.safetensors" : "model.safetensors"
    }

    private func tune(_ method: String, _ store: String) -> [String] {
        ["tune", "recipe.yaml", "--json", "--set", "method=\(method)", "--set", "store=\(store)"]
    }

    /// Runs the program where no file may be longer than so many bytes: to it, the disk is full.
    private func limited(_ bytes: Int, _ arguments: [String], _ shop: Workshop) throws
        -> Program.Outcome
    {
        let quoted = ([Program.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
        // A shell's unit is 512 bytes.
        return try Program.run(
            "/bin/sh", ["-c", "ulimit -f \(bytes / 512) && exec \(quoted)"], in: shop.path)
    }

    @Test(
        "files that cannot be written end the run with an error; resumed, it comes to the same end",
        arguments: ["full", "lora"])
    func full(method: String) throws {
        let (shop, expected) = try prepare(method)
        var stages: Set<String> = []
        for (index, kilobytes) in [1, 40, 100, 130, 170, 220, 300, 400].enumerated() {
            let store = "full-\(index)"
            let stopped = try limited(kilobytes * 1024, tune(method, store), shop)
            let hasRun = (try? shop.openStore(store).find("tune-1")) != nil
            stages.insert(stopped.code == 0 ? "through" : hasRun ? "during" : "before")
            if stopped.code != 0 {
                #expect(stopped.code == 1, "\(stopped.output)\(stopped.errors)")
                let error = try #require(try stopped.event("error"), "\(stopped.output)")
                let message = try #require(error["message"] as? String)
                #expect(
                    message.contains(store) && !message.contains("Optional("), "\(message)")
                let advice = error["advice"] as? String
                #expect((advice?.contains("--resume tune-1") == true) == hasRun, "\(error)")
                let again = try Program.run(
                    hasRun
                        ? ["tune", "--resume", "tune-1", "--json", "--store", store]
                        : tune(method, store), in: shop.path)
                try #require(again.code == 0, "\(kilobytes): \(again.output)\(again.errors)")
            }
            #expect(try shop.bytes("\(store)/tune-1/model/\(file(method))") == expected)
        }
        #expect(stages.contains("during"))
    }

    @Test("the run's folder is removed while it trains")
    func removed() throws {
        let (shop, _) = try prepare("full")
        let long = ["--set", "epochs=30"]
        let whole = try Program.run(tune("full", "long") + long, in: shop.path)
        try #require(whole.code == 0, "\(whole.output)\(whole.errors)")
        let process = try Program.start(tune("full", "gone") + long, in: shop.path)
        while !process.output.contains("\"event\":\"checkpoint\""), process.process.isRunning {
            Thread.sleep(forTimeInterval: 0.01)
        }
        // Removing races with files that are being written into it.
        let folder = "\(shop.path)/gone/tune-1"
        while FileManager.default.fileExists(atPath: folder) {
            try? FileManager.default.removeItem(atPath: folder)
        }
        let outcome = try process.wait()
        #expect(outcome.code == 1, "\(outcome.errors)")
        let message = try #require(try outcome.event("error")?["message"] as? String)
        #expect(
            message.contains("checkpoints was removed while it was in use")
                && message.contains(folder),
            "\(message)")
        let run = try shop.openStore("gone").find("tune-1")
        #expect(run.status == .failed)
        // With nothing left of it, it begins again and comes to the same end.
        let again = try Program.run(
            ["tune", "--resume", "tune-1", "--json", "--store", "gone"], in: shop.path)
        try #require(again.code == 0, "\(again.output)\(again.errors)")
        let model = "tune-1/model/model.safetensors"
        #expect(try shop.bytes("gone/\(model)") == shop.bytes("long/\(model)"))
    }
}
