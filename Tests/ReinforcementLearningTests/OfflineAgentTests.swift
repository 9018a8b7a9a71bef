import HindsightLearning
import HindsightTensors
import Testing

@testable import HindsightReinforcementLearning

/// Agents that begin with logged data or with a pretrained policy.
@Suite(.serialized) struct OfflineAgentTests {
    /// Swings its pendulum up where that is easy, so that data are neither random nor expert.
    private final class Pusher: Policy {
        func act(on batch: EnvironmentBatch) {
            for row in 0..<batch.count {
                let seen = batch.current.observations + row * batch.observationCount
                // Energy is pumped in until it is enough; near the top the pole is held.
                let isNear = seen[0] > 0.9
                let push = isNear ? -8 * seen[1] - 2 * seen[2] : (seen[2] >= 0 ? 2 : -2)
                let limit: Float = batch.actionCount == 1 ? 2 : 1
                for place in 0..<batch.actionCount {
                    batch.actions[row * batch.actionCount + place] = min(max(push, -limit), limit)
                }
            }
        }
    }

    /// Pushes the cart under the pole, mostly.
    private final class Balancer: Policy {
        func act(on batch: EnvironmentBatch) {
            for row in 0..<batch.count {
                let seen = batch.current.observations + row * 4
                batch.actions[row] = seen[2] + 0.3 * seen[3] > 0 ? 1 : 0
            }
        }
    }

    private func data(
        _ name: String, _ policy: any Policy, parts: [Double], episodes: Int,
        settings: [String: String] = [:]
    ) throws -> Trajectories {
        let world = try EnvironmentCatalog.make(name, settings: settings, count: 5)
        var all = Trajectories(.init(environment: name), of: world)
        for (index, part) in parts.enumerated() {
            all.append(
                try TrajectoryCollector(world, policy: policy).collect(
                    episodes: episodes, .init(randomPart: part),
                    source: .init(environment: name, seed: UInt64(index))))
        }
        return all
    }

    private func agent(
        _ algorithm: String, in name: String, _ settings: [(key: String, value: String)] = [],
        steps: Int, _ offline: OfflineData? = nil, environment: [String: String] = [:],
        seed: UInt64 = 1
    ) throws -> any Agent {
        try AlgorithmCatalog.makeAgent(
            algorithm, in: EnvironmentCatalog.make(name, settings: environment),
            evaluator: Evaluator(
                EnvironmentCatalog.make(name, settings: environment, count: 10), episodes: 20,
                seed: 10_000), settings: settings, steps: steps, offline: offline, seed: seed)
    }

    private func trained(_ agent: any Agent) throws -> Metrics {
        while !agent.progress.isFinished { _ = try agent.step() }
        return try agent.evaluate()
    }

    private let small: [(key: String, value: String)] = [
        ("hidden", "32x32"), ("batch_size", "32"), ("learning_rate", "0.001"),
    ]

    private static let algorithms: [(name: String, extra: String)] = [
        ("bc", ""), ("iql", ""), ("awac", ""), ("cal-ql", "samples=2"),
        ("rlpd", "critics=3 gradient_steps=3 policy_delay=2"),
        ("wsrl", "critics=3 learning_starts=50 start_distance=0.1"), ("sac", "offline_share=0.25"),
        ("ddpg-her", "learning_starts=20 train_every=10 gradient_steps=8 target_every=5"),
    ]

