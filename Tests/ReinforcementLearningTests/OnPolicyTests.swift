import HindsightLearning
import HindsightReinforcementLearning
import HindsightTensors
import Testing

/// Where on-policy learning ends.
@Suite struct OnPolicyTests {
    private func agent(_ algorithm: String, _ environments: Int, steps: Int) throws -> any Agent {
        try AlgorithmCatalog.makeAgent(
            algorithm, in: EnvironmentCatalog.make("cartpole", count: environments),
            evaluator: Evaluator(EnvironmentCatalog.make("cartpole"), episodes: 1, seed: 5),
            settings: algorithm == "ppo"
                ? [("rollout_steps", "32"), ("batch_size", "64"), ("epochs", "2")] : [],
            steps: steps, seed: 3)
    }

    @Test(
        "learning ends after the steps that were asked for",
        arguments: [("ppo", 4, 300), ("ppo", 1, 33), ("ppo", 4, 3), ("a2c", 8, 100)])
    func steps(algorithm: String, environments: Int, steps: Int) throws {
        let agent = try agent(algorithm, environments, steps: steps)
        while !agent.progress.isFinished {
            let loss = try #require(agent.step()["loss"])
            #expect(loss.isFinite)
        }
        // Rounded up to whole steps of all environments.
        let rounds = (steps + environments - 1) / environments
        #expect(agent.progress.completed == rounds * environments)
        for (name, tensor) in try agent.modelState().tensors {
            let values = tensor.array(of: Float.self)
            #expect(values.allSatisfy { $0.isFinite }, "\(name)")
        }
    }

    @Test("a shortened last rollout is the same after going on from a checkpoint")
    func resumed() throws {
        let whole = try agent("ppo", 4, steps: 300)
        while !whole.progress.isFinished { _ = try whole.step() }
        let first = try agent("ppo", 4, steps: 300)
        while first.progress.completed < 256 { _ = try first.step() }
        let second = try agent("ppo", 4, steps: 300)
        try second.restore(first.state())
        while !second.progress.isFinished { _ = try second.step() }
        #expect(second.progress.completed == 300)
        let (left, right) = (try whole.modelState(), try second.modelState())
        for (name, tensor) in left.tensors {
            let other = try right.tensor(name)
            #expect(
                tensor.array(of: Float.self) == other.array(of: Float.self), "\(name)")
        }
    }
}
