import Foundation
import HindsightReinforcementLearning
import HindsightRunStore
import Testing

/// `hindsight collect`, `train --offline` and `train --from`, as processes of their own.
@Suite struct OfflineTrainTests {
    /// A folder that is removed when it goes out of use.
    private final class Folder {
        let path = NSTemporaryDirectory() + "hindsight-offline-" + UUID().uuidString

        init() throws {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        /// Runs a command that has to succeed.
        func run(_ arguments: String) throws -> Program.Outcome {
            let words = arguments.split(separator: " ").map(String.init)
            let outcome = try Program.run(words + ["--json"], in: path)
            try #require(outcome.code == 0, "\(arguments): \(outcome.output)\(outcome.errors)")
            return outcome
        }

        /// What a command says that is to fail.
        func refused(_ arguments: String) throws -> String {
            let words = arguments.split(separator: " ").map(String.init)
            let outcome = try Program.run(words, in: path)
            #expect(outcome.code != 0, "\(arguments)")
            return outcome.output + outcome.errors
        }
    }

    private func number(_ value: Any?) throws -> Double {
        try #require((value as? NSNumber)?.doubleValue)
    }

    private let pole = "train cartpole --algorithm ppo --steps 6000 --episodes 20"

    @Test("a policy acts, its episodes are logged, and another learns from them alone")
    func offline() throws {
        let folder = try Folder()
        _ = try folder.run(pole)
        let logged = try folder.run(
            "collect last --episodes 40 --random 0.2,1 --seed 3 --output data.safetensors")
        let collected = try #require(try logged.event("collected"))
        #expect(try number(collected["episodes"]) == 40)
        let data = try Trajectories(file: "\(folder.path)/data.safetensors")
        #expect(data.episodes == 40 && data.source.run == "train-1")
        #expect(
            data.randomParts == Array(repeating: 0.2, count: 20) + Array(repeating: 1, count: 20))
        let qualities = try #require(collected["qualities"] as? [[String: Any]])
        #expect(try number(qualities[0]["mean_return"]) > number(qualities[1]["mean_return"]))

        let learnt = try folder.run(
            "train cartpole --offline data.safetensors --algorithm iql --offline-steps 600 "
                + "--set hidden=32x32 --set learning_rate=0.001 --episodes 20")
        let run = try #require(try learnt.event("run"))
        #expect(try number(run["steps"]) == 0 && number(run["offline_steps"]) == 600)
        let evaluation = try #require(
            try learnt.event("finished")?["evaluation"] as? [String: Any])
        #expect(try number(evaluation["mean_return"]) > data.meanReturn)
        // Judged again, and with the data gone.
        try FileManager.default.removeItem(atPath: "\(folder.path)/data.safetensors")
        let again = try folder.run("evaluate last --episodes 20")
        let judged = try #require(try again.event("evaluation")?["metrics"] as? [String: Any])
        #expect(
            try number(judged["mean_return"]) == number(evaluation["mean_return"]))
    }

    @Test("what was pretrained is judged before the first step, and goes on from there")
    func from() throws {
        let folder = try Folder()
        _ = try folder.run(pole)
        let tuned = try folder.run(
            "train cartpole --from train-1 --set environment.pole_length=0.6 --steps 2000 "
                + "--evaluate-every 500 --episodes 20")
        let lines = tuned.output.split(separator: "\n").map(String.init)
        #expect(
            lines.contains { $0.contains("begins with the policy of train-1, ppo in cartpole") })
        let first = try #require(lines.first { $0.hasPrefix("{\"event\":\"evaluation\"") })
        #expect(first.contains("\"pretrained\":true") && first.contains("\"step\":0"))
        let store = try RunStore(folder: "\(folder.path)/runs", create: false)
        let scratch = try store.metrics(
            of: store.find("train-1"), split: "validation", name: "mean_return")
        let begun = try store.metrics(
            of: store.find("train-2"), split: "validation", name: "mean_return")
        #expect(begun[0].step == 0 && begun[0].value > 2 * scratch[0].value)
        // A copy of what it began with lies beside it.
        #expect(
            FileManager.default.fileExists(
                atPath: "\(folder.path)/runs/train-2/start.safetensors"))
        #expect(
            try folder.refused("train cartpole --from train-1 --set hidden=32").contains(
                "weights do not fit: network.policy"))
        #expect(try folder.refused("train pendulum --from train-1").contains("do not fit"))
    }

    @Test(
        "interrupted while it learns, a training goes on to the same policy, with the same data alone"
    )
    func resume() throws {
        let folder = try Folder()
        _ = try folder.run(pole)
        _ = try folder.run("collect train-1 --episodes 10 --output data.safetensors")
        let command =
            "train cartpole --offline data.safetensors --algorithm iql --offline-steps 3000 "
            + "--steps 1000 --set hidden=64x64 --evaluate-every 200 --episodes 20"
        _ = try folder.run(command)
        let words = command.split(separator: " ").map(String.init) + ["--json"]
        let process = try Program.start(words, in: folder.path)
        while process.process.isRunning, !process.output.contains("\"step\":600") {
            Thread.sleep(forTimeInterval: 0.005)
        }
        kill(process.process.processIdentifier, SIGINT)
        let cut = try process.wait()
        try #require(cut.code == 130, "\(cut.output)")
        // Other data are refused, and said to have changed.
        let data = URL(fileURLWithPath: "\(folder.path)/data.safetensors")
        let bytes = try Data(contentsOf: data)
        try (bytes + [0]).write(to: data)
        #expect(
            try folder.refused("train --resume train-3").contains(
                "has changed since this training began"))
        try bytes.write(to: data)
        _ = try folder.run("train --resume train-3")
        let policies = try ["train-2", "train-3"].map {
            try Data(
                contentsOf: URL(
                    fileURLWithPath: "\(folder.path)/runs/\($0)/policy.safetensors"))
        }
        #expect(policies[0] == policies[1])
    }

    @Test(
        "what is wrong is said before there is a run",
        arguments: [
            ("train cartpole --algorithm iql", "give them with --offline DATA"),
            ("train cartpole --offline none.safetensors", "none.safetensors"),
            ("train cartpole --offline-steps 5", "--offline-steps is for --offline DATA"),
            ("train cartpole --partial", "--partial are for --from RUN"),
            ("train cartpole --from nothing", "there is no store of runs"),
            ("collect nothing --output d.safetensors", "there is no store of runs"),
            ("collect nothing --output d.safetensors --random 2", "--random is a part from 0 to 1"),
        ])
    func refusals(arguments: String, expected: String) throws {
        let folder = try Folder()
        #expect(try folder.refused(arguments).contains(expected))
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/runs/train-1"))
    }
}
