import HindsightLearning
import HindsightReinforcementLearning
import HindsightTensors
import Testing

/// What replay and hindsight bring, against what really happened in an environment that tells time.
@Suite struct ReplayTests {
    /// A point that moves by its action; where it is, is what it achieved.
    struct Walk: GoalEnvironment, Codable {
        var observationSpace: Space { .goal(observation: .box([2]), goal: .box([1])) }
        var actionSpace: Space { .box([1], from: -1, to: 1) }
        var goalReward: GoalReward { .sparse(goalCount: 1, threshold: 0.25, terminates: true) }
        var episode: Float = 0
        var place: Float = 0
        let length: Int
        var steps = 0

        private var seen: SpaceValue {
            .goal(
                observation: .box([episode, place]), achieved: .box([place]), desired: .box([-1]))
        }

        mutating func reset(seed: UInt64?) -> SpaceValue {
            episode += 1
            (place, steps) = (0, 0)
            return seen
        }

        mutating func step(_ action: SpaceValue) -> EnvironmentStep {
            place += 1
            steps += 1
            return EnvironmentStep(seen, reward: -1, isTruncated: steps == length)
        }
    }

    /// A buffer after so many steps of two environments with episodes of seven steps.
    private func filled(capacity: Int, steps: Int) throws -> ReplayBuffer {
        let worlds = SynchronousVector(Walk(length: 7), name: "walk", count: 2)
        try worlds.reset(seed: 0)
        let buffer = ReplayBuffer(capacity: capacity, batch: worlds.batch, actionCount: 1)
        for step in 0..<steps {
            var actions: [Float] = [Float(step) / 1_000, Float(step) / 1_000 + 0.5]
            worlds.batch.actions[0] = actions[0]
            worlds.batch.actions[1] = actions[1]
            buffer.noteBefore(worlds.batch)
            try worlds.step()
            buffer.noteAfter(worlds.batch, actions: &actions)
        }
        return buffer
    }

    @Test("rows belong together, also after the ring went round", arguments: [5, 40, 333])
    func rows(steps: Int) throws {
        let buffer = try filled(capacity: 60, steps: steps)
        #expect(buffer.count == min(2 * steps, 60))
        let batch = TransitionBatch(500, from: buffer, discount: 0.5)
        var random = RandomGenerator(seed: 1)
        buffer.sample(into: batch, random: &random)
        for row in 0..<batch.count {
            let episode = batch.observations[2 * row]
            let place = batch.observations[2 * row + 1]
            #expect(batch.nextObservations[2 * row] == episode)
            #expect(batch.nextObservations[2 * row + 1] == place + 1)
            #expect(batch.achieved[row] == place + 1)
            let step = Int(((episode - 1) * 7 + place).rounded())
            let action = Float(step) / 1_000
            #expect(batch.actions[row] == action || batch.actions[row] == action + 0.5)
            #expect(batch.rewards[row] == -1 && batch.discounts[row] == 0.5)
        }
    }

    @Test("returns over several steps end with the episode or the newest step")
    func returns() throws {
        let buffer = try filled(capacity: 60, steps: 33)
        let batch = TransitionBatch(500, from: buffer, discount: 0.5, steps: 3)
        var random = RandomGenerator(seed: 2)
        buffer.sample(into: batch, random: &random)
        for row in 0..<batch.count {
            let (episode, place) = (batch.observations[2 * row], batch.observations[2 * row + 1])
            let last: Float = episode == 5 ? 5 : 7
            let steps = min(3, last - place)
            #expect(batch.nextObservations[2 * row + 1] == place + steps)
            #expect(batch.rewards[row] == [-1, -1.5, -1.75][Int(steps) - 1])
            #expect(batch.discounts[row] == [0.5, 0.25, 0.125][Int(steps) - 1])
        }
    }

