import Foundation
import HindsightModelFiles
import HindsightRunStore
import Testing

/// `hindsight train` and what looks at its runs, as processes of their own.
@Suite struct TrainTests {
    /// A folder that is removed when it goes out of use.
    private final class Folder {
        let path = NSTemporaryDirectory() + "hindsight-train-" + UUID().uuidString

        init() throws {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func bytes(_ name: String) throws -> Data {
            try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
        }

        func has(_ name: String) -> Bool {
            FileManager.default.fileExists(atPath: "\(path)/\(name)")
        }
    }

    private let sixBits = [
        "train", "bitflip", "--set", "environment.bits=6", "--steps", "1500", "--json",
    ]

    private func number(_ value: Any?) throws -> Double {
        try #require((value as? NSNumber)?.doubleValue)
    }

    @Test("six bits are learnt, kept, judged and played")
    func learnsBitFlipping() throws {
        let folder = try Folder()
        let outcome = try Program.run(sixBits, in: folder.path)
        try #require(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        let last = try #require(lines.last.map(String.init))
        #expect(last.hasPrefix("{\"event\":\"finished\""))
        let finished = try #require(try outcome.event("finished"))
        let evaluation = try #require(finished["evaluation"] as? [String: Any])
        #expect(finished["run"] as? String == "train-1")
        #expect(try number(evaluation["success_rate"]) > 0.95)
        #expect(try number(evaluation["mean_return"]) > -4)
        #expect(try number(finished["steps_per_second"]) > 0)
        #expect(folder.has("runs/train-1/report.html"))

        // The store has what was said.
        let store = try RunStore(folder: "\(folder.path)/runs", create: false)
        let run = try store.find("train-1")
        #expect(run.status == .finished)
        let kept = try #require(try store.evaluations(of: run).last?.results.metrics)
        #expect(kept["success_rate"]?.value == (try number(evaluation["success_rate"])))
        #expect(try store.metrics(of: run, split: "validation", name: "mean_return").count > 10)

        // Judged again over the same episodes, the policy file gives the same numbers.
        let again = try Program.run(
            ["evaluate", "last", "--episodes", "100", "--json"], in: folder.path)
        let metrics = try #require(try again.event("evaluation")?["metrics"] as? [String: Any])
        #expect(try number(metrics["mean_return"]) == number(evaluation["mean_return"]))
        let played = try Program.run(
            ["play", "last", "--episodes", "3", "--json"], in: folder.path)
        #expect(played.output.split(separator: "\n").count { $0.contains("\"episode\",") } == 3)
        #expect(try played.event("played") != nil)
        let file = try SafetensorsFile("\(folder.path)/runs/train-1/policy.safetensors")
        #expect(file.metadata["algorithm"] == "dqn")
        #expect(file.metadata["environment"] == "bitflip")
    }