    private func expectSame(_ one: any Agent, _ other: any Agent, _ what: String) throws {
        let (left, right) = (try one.state(), try other.state())
        #expect(left.values == right.values, "\(what)")
        #expect(left.tensors.keys == right.tensors.keys, "\(what)")
        for (name, tensor) in left.tensors {
            let second = try right.tensor(name)
            #expect(
                tensor.withUnsafeBytes { a in second.withUnsafeBytes { a.elementsEqual($0) } },
                "\(what): \(name)")
        }
    }

    @Test("offline and online, going on from a checkpoint gives the same bits")
    func resume() throws {
        for (name, extra) in Self.algorithms {
            let world = name == "ddpg-her" ? "pointmaze" : "pendulum"
            let logged = OfflineData(
                try data(world, Pusher(), parts: [0.5], episodes: 5), updates: 150)
            let settings =
                small
                + extra.split(separator: " ").map {
                    let parts = $0.split(separator: "=")
                    return (key: String(parts[0]), value: String(parts[1]))
                }
            func make() throws -> any Agent {
                try agent(name, in: world, settings, steps: 200, logged)
            }
            let whole = try make()
            #expect(whole.progress.total == 350)
            for stop in 1...3 {
                // After 100 offline, at the border, and online.
                _ = try whole.step()
                let again = try make()
                try again.restore(whole.state())
                try expectSame(whole, again, "\(name) at \(stop)")
                _ = try again.step()
                let reference = try make()
                for _ in 0...stop { _ = try reference.step() }
                try expectSame(reference, again, "\(name) after \(stop)")
            }
            _ = try trained(whole)
            #expect(whole.progress.completed == 350)
        }
    }

    @Test("PPO with warm-up and the penalty on leaving its start goes on to the same bits")
    func resumePPO() throws {
        let settings: [(key: String, value: String)] = [
            ("rollout_steps", "20"), ("batch_size", "20"), ("epochs", "2"),
            ("critic_warmup", "40"), ("start_penalty", "0.5"), ("start_distance", "0.1"),
            ("decays_start_penalty", "true"), ("hidden", "16"),
        ]
        for name in ["cartpole", "pendulum"] {
            func make() throws -> any Agent { try agent("ppo", in: name, settings, steps: 100) }
            let whole = try make()
            let beginning = try whole.modelState()
            for step in 1...4 {
                _ = try whole.step()
                let now = try whole.modelState()
                for (key, tensor) in beginning.tensors where key.hasPrefix("network.policy") {
                    let same = tensor.withUnsafeBytes { a in
                        now.tensors[key]?.withUnsafeBytes { a.elementsEqual($0) } ?? false
                    }
                    // Two rollouts of 20 steps are for the values alone.
                    #expect(same == (step <= 2), "\(name) \(key) after \(step)")
                }
                let again = try make()
                try again.restore(whole.state())
                try expectSame(whole, again, name)
                _ = try again.step()
                let reference = try make()
                for _ in 0...step { _ = try reference.step() }
                try expectSame(reference, again, name)
            }
        }
    }

    @Test("a pretrained policy acts the same in its new agent, and keeps its critics")
    func begin() throws {
        let first = try agent("sac", in: "pendulum", small, steps: 300)
        let judged = try trained(first)
        let second = try agent("sac", in: "pendulum", small, steps: 300, seed: 9)
        #expect(try second.evaluate()["mean_return"] != judged["mean_return"])
        let transfer = try second.begin(from: first.modelState(), isPartial: false)
        #expect(transfer.fresh.isEmpty && transfer.taken.count > 20)
        #expect(try second.evaluate()["mean_return"] == judged["mean_return"])
        let (old, new) = (try first.modelState(), try second.modelState())
        for (name, tensor) in old.tensors where name.hasPrefix("critics") {
            #expect(tensor.array(of: Float.self) == new.tensors[name]?.array(of: Float.self))
        }
    }

    @Test("weights that do not fit are refused by name, or left fresh if asked for")
    func unfit() throws {
        let first = try agent("sac", in: "pendulum", small, steps: 10)
        let wide = try agent(
            "sac", in: "pendulum", small.dropFirst() + [("hidden", "32x48")], steps: 10)
        let error = #expect(throws: AlgorithmError.self) {
            try wide.begin(from: first.modelState(), isPartial: false)
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("actor.body.layers.2.weight is float32 [32, 32]"), "\(text)")
        #expect(text.contains("--partial"))
        let transfer = try wide.begin(from: first.modelState(), isPartial: true)
        #expect(transfer.taken.contains("actor.body.layers.0.weight"))
        #expect(transfer.fresh.contains { $0.hasPrefix("actor.body.layers.2.weight") })
        // Another kind of policy shares nothing.
        let other = try agent("dqn", in: "cartpole", steps: 10)
        #expect(throws: AlgorithmError.self) {
            try other.begin(from: first.modelState(), isPartial: true)
        }
        // Critics of another number begin anew as a whole, and that is said.
        let more = try agent("sac", in: "pendulum", small + [("critics", "3")], steps: 10)
        let part = try more.begin(from: first.modelState(), isPartial: false)
        #expect(part.fresh.contains { $0.hasPrefix("critics (") })
    }

    @Test("algorithms say when logged data are not for them")
    func unsuitable() throws {
        let logged = OfflineData(
            try data("cartpole", Balancer(), parts: [0], episodes: 5), updates: 1)
        #expect(throws: EnvironmentError.self) {
            try agent("ppo", in: "cartpole", steps: 10, logged)
        }
        #expect(throws: EnvironmentError.self) {
            try agent("dqn", in: "cartpole", [("priority", "0.6")], steps: 10, logged)
        }
        #expect(throws: EnvironmentError.self) {
            try agent("cal-ql", in: "cartpole", steps: 10, logged)
        }
        #expect(throws: TrajectoryError.self) {
            try agent("iql", in: "pendulum", steps: 10, logged)
        }
    }

    @Test("IQL learns more from mixed data than they show, and than imitating all of them")
    func iqlBeatsData() throws {
        let logged = try data("cartpole", Balancer(), parts: [0.5, 1], episodes: 50)
        let settings: [(key: String, value: String)] = [
            ("hidden", "64x64"), ("learning_rate", "0.001"), ("batch_size", "128"),
        ]
        let imitated = try trained(
            agent("bc", in: "cartpole", settings, steps: 0, .init(logged, updates: 1_500)))
        let learnt = try trained(
            agent("iql", in: "cartpole", settings, steps: 0, .init(logged, updates: 3_000)))
        let (bc, iql) = (imitated["mean_return"] ?? 0, learnt["mean_return"] ?? 0)
        #expect(logged.meanReturn < 150, "\(logged.meanReturn)")
        #expect(bc > logged.meanReturn, "\(bc)")
        #expect(iql > 2 * logged.meanReturn, "\(iql) beside \(bc), data \(logged.meanReturn)")
    }

    @Test("RLPD swings the pendulum up sooner by logged data, of which most are poor")
    func rlpd() throws {
        let settings: [(key: String, value: String)] = [
            ("hidden", "64x64"), ("learning_rate", "0.001"),
        ]
        let expert = try agent("sac", in: "pendulum", settings, steps: 4_000)
        _ = try trained(expert)
        let logged = try data("pendulum", expert.policy, parts: [0.5, 1], episodes: 20)
        #expect(logged.meanReturn < -800, "\(logged.meanReturn)")
        let many: [(key: String, value: String)] = [
            ("critics", "3"), ("gradient_steps", "5"), ("policy_delay", "5"),
            ("learning_starts", "100"),
        ]
        func reached(_ offline: OfflineData?) throws -> Double {
            let returns = try [UInt64(1), 2].map { seed in
                try trained(
                    agent("rlpd", in: "pendulum", settings + many, steps: 700, offline, seed: seed)
                )["mean_return"] ?? 0
            }
            return returns.reduce(0, +) / 2
        }
        let (with, without) = (try reached(.init(logged, updates: 0)), try reached(nil))
        #expect(with > without + 200, "\(with) beside \(without)")
    }

    @Test("hindsight over logged goals: imitation reaches what was never meant to be reached")
    func hindsight() throws {
        let open = ["layout": "open"]
        let logged = try data(
            "pointmaze", Pusher(), parts: [1], episodes: 200, settings: open)
        func success(_ hindsight: String) throws -> Double {
            let agent = try agent(
                "bc", in: "pointmaze",
                [("hidden", "64x64"), ("hindsight", hindsight), ("hindsight_ratio", "1e9")],
                steps: 0, .init(logged, updates: 2_500), environment: open)
            return try trained(agent)["success_rate"] ?? 0
        }
        let (with, without) = (try success("future"), try success("none"))
        #expect(with > without + 0.2, "\(with) beside \(without)")
    }

    @Test("DDPG with hindsight as in the report reaches goals")
    func ddpg() throws {
        let agent = try agent(
            "ddpg-her", in: "pointmaze", [("hidden", "64x64x64")], steps: 8_000,
            environment: ["layout": "open"], seed: 2)
        let before = try agent.evaluate()["success_rate"] ?? 1
        let after = try trained(agent)["success_rate"] ?? 0
        #expect(before < 0.5 && after > 0.85, "\(before) to \(after)")
    }

    @Test("PPO from a good policy collapses on a longer pole, unless its divergence costs")
    func collapse() throws {
        let usual = try AlgorithmPreset.find("ppo", in: EnvironmentCatalog.make("cartpole"))
        func ppo(
            _ extra: [(key: String, value: String)], length: String, steps: Int, seed: UInt64
        ) throws -> any Agent {
            let body = ["pole_length": length]
            return try AlgorithmCatalog.makeAgent(
                "ppo", in: EnvironmentCatalog.make("cartpole", settings: body, count: 8),
                evaluator: Evaluator(
                    EnvironmentCatalog.make("cartpole", settings: body, count: 10), episodes: 20,
                    seed: 10_000), settings: usual.settings + extra, steps: steps, seed: seed)
        }
        // Until it is good on the long pole too: policies that have learnt longer fail there.
        let first = try ppo([], length: "0.5", steps: 50_000, seed: 1)
        let judge = try ppo([], length: "2", steps: 1, seed: 1)
        var reached = 0.0
        while reached < 450, !first.progress.isFinished {
            for _ in 0..<2 where !first.progress.isFinished { _ = try first.step() }
            _ = try judge.begin(from: try first.modelState(), isPartial: false)
            reached = try judge.evaluate()["mean_return"] ?? 0
        }
        let policy = try first.modelState()
        /// The mean over seeds of the return after a few rollouts.
        func after(_ extra: [(key: String, value: String)]) throws -> Double {
            let returns = try (1...4 as ClosedRange<UInt64>).map { seed in
                let agent = try ppo(extra, length: "2", steps: 30_000, seed: seed)
                _ = try agent.begin(from: policy, isPartial: false)
                let start = try agent.evaluate()["mean_return"] ?? 0
                #expect(start > 400, "\(start)")
                while agent.progress.completed < 4_096 { _ = try agent.step() }
                return try agent.evaluate()["mean_return"] ?? 0
            }
            return returns.reduce(0, +) / 4
        }
        let plain = try after([])
        let held = try after([("start_penalty", "1"), ("critic_warmup", "1024")])
        #expect(plain < 250, "\(plain)")
        #expect(held > plain + 100, "\(held) beside \(plain)")
    }
}
