import HindsightLearning
import HindsightReinforcementLearning
import HindsightTensors
import Testing

/// Short trainings that succeed only if algorithm and environment are right.
@Suite(.serialized) struct LearningTests {
    private func trained(_ agent: any Agent) throws -> Metrics {
        while !agent.progress.isFinished { _ = try agent.step() }
        return try agent.evaluate()
    }

    private func evaluator(_ name: String) throws -> Evaluator {
        Evaluator(try EnvironmentCatalog.make(name, count: 10), episodes: 20, seed: 10_000)
    }

    @Test("PPO balances the pole")
    func ppo() throws {
        var settings = PPO.Settings()
        settings.rolloutSteps = 32
        settings.batchSize = 256
        settings.epochs = 20
        settings.lambda = 0.8
        settings.discount = 0.98
        settings.learningRate = 1e-3
        settings.decaysLearningRate = true
        settings.decaysClip = true
        let world = try EnvironmentCatalog.make("cartpole", count: 8)
        let agent = try OnPolicyAgent(
            PPO(world, settings, seed: 1), in: world, evaluator: evaluator("cartpole"),
            steps: 50_000, seed: 1)
        let result = try trained(agent)
        #expect(try #require(result["mean_return"]) >= 475, "\(result)")
    }

    @Test("A2C and REINFORCE learn to balance", arguments: ["a2c", "reinforce"])
    func simple(name: String) throws {
        let world = try EnvironmentCatalog.make("cartpole", count: 8)
        let agent = try OnPolicyAgent(
            PPO(world, name == "a2c" ? .a2c : .reinforce, seed: 2), in: world,
            evaluator: evaluator("cartpole"), steps: 200_000, seed: 2)
        let result = try trained(agent)
        #expect(try #require(result["mean_return"]) >= 150, "\(result)")
    }

    @Test("SAC, TQC, TD3 and DDPG swing the pendulum up", arguments: ["sac", "tqc", "td3", "ddpg"])
    func pendulum(name: String) throws {
        let world = try EnvironmentCatalog.make("pendulum")
        let judge = try evaluator("pendulum")
        let agent: any Agent
        switch name {
        case "sac", "tqc":
            var settings = name == "sac" ? SAC.Settings() : .tqc
            settings.learningRate = 1e-3
            settings.hidden = [64, 64]
            agent = try OffPolicyAgent(
                SAC(world, settings, seed: 3), in: world, evaluator: judge, steps: 5_000, seed: 3)
        default:
            var settings = name == "td3" ? TD3.Settings() : .ddpg
            settings.hidden = [64, 64]
            settings.loop.learningStarts = 500
            agent = try OffPolicyAgent(
                TD3(world, settings, seed: 3), in: world, evaluator: judge, steps: 6_000, seed: 3)
        }
        let result = try trained(agent)
        // Doing nothing costs about 1,200.
        #expect(try #require(result["mean_return"]) >= -300, "\(result)")
    }

    @Test("WGCSL and contrastive RL find goals", arguments: [("wgcsl", 0.95), ("crl", 0.75)])
    func goals(name: String, wanted: Double) throws {
        func maze(_ count: Int) throws -> any VectorEnvironment {
            try EnvironmentCatalog.make("pointmaze", settings: ["layout": "open"], count: count)
        }
        let agent = try AlgorithmCatalog.makeAgent(
            name, in: maze(1), evaluator: Evaluator(maze(10), episodes: 50, seed: 10_000),
            settings: [("hidden", "64x64"), ("learning_rate", "0.001"), ("discount", "0.95")],
            steps: 10_000, seed: 4)
        let before = try #require(try agent.evaluate()["success_rate"])
        let result = try trained(agent)
        #expect(before < 0.5)
        #expect(try #require(result["success_rate"]) >= wanted, "\(result)")
    }

    @Test("WGCSL and contrastive RL say what they need", arguments: ["wgcsl", "crl"])
    func unsuitable(name: String) throws {
        func make(_ environment: String, _ settings: [(key: String, value: String)] = []) throws {
            let world = try EnvironmentCatalog.make(environment)
            _ = try AlgorithmCatalog.makeAgent(
                name, in: world, evaluator: evaluator(environment), settings: settings)
        }
        #expect(throws: EnvironmentError.self) { try make("pendulum") }
        #expect(throws: EnvironmentError.self) { try make("bitflip") }
        #expect(throws: EnvironmentError.self) { try make("pointmaze", [("hindsight", "none")]) }
    }
}
