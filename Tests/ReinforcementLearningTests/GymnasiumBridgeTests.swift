import Foundation
import HindsightLearning
import Testing

@testable import HindsightReinforcementLearning

/// Environments of Gymnasium in Python processes: real ones, and some that break their contract.
///
/// They need a Python with Gymnasium: the one that HINDSIGHT_PYTHON names, or the one that
/// `Tools/setup-gymnasium.sh` makes.
@Suite(.serialized) struct GymnasiumBridgeTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static let python: GymnasiumPython = {
        if let named = ProcessInfo.processInfo.environment["HINDSIGHT_PYTHON"] {
            return GymnasiumPython(program: named)
        }
        return GymnasiumPython(program: root.path + "/.bench/gymnasium/bin/python")
    }()

    private func make(
        _ name: String, _ settings: [String: String] = [:], count: Int = 1
    ) throws -> GymnasiumVector {
        try GymnasiumVector(name, settings: settings, count: count, python: Self.python)
    }

    private func misbehaving(
        _ how: String, _ settings: [String: String] = [:], count: Int = 1
    ) throws -> GymnasiumVector {
        let folder = Self.root.path + "/Tests/Fixtures/gymnasium"
        setenv("PYTHONPATH", folder, 1)
        return try make(
            "misbehaving:Misbehaving-v0", settings.merging(["how": how]) { $1 }, count: count)
    }

    @Test(
        "steps are those of our own environments, bit for bit",
        arguments: ["CartPole-v1", "Pendulum-v1", "Taxi-v4"])
    func equal(name: String) throws {
        let world = try make(name, count: 5)
        let own = try EnvironmentCatalog.make(name, count: 5)
        #expect(world.observationSpace.flatCount == own.observationSpace.flatCount)
        #expect(world.actionSpace == own.actionSpace)
        try world.reset(seed: 42)
        try own.reset(seed: 42)
        var random = PCG64(seed: 1)
        for step in 0..<600 {
            for index in 0..<5 {
                let action = own.actionSpace.flat(own.actionSpace.sample(using: &random))
                world.batch.actions[index] = action[0]
                own.batch.actions[index] = action[0]
            }
            try world.step()
            try own.step()
            for (one, other) in zip(rows(world), rows(own)) {
                #expect(one == other, "\(name), step \(step)")
            }
        }
    }

    private func rows(_ world: any VectorEnvironment) -> [[Float]] {
        let (batch, width) = (world.batch, world.batch.count * world.batch.observationCount)
        return [
            Array(UnsafeBufferPointer(start: batch.next.observations, count: width)),
            Array(UnsafeBufferPointer(start: batch.current.observations, count: width)),
            Array(UnsafeBufferPointer(start: batch.rewards, count: batch.count)),
            (0..<batch.count).map { Float(batch.terminated[$0]) },
            (0..<batch.count).map { Float(batch.truncated[$0]) },
        ]
    }

    @Test("real environments keep their contract", arguments: ["CartPole-v1", "Pendulum-v1"])
    func contract(name: String) throws {
        let environment = try GymnasiumEnvironment.make(name, python: Self.python)
        #expect(EnvironmentChecker().findings(in: environment) == [])
    }

    @Test("what prints does not disturb")
    func printing() throws {
        let world = try misbehaving("prints")
        try world.reset(seed: 1)
        for _ in 0..<20 { try world.step() }
        #expect(world.batch.current.observations[0] == 0)
    }

    @Test(
        "an error names environment, index, step and action, and what happened",
        arguments: [
            ("dies", "was ended by signal 9"), ("exits", "ended with status 7"),
            ("raises", "ValueError: the third step"), ("nan", "number 1 is nan"),
            ("reward", "the reward is inf"), ("shape", "(3,) instead of (2,)"),
            ("type", "instead of float32"), ("hangs", "no answer within 1 s"),
        ])
    func failures(how: String, words: String) throws {
        let world = try misbehaving(how, ["worker.time_limit": "1", "worker.count": "2"], count: 3)
        try world.reset(seed: 1)
        for index in 0..<3 { world.batch.actions[index] = 1 }
        try world.step()
        try world.step()
        let error = #expect(throws: GymnasiumError.self) { try world.step() }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("gym:misbehaving:Misbehaving-v0, environment 0, step 3"), "\(text)")
        #expect(text.contains("with the action 1") && text.contains(words), "\(text)")
        if how == "dies" { #expect(text.contains("these are my last words")) }
        // What is used afterwards is new.
        try world.reset(seed: 1)
        try world.step()
    }

    @Test("a worker that ended is started again if that is wanted, its episodes cut off")
    func restart() throws {
        let world = try misbehaving("dies", ["worker.restarts": "2"], count: 2)
        var notes: [String] = []
        world.onRestart = { notes.append($0) }
        try world.reset(seed: 1)
        for step in 1...3 {
            try world.step()
            #expect((world.batch.truncated[0] == 1) == (step == 3))
        }
        #expect(world.restarts >= 1 && notes.count == world.restarts)
        #expect(world.batch.rewards[0] == 0 && world.batch.current.observations[0] == 0)
    }

    @Test("two hundred environments")
    func many() throws {
        let world = try make("CartPole-v1", ["worker.count": "4"], count: 200)
        try world.reset(seed: 3)
        for _ in 0..<50 { try world.step() }
        let starts = Set((0..<200).map { world.batch.current.observations[4 * $0] })
        #expect(starts.count == 200)
    }

    @Test("what is missing is told with what to do")
    func missing() throws {
        let nowhere = GymnasiumPython(program: "/nonexistent/python")
        #expect(throws: GymnasiumError.self) {
            try GymnasiumVector("CartPole-v1", python: nowhere)
        }
        let error = #expect(throws: GymnasiumError.self) { try make("CatPole-v1") }
        #expect(error.map { "\($0)".contains("gym:CatPole-v1") } == true)
        #expect(throws: EnvironmentError.self) {
            try make("CartPole-v1", ["worker.restart": "1"])
        }
    }
}