    @Test("several seeds are reported together, each with a policy of its own")
    func severalSeeds() throws {
        let folder = try Folder()
        let outcome = try Program.run(
            ["train", "bitflip", "--set", "environment.bits=4", "--steps", "400", "--json"]
                + ["--seeds", "3", "--seed", "7"], in: folder.path)
        try #require(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        let finished = try #require(try outcome.event("finished"))
        let seeds = try #require(finished["seeds"] as? [[String: Any]])
        #expect(seeds.map { $0["seed"] as? Int } == [7, 8, 9])
        let returns = try seeds.map {
            try number(($0["evaluation"] as? [String: Any])?["mean_return"])
        }
        let mean = try number((finished["evaluation"] as? [String: Any])?["mean_return"])
        // A quarter of three values is none of them.
        #expect(abs(mean - returns.reduce(0, +) / 3) < 1e-9)
        for seed in 7...9 { #expect(folder.has("runs/train-1/seed-\(seed)/policy.safetensors")) }

        // A seed learns the same alone.
        let alone = try Program.run(
            ["train", "bitflip", "--set", "environment.bits=4", "--steps", "400", "--json"]
                + ["--seed", "8", "--store", "alone"], in: folder.path)
        let single = try #require(try alone.event("finished")?["evaluation"] as? [String: Any])
        #expect(try number(single["mean_return"]) == returns[1])
        let one = try SafetensorsFile("\(folder.path)/alone/train-1/policy.safetensors")
        let other = try SafetensorsFile("\(folder.path)/runs/train-1/seed-8/policy.safetensors")
        for (name, tensor) in try one.allTensors {
            #expect(try other.tensor(name).array(of: Float.self) == tensor.array(of: Float.self))
        }
    }

    @Test(
        "what is asked for wrongly is said before there is a run",
        arguments: [
            (["cartpoel"], "did you mean \"cartpole\"?", Int32(2)),
            (["cartpole", "--algorithm", "dqm"], "did you mean \"dqn\"?", 2),
            (["pendulum", "--algorithm", "dqn"], "discrete", 2),
            (["cartpole", "--algorithm", "sac"], "SAC", 2),
            (["bitflip", "--set", "batch_sise=4"], "did you mean \"batch_size\"?", 2),
            (["bitflip", "--set", "batch_size=many"], "a whole number from 1", 2),
            (["bitflip", "--set", "batch_size=0"], "a whole number from 1", 2),
            (["bitflip", "--set", "discount=1.5"], "a number from 0 to 1", 2),
            (["bitflip", "--set", "learning_rate=nan"], "a number from 0", 2),
            (["bitflip", "--set", "hidden=256xlarge"], "such as 256x256", 2),
            (["bitflip", "--set", "double=perhaps"], "true or false", 2),
            (["bitflip", "--set", "environment.bitz=5"], "did you mean \"bits\"?", 2),
            (["bitflip", "--set", "environment.bits=-5"], "a whole number", 2),
            (["bitflip", "--set", "bits"], "key=value", 1),
            (
                ["bitflip", "--hindsight", "past:4"], "future, discounted, final, episode, random",
                2
            ),
            (["bitflip", "--hindsight", "future:-1"], "a number from 0", 2),
            (["cartpole", "--algorithm", "dqn", "--hindsight", "future:4"], "no goals", 2),
            (["bitflip", "--steps", "0"], "--steps", 1),
            (["bitflip", "--environments=-1"], "--environments", 1),
            (["bitflip", "--seeds", "0"], "--seeds", 1),
            (["--resume", "train-9"], "train-9", 1),
        ])
    func askedWrongly(arguments: [String], message: String, code: Int32) throws {
        let folder = try Folder()
        _ = try RunStore(folder: "\(folder.path)/runs")
        let outcome = try Program.run(["train"] + arguments + ["--json"], in: folder.path)
        #expect(outcome.code == code, "\(outcome.output)\(outcome.errors)")
        let said = try #require(try outcome.event("error")?["message"] as? String)
        #expect(said.contains(message), "\(said)")
        #expect(try RunStore(folder: "\(folder.path)/runs", create: false).runs().isEmpty)
    }

    @Test(
        "killed at random moments and resumed equals left alone",
        arguments: [
            "bitflip --set environment.bits=8 --steps 1000 --environments 2 --evaluate-every 100",
            "cartpole --algorithm dqn --set priority=0.6 --set return_steps=3 --set hidden=32 "
                + "--set buffer_size=700 --steps 3000 --evaluate-every 300",
            "pointmaze --algorithm sac --hindsight future:4 --set hidden=32 --steps 1000 "
                + "--evaluate-every 100",
            "pointmaze --algorithm crl --set hidden=32 --steps 800 --evaluate-every 100",
            "pendulum --algorithm td3 --set hidden=32 --steps 1500 --evaluate-every 200",
            "cartpole --algorithm ppo --steps 8000 --evaluate-every 500",
        ])
    func killed(training: String) throws {
        let folder = try Folder()
        func arguments(_ store: String) -> [String] {
            ["train"] + training.split(separator: " ").map(String.init)
                + ["--json", "--store", store]
        }
        let begin = ContinuousClock.now
        let whole = try Program.run(arguments("whole"), in: folder.path)
        let time = begin.duration(to: .now) / .seconds(1)
        try #require(whole.code == 0, "\(whole.output)\(whole.errors)")
        let expected = try folder.bytes("whole/train-1/policy.safetensors")
        var random = SystemRandomNumberGenerator()
        for round in 0..<2 {
            let store = "killed-\(round)"
            var next = arguments(store)
            for _ in 0..<2 {
                let process = try Program.start(next, in: folder.path)
                Thread.sleep(forTimeInterval: Double.random(in: 0...time, using: &random))
                kill(process.process.processIdentifier, SIGKILL)
                _ = try process.wait()
                let found = try? RunStore(folder: "\(folder.path)/\(store)", create: false)
                    .find("train-1")
                if found != nil { next = resumption(store) }
            }
            let end = try Program.run(next, in: folder.path)
            // It may have come to its end before it was killed.
            if !end.output.contains("nothing to resume") {
                try #require(end.code == 0, "\(end.output)\(end.errors)")
            }
            #expect(try folder.bytes("\(store)/train-1/policy.safetensors") == expected)
            try expectSameMetrics(folder.path, store)
        }
    }

    @Test("one thread and two learn the same", arguments: ["dqn", "sac"])
    func threads(algorithm: String) throws {
        let folder = try Folder()
        let world = algorithm == "dqn" ? "bitflip" : "pointmaze"
        let models = try ["1", "2"].map { threads in
            let outcome = try Program.run(
                [
                    "train", world, "--algorithm", algorithm, "--hindsight", "future:4", "--steps",
                    "600", "--json", "--store", threads,
                ], in: folder.path, environment: ["HINDSIGHT_THREADS": threads])
            try #require(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
            return try folder.bytes("\(threads)/train-1/policy.safetensors")
        }
        #expect(models[0] == models[1])
    }

    private func resumption(_ store: String) -> [String] {
        ["train", "--resume", "train-1", "--json", "--store", store]
    }

    private func expectSameMetrics(_ folder: String, _ name: String) throws {
        func values(_ name: String) throws -> [String] {
            let store = try RunStore(folder: "\(folder)/\(name)", create: false)
            return try store.metrics(of: store.find("train-1")).map {
                "\($0.split) \($0.name) \($0.step) \($0.value)"
            }
        }
        #expect(try values(name) == values("whole"))
    }

    @Test("interrupted, a training says how to go on, and does")
    func interrupted() throws {
        let folder = try Folder()
        let process = try Program.start(
            ["train", "bitflip", "--steps", "1000000", "--evaluate-every", "500", "--json"],
            in: folder.path)
        while process.process.isRunning, !process.output.contains("\"checkpoint\"") {
            Thread.sleep(forTimeInterval: 0.02)
        }
        kill(process.process.processIdentifier, SIGINT)
        let outcome = try process.wait()
        #expect(outcome.code == 130)
        let finished = try #require(try outcome.event("finished"))
        #expect(finished["reason"] as? String == "interrupted")
        #expect(finished["resume"] as? String == "hindsight train --resume train-1")
        let early = try Program.run(["play", "last", "--json"], in: folder.path)
        #expect(early.code == 1)
        #expect(early.output.contains("hindsight train --resume train-1"))
    }
}