    @Test("goals come from where the strategy says", arguments: HindsightStrategy.allCases)
    func goals(strategy: HindsightStrategy) throws {
        let buffer = try filled(capacity: 60, steps: 33)
        let reward = GoalReward.sparse(goalCount: 1, threshold: 0.25, terminates: true)
        let relabeler = HindsightRelabeler(strategy, ratio: 4, reward: reward)
        var batch = TransitionBatch(4_000, from: buffer, discount: 0.5)
        var random = RandomGenerator(seed: 3)
        buffer.sample(into: batch, random: &random)
        relabeler.relabel(&batch, random: &random)
        var relabeled = 0
        var goals: Set<Float> = []
        var ahead = [Double](repeating: 0, count: 7)
        for row in 0..<batch.count {
            let (episode, achieved) = (batch.observations[2 * row], batch.achieved[row])
            let goal = batch.desired[row]
            let isReached = abs(goal - achieved) <= 0.25
            #expect(batch.rewards[row] == (isReached ? 0 : -1))
            #expect(batch.discounts[row] == (isReached ? 0 : 0.5))
            guard batch.isRelabeled[row] != 0 else {
                #expect(goal == -1)
                continue
            }
            relabeled += 1
            let last: Float = episode == 5 ? 5 : 7
            switch strategy {
            case .future, .discounted: #expect(goal >= achieved && goal <= last)
            case .final: #expect(goal == last)
            case .episode: #expect(goal >= 1 && goal <= last)
            case .random: #expect(goal >= 1 && goal <= 7)
            }
            if strategy != .random { #expect(Float(batch.goalSteps[row]) == goal - achieved) }
            if episode == 3, achieved == 4 {
                goals.insert(goal)
                ahead[Int(goal - 1)] += 1
            }
        }
        // Four of five, within five deviations.
        #expect(abs(Double(relabeled) / 4_000 - 0.8) < 0.032)
        let wanted: [HindsightStrategy: Set<Float>] = [
            .future: [4, 5, 6, 7], .discounted: [4, 5, 6, 7], .final: [7],
            .episode: [1, 2, 3, 4, 5, 6, 7],
            .random: [1, 2, 3, 4, 5, 6, 7],
        ]
        #expect(goals == wanted[strategy])
        guard strategy == .discounted else { return }
        // Discounted by a half: 8, 4, 2 and 1 of fifteen.
        let all = ahead.reduce(0, +)
        for (steps, share) in [8.0, 4, 2, 1].enumerated() {
            let part = share / 15
            let deviation = (part * (1 - part) / all).squareRoot()
            #expect(abs(ahead[3 + steps] / all - part) < 5 * deviation)
        }
    }

    @Test("a buffer that was saved brings the same")
    func saved() throws {
        let buffer = try filled(capacity: 60, steps: 100)
        let other = try filled(capacity: 60, steps: 1)
        try other.restore(buffer.state())
        let batches = [buffer, other].map {
            TransitionBatch(100, from: $0, discount: 0.9, steps: 2)
        }
        for (buffer, batch) in zip([buffer, other], batches) {
            var random = RandomGenerator(seed: 5)
            buffer.sample(into: batch, random: &random)
        }
        for row in 0..<100 {
            #expect(
                batches[0].nextObservations[2 * row + 1] == batches[1].nextObservations[2 * row + 1]
            )
            #expect(batches[0].rewards[row] == batches[1].rewards[row])
        }
        let small = try filled(capacity: 40, steps: 1)
        #expect(throws: LearningStateError.self) { try small.restore(buffer.state()) }
    }

    @Test("a buffer takes little more than its numbers")
    func memory() throws {
        for name in ["cartpole", "pointmaze", "bitflip", "reach"] {
            let world = try EnvironmentCatalog.make(name)
            let batch = world.batch
            let buffer = ReplayBuffer(capacity: 1_000_000, batch: batch, actionCount: 1)
            let numbers = 2 * batch.observationCount + 2 * batch.goalCount + 1 + 1
            #expect(Double(buffer.byteCount) <= 1.1 * Double(4 * numbers) * 1e6, "\(name)")
        }
    }
}
