import Foundation
import HindsightLearning
import HindsightModelFiles
import HindsightTensors
import Testing

@testable import HindsightReinforcementLearning

/// Logged episodes: collecting, files, and replay.
@Suite struct TrajectoryTests {
    /// Does the same action always.
    private final class Constant: Policy {
        let value: Float
        init(_ value: Float) { self.value = value }
        func act(on batch: EnvironmentBatch) {
            batch.actions.update(repeating: value, count: batch.count * batch.actionCount)
        }
    }

    private func collected(
        _ name: String, episodes: Int = 7, _ disturbance: TrajectoryCollector.Disturbance = .init(),
        action: Float = 0, count: Int = 3, settings: [String: String] = [:]
    ) throws -> Trajectories {
        let world = try EnvironmentCatalog.make(name, settings: settings, count: count)
        return try TrajectoryCollector(world, policy: Constant(action)).collect(
            episodes: episodes, disturbance,
            source: .init(environment: name, run: "train-1", algorithm: "ppo", seed: 4))
    }

    private func withFile(_ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "trajectories-\(UUID().uuidString).safetensors"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test(
        "what was collected is written and read again",
        arguments: ["cartpole", "pendulum", "bitflip", "pointmaze"])
    func roundTrip(name: String) throws {
        let data = try collected(name, .init(randomPart: 0.5))
        #expect(data.episodes == 7)
        #expect(data.observations.count == (data.steps + 7) * data.widths.observation)
        #expect(data.randomParts == Array(repeating: 0.5, count: 7))
        try withFile { path in
            try data.write(to: path)
            #expect(try Trajectories(file: path) == data)
        }
    }

    @Test("an episode's rows are what the environment showed, the last included")
    func rows() throws {
        let data = try collected("cartpole", episodes: 2, action: 1, count: 1)
        var pole = CartPole()
        _ = pole.reset(seed: 4)
        for step in 0..<data.lengths[0] {
            let seen = Array(data.observations[step * 4..<step * 4 + 4])
            #expect(seen == pole.state.map { Float($0) })
            let result = try pole.step(.discrete(1))
            #expect((data.terminated[step] != 0) == result.isTerminated)
        }
        let last = data.lengths[0]
        #expect(
            Array(data.observations[last * 4..<last * 4 + 4]) == pole.state.map { Float($0) })
        #expect(data.returns[0] == Double(data.lengths[0]))
    }

    @Test("random actions and noise are within bounds, and different from the policy's")
    func disturbances() throws {
        let noisy = try collected("pendulum", .init(noise: 0.3), action: 1.9)
        #expect(noisy.actions.allSatisfy { (-2...2).contains($0) })
        #expect(Set(noisy.actions).count > 100)
        let some = try collected("cartpole", episodes: 30, .init(randomPart: 0.5), action: 1)
        let share = Double(some.actions.count { $0 == 0 }) / Double(some.steps)
        #expect((0.15...0.35).contains(share))
        #expect(throws: EnvironmentError.self) { try collected("cartpole", .init(noise: 0.1)) }
    }

