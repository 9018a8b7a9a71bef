import HindsightLearning
import HindsightTensors
import Testing

@testable import HindsightReinforcementLearning

/// Returns over several steps, mixed by λ, against ones that were computed by hand.
@Suite struct MultiStepTests {
    private static let reward = GoalReward.sparse(goalCount: 1, threshold: 0.25, terminates: true)

    /// Two episodes of a walk along 1, 2, …: seven steps, cut off, and two steps of the next.
    private func walked() throws -> ReplayBuffer {
        let world = SynchronousVector(ReplayTests.Walk(length: 7), name: "walk", count: 1)
        try world.reset(seed: 0)
        let buffer = ReplayBuffer(capacity: 20, batch: world.batch, actionCount: 1)
        for _ in 0..<9 {
            var actions: [Float] = [0]
            world.batch.actions[0] = 0
            buffer.noteBefore(world.batch)
            try world.step()
            buffer.noteAfter(world.batch, actions: &actions)
        }
        return buffer
    }

    /// One row that begins at a step and is to reach a goal.
    private func row(
        _ step: UInt32, goal: Float, steps: Int = 3, lambda: Double?
    ) throws -> TransitionBatch {
        var batch = TransitionBatch(
            1, from: try walked(), discount: 0.5, steps: steps, lambda: lambda)
        batch.slots[0] = step
        batch.gather()
        batch.desired[0] = goal
        // None gets another goal: rewards and ends are computed for this one.
        var random = RandomGenerator(seed: 0)
        HindsightRelabeler(.future, ratio: 0, reward: Self.reward).relabel(&batch, random: &random)
        return batch
    }

