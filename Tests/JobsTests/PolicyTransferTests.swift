import Foundation
import Testing

/// `hindsight report RUN --against RUN`: trainings of agents beside each other.
@Suite struct PolicyTransferTests {
    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + "hindsight-policy-transfer-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private func train(_ arguments: [String], in folder: String) throws {
        let outcome = try Program.run(
            ["train", "bitflip", "--set", "environment.bits=5", "--steps", "600", "--json"]
                + arguments, in: folder)
        try #require(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test(
        "a policy to begin with is compared with none, with intervals, a page and what was spent before"
    )
    func compares() throws {
        let path = try folder()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try train([], in: path)
        try train(["--seeds", "3", "--from", "train-1"], in: path)
        try train(["--seeds", "2"], in: path)
        try train(["--seed", "2"], in: path)
        let outcome = try Program.run(
            ["report", "train-2", "--against", "train-3", "train-4", "--json"], in: path)
        try #require(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        let report = try #require(try outcome.event("finished"))
        #expect(report["metric"] as? String == "success_rate")
        #expect(report["effect"] as? String == "positive")
        #expect(report["seeds"] as? Int == 3 && report["seeds_against"] as? Int == 3)
        #expect(report["source_steps"] as? Int == 600)
        let measures = try #require(report["measures"] as? [String: [String: Any]])
        let jump = try #require(measures["jump_start"]?["value"] as? Double)
        #expect(jump > 0.3)
        let ratio = try #require(measures["transfer_ratio"])
        #expect(try #require(ratio["low"] as? Double) > 0)
        #expect(measures.keys.contains("dip_depth"))
        let warnings = try #require(report["warnings"] as? [String])
        #expect(warnings.count == 1 && warnings[0].contains("fewer than five seeds"))
        let page = try String(
            contentsOfFile: path + "/" + (try #require(report["report"] as? String)),
            encoding: .utf8)
        for text in ["Transfer helped", "transfer ratio", "with transfer (3 seeds)", "600"] {
            #expect(page.contains(text), "\(text)")
        }
        let table = try Program.run(
            ["report", "train-2", "--against", "train-3", "--threshold", "0.9"], in: path)
        #expect(table.output.contains("steps to 0.9, with transfer"))
        #expect(table.output.contains("different seeds"))
    }

    @Test("what cannot be compared is an error that says why")
    func refuses() throws {
        let path = try folder()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try train([], in: path)
        let other = try Program.run(
            ["train", "bitflip", "--set", "environment.bits=6", "--steps", "200"], in: path)
        try #require(other.code == 0)
        for (arguments, reason) in [
            (["train-1", "--against", "train-2"], "same environment"),
            (["train-1", "--against", "train-1"], "both sides"),
            (["train-1", "--against", "train-9"], "train-9"),
            (["train-1", "train-2"], "--against"),
            (["train-1", "--threshold", "1"], "--against"),
            (["train-1", "--against", "train-2", "--metric", "loss"], "mean_return"),
        ] {
            let outcome = try Program.run(["report"] + arguments, in: path)
            #expect(outcome.code != 0 && outcome.errors.contains(reason), "\(outcome.errors)")
        }
    }
}