    @Test("a replay buffer of logged data has every transition, goals and returns")
    func replay() throws {
        let data = try collected("bitflip", settings: ["bits": "4"])
        let world = try EnvironmentCatalog.make("bitflip", settings: ["bits": "4"])
        let buffer = try ReplayBuffer(data, for: world, name: "data")
        #expect(buffer.count == data.steps)
        let batch = TransitionBatch(data.steps, from: buffer, discount: 0.5)
        for slot in 0..<data.steps { batch.slots[slot] = UInt32(slot) }
        batch.gather()
        batch.findReturns(nil)
        var (row, step) = (0, 0)
        for length in data.lengths {
            for place in 0..<length {
                #expect(batch.observations[step * 4] == data.observations[(row + place) * 4])
                #expect(
                    batch.nextObservations[step * 4] == data.observations[(row + place + 1) * 4])
                #expect(batch.achieved[step * 4 + 1] == data.achieved[(row + place + 1) * 4 + 1])
                #expect(buffer.stepsToEnd[step] == UInt32(length - place - 1))
                step += 1
            }
            let last = step - 1
            // What was cut off counts as if it went on: r + γ r / (1 - γ) = 2 r at γ = ½.
            let wanted = data.terminated[last] != 0 ? data.rewards[last] : 2 * data.rewards[last]
            #expect(batch.returnsToGo[last] == wanted)
            row += length + 1
        }
    }

    @Test("returns of replaced goals are those of the rewards computed anew")
    func relabeledReturns() throws {
        let data = try collected("bitflip", .init(randomPart: 1), settings: ["bits": "4"])
        let world = try EnvironmentCatalog.make("bitflip", settings: ["bits": "4"])
        let reward = try #require(world.goalReward)
        let buffer = try ReplayBuffer(data, for: world, name: "data")
        var batch = TransitionBatch(data.steps, from: buffer, discount: 0.5)
        for slot in 0..<data.steps { batch.slots[slot] = UInt32(slot) }
        batch.gather()
        var random = RandomGenerator(seed: 1)
        HindsightRelabeler(.final, ratio: 1e9, reward: reward).relabel(&batch, random: &random)
        batch.findReturns(reward)
        var (row, step) = (0, 0)
        for length in data.lengths {
            let goal = Array(data.achieved[(row + length) * 4..<(row + length) * 4 + 4])
            for place in 0..<length {
                var (sum, factor, isOver) = (Float(0), Float(1), false)
                for later in place..<length where !isOver {
                    let reached = Array(
                        data.achieved[(row + later + 1) * 4..<(row + later + 1) * 4 + 4])
                    let (one, isEnd) = reward(achieved: reached, desired: goal)
                    sum += factor * one
                    factor *= 0.5
                    isOver = isEnd
                }
                // The last step reaches its own goal: nothing is missing after it.
                #expect((batch.returnsToGo[step] - sum).magnitude < 1e-6)
                step += 1
            }
            row += length + 1
        }
    }

    @Test("data that do not fit an environment are refused by name")
    func unfit() throws {
        let data = try collected("pendulum")
        for name in ["cartpole", "pointmaze"] {
            let world = try EnvironmentCatalog.make(name)
            let error = #expect(throws: TrajectoryError.self) {
                try data.check(for: world, name: "data.safetensors")
            }
            let text = error.map { "\($0)" } ?? ""
            #expect(text.contains("data.safetensors: tensor observations: expected"), "\(text)")
        }
        var other = try collected("cartpole")
        other.actions[3] = 2
        let world = try EnvironmentCatalog.make("cartpole")
        let error = #expect(throws: TrajectoryError.self) {
            try other.check(for: world, name: "d")
        }
        #expect(error?.description.contains("step 3 has action 2.0") == true)
    }

    private func small() throws -> Trajectories {
        try collected("pointmaze", episodes: 2, count: 1, settings: ["limit": "3"])
    }

    @Test("what is wrong with a file is said", arguments: 0..<9)
    func malformed(index: Int) throws {
        var data = try small()
        let expected: String
        switch index {
        case 0: (data.rewards[4], expected) = (.nan, "tensor rewards: row 4 has nan")
        case 1:
            (data.observations[9], expected) = (.infinity, "tensor observations: row 2 has inf")
        case 2: (data.lengths[0], expected) = (0, "episode 0 has 0 steps; expected at least 1")
        case 3: (data.lengths[0], expected) = (4, "rows of at least 1 number by the lengths")
        case 4: (data.truncated[1], expected) = (1, "episode 0 ends at step 2, but has 3")
        case 5: (data.truncated[5], expected) = (0, "episode 1 does not end with its last step")
        case 6: (data.terminated[0], expected) = (7, "expected 0 or 1, found 7 at step 0")
        case 7: (data.lengths[1], expected) = (1 << 40, "less than 4294967296 in all")
        default:
            data.randomParts.append(1)
            expected = "tensor random_parts: expected 2 elements by the lengths"
        }
        try withFile { path in
            try write(data, to: path)
            let error = #expect(throws: TrajectoryError.self) { try Trajectories(file: path) }
            let text = error.map { "\($0)" } ?? ""
            #expect(text.hasPrefix(path) && text.contains(expected), "\(text)")
        }
    }

    /// As `Trajectories.write`, without trusting that sizes agree.
    private func write(_ data: Trajectories, to path: String) throws {
        let rows = data.observations.count / data.widths.observation
        let steps = data.rewards.count
        try SafetensorsWriter.write(
            [
                ("lengths", Tensor(data.lengths.map { Int64($0) })),
                ("random_parts", Tensor(data.randomParts)),
                ("observations", Tensor(data.observations, shape: [rows, 4])),
                ("achieved_goals", Tensor(data.achieved, shape: [rows, 2])),
                ("desired_goals", Tensor(data.desired, shape: [rows, 2])),
                ("actions", Tensor(data.actions, shape: [steps, 2])),
                ("rewards", Tensor(data.rewards)), ("terminated", Tensor(data.terminated)),
                ("truncated", Tensor(data.truncated)),
            ],
            metadata: [
                "format": "hindsight-trajectories", "version": "1",
                "source":
                    #"{"environment":"pointmaze","environmentSettings":{},"seed":1,"software":""}"#,
            ], to: path)
    }

    @Test("other files, versions, missing and mistyped tensors are named")
    func foreign() throws {
        try withFile { path in
            func expect(
                _ text: String, _ tensors: [SafetensorsWriter.Named], _ metadata: [String: String]
            ) throws {
                try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
                let error = #expect(throws: TrajectoryError.self) { try Trajectories(file: path) }
                #expect(error?.description.contains(text) == true, "\(text)")
            }
            let one: [SafetensorsWriter.Named] = [("lengths", Tensor([Float(1)]))]
            var metadata = ["format": "pt"]
            try expect("format is \"pt\"", one, metadata)
            metadata = ["format": "hindsight-trajectories", "version": "9"]
            try expect("version is 9, this program reads version 1", one, metadata)
            metadata["version"] = "1"
            try expect("has no source", one, metadata)
            metadata["source"] = "[]"
            try expect("source is not JSON with environment", one, metadata)
            metadata["source"] =
                #"{"environment":"pendulum","environmentSettings":{},"seed":1,"software":""}"#
            try expect("tensor lengths: expected I64 of 1 dimensions, found F32 [1]", one, metadata)
            try expect(
                "tensor observations: it is missing", [("lengths", Tensor([Int64(1)]))], metadata)
        }
    }

    @Test("a file with changed bytes is read as what it says, or refused")
    func mutated() throws {
        let data = try small()
        try withFile { path in
            try data.write(to: path)
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
            var random = RandomGenerator(seed: 6)
            var (accepted, refused) = (0, 0)
            for _ in 0..<20_000 {
                var changed = bytes
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let place = Int.random(in: 0..<changed.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: changed[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: changed.remove(at: place)
                    default: changed.insert(UInt8.random(in: 32...125, using: &random), at: place)
                    }
                }
                let file = changed.withUnsafeBytes { FileBytes(copying: $0, name: "t") }
                guard let read = try? Trajectories(SafetensorsFile(file)) else {
                    refused += 1
                    continue
                }
                accepted += 1
                #expect(read.lengths.reduce(0, +) == read.steps)
                #expect(read.rewards.allSatisfy { $0.isFinite })
                #expect(
                    read.observations.count
                        == (read.steps + read.episodes) * read.widths.observation)
            }
            #expect(accepted > 500 && refused > 5_000, "\(accepted) \(refused)")
        }
    }
}