    private func expect(
        _ batch: TransitionBatch, reward: Float, discounts: [Float], places: [Float],
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(abs(batch.rewards[0] - reward) < 1e-6, sourceLocation: location)
        #expect(batch.futures == discounts.count, sourceLocation: location)
        for (index, discount) in discounts.enumerated() {
            #expect(abs(batch.discounts[index] - discount) < 1e-7, sourceLocation: location)
            #expect(
                batch.nextObservations[2 * index + 1] == places[index], sourceLocation: location)
        }
    }

    @Test("λ of a half weighs three returns with 4, 2 and 1 of 7")
    func golden() throws {
        // Never reached: -1, -1.5, -1.75.
        try expect(
            row(0, goal: 99, lambda: 0.5), reward: -8.75 / 7,
            discounts: [4.0 / 14, 2.0 / 28, 1.0 / 56], places: [1, 2, 3])
        // Reached by the second step, which ends the episode: -1, -1, -1, and no values after it.
        try expect(
            row(0, goal: 2, lambda: 0.5), reward: -1, discounts: [4.0 / 14, 0, 0],
            places: [1, 2, 2])
        // Cut off after the second step: -1, -1.5, -1.5, and the value of where it was cut off.
        try expect(
            row(5, goal: 99, lambda: 0.5), reward: -8.5 / 7,
            discounts: [4.0 / 14, 2.0 / 28, 1.0 / 28], places: [6, 7, 7])
        // The newest step of an episode that goes on: nothing more is known.
        try expect(
            row(8, goal: 99, lambda: 0.5), reward: -1,
            discounts: [4.0 / 14, 2.0 / 14, 1.0 / 14], places: [2, 2, 2])
    }

    @Test("λ of 0 is one step, λ of 1 the mean of the returns, no λ the longest return")
    func limits() throws {
        try expect(
            row(0, goal: 99, lambda: 0), reward: -1, discounts: [0.5, 0, 0], places: [1, 2, 3])
        try expect(
            row(0, goal: 99, lambda: 1), reward: -4.25 / 3,
            discounts: [0.5 / 3, 0.25 / 3, 0.125 / 3], places: [1, 2, 3])
        try expect(row(0, goal: 99, lambda: nil), reward: -1.75, discounts: [0.125], places: [3])
        try expect(row(0, goal: 2, lambda: nil), reward: -1, discounts: [0], places: [2])
        try expect(row(5, goal: 99, lambda: nil), reward: -1.5, discounts: [0.25], places: [7])
        try expect(
            row(0, goal: 99, steps: 1, lambda: 0.5), reward: -1, discounts: [0.5], places: [1])
    }

    @Test("without goals the rewards that happened are mixed")
    func happened() throws {
        let batch = TransitionBatch(
            2, from: try walked(), discount: 0.5, steps: 2, lambda: 1)
        (batch.slots[0], batch.slots[1]) = (0, 6)
        batch.gather()
        #expect(batch.rewards[0] == -1.25 && batch.rewards[1] == -1)
        let discounts = (0..<4).map { batch.discounts[$0] }
        #expect(discounts == [0.25, 0.25, 0.125, 0.25])
        let places = (0..<4).map { batch.nextObservations[2 * $0 + 1] }
        #expect(places == [1, 7, 2, 7])
    }

    @Test("values of several futures are discounted row by row")
    func outcomes() throws {
        let batch = TransitionBatch(
            2, from: try walked(), discount: 0.5, steps: 2, lambda: 1)
        (batch.slots[0], batch.slots[1]) = (0, 6)
        batch.gather()
        let encoder = ObservationEncoder(ReplayTests.Walk(length: 7).observationSpace)
        let inputs = QBatch(QBatch.tensors(batch), encoder)
        #expect(inputs.nextFeatures.shape == [4, 3])
        let values = Tensor([8, 16, 24, 32] as [Float], shape: [4, 1])
        #expect(inputs.outcome(values).array(of: Float.self) == [3.75, 11])
    }

    /// A short training, its parameters in the end, and its last loss.
    private func trained(
        _ algorithm: String, _ world: String, _ settings: [(key: String, value: String)],
        stopAt: Int? = nil
    ) throws -> LearningState {
        func make() throws -> any Agent {
            try AlgorithmCatalog.makeAgent(
                algorithm, in: EnvironmentCatalog.make(world),
                evaluator: Evaluator(EnvironmentCatalog.make(world), episodes: 1, seed: 5),
                settings: settings + [
                    ("hindsight", "future"), ("hidden", "32"), ("batch_size", "32"),
                    ("learning_starts", "50"), ("train_every", "1"),
                ], steps: 400, seed: 3)
        }
        var agent = try make()
        if let stopAt {
            while agent.progress.completed < stopAt { _ = try agent.step() }
            let state = try agent.state()
            agent = try make()
            try agent.restore(state)
        }
        while !agent.progress.isFinished { _ = try agent.step() }
        return try agent.modelState()
    }

    private func bits(_ state: LearningState) -> [String: [UInt8]] {
        state.tensors.mapValues { $0.withUnsafeBytes { Array($0) } }
    }

    @Test("with λ of 0 DQN learns what it learns from one step")
    func oneStep() throws {
        let one = try trained("dqn", "bitflip", [])
        let mixed = try trained("dqn", "bitflip", [("return_steps", "3"), ("return_lambda", "0")])
        for (name, tensor) in one.tensors {
            let (left, right) = (
                tensor.array(of: Float.self), try mixed.tensor(name).array(of: Float.self)
            )
            for (a, b) in zip(left, right) { #expect(abs(a - b) < 1e-3, "\(name)") }
        }
        let other = try trained("dqn", "bitflip", [("return_steps", "3"), ("return_lambda", "1")])
        #expect(bits(other) != bits(one))
    }

    @Test(
        "a training with mixed returns goes on as if it had never stopped",
        arguments: [
            ("dqn", "bitflip"), ("sac", "pointmaze"), ("td3", "pointmaze"), ("ddpg", "pointmaze"),
            ("tqc", "pointmaze"), ("wgcsl", "pointmaze"), ("qr-dqn", "bitflip"),
        ])
    func resumed(algorithm: String, world: String) throws {
        let settings = [("return_steps", "3"), ("return_lambda", "0.7")].map {
            (key: $0.0, value: $0.1)
        }
        let whole = try trained(algorithm, world, settings)
        let resumed = try trained(algorithm, world, settings, stopAt: 200)
        #expect(bits(whole) == bits(resumed))
    }
}
