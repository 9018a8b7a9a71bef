import Foundation
import HindsightLearning
import HindsightTensors
import Testing

@testable import HindsightReinforcementLearning

/// Transitions on disk.
@Suite struct ReplayFolderTests {
    private func withTemporaryFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            component: "replay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private func play(_ world: any VectorEnvironment, _ buffer: ReplayBuffer, steps: Int) throws {
        var actions = [Float](repeating: 0, count: world.count)
        for step in 0..<steps {
            for index in actions.indices { actions[index] = Float((step * 7 + index) % 5) }
            for index in actions.indices { world.batch.actions[index] = actions[index] }
            buffer.noteBefore(world.batch)
            try world.step()
            buffer.noteAfter(world.batch, actions: actions)
        }
    }

    private func make() throws -> (any VectorEnvironment, ReplayBuffer) {
        let world = try EnvironmentCatalog.make("bitflip", settings: ["bits": "5"], count: 3)
        try world.reset(seed: 1)
        return (world, ReplayBuffer(capacity: 60, batch: world.batch, actionCount: 1))
    }

    private func expectEqual(_ one: ReplayBuffer, _ other: ReplayBuffer) throws {
        let (folder, second) = (one.folder, other.folder)
        defer { (one.folder, other.folder) = (folder, second) }
        (one.folder, other.folder) = (nil, nil)
        let (left, right) = (try one.state(), try other.state())
        #expect(left.values == right.values)
        #expect(left.tensors.keys == right.tensors.keys)
        for (name, tensor) in left.tensors {
            let other = try right.tensor(name)
            #expect(tensor.withUnsafeBytes { a in other.withUnsafeBytes { a.elementsEqual($0) } })
        }
        for slot in 0..<one.count { #expect(one.stepsToEnd[slot] == other.stepsToEnd[slot]) }
    }

    @Test("what was saved in pieces comes back, and what came later is dropped")
    func pieces() throws {
        try withTemporaryFolder { path in
            let (world, buffer) = try make()
            buffer.folder = ReplayFolder("\(path)/replay")
            // The ring has 20 rows: some pieces wrap around, one is longer than the ring.
            for steps in [7, 9, 0, 11, 45, 3] {
                try play(world, buffer, steps: steps)
                let state = try buffer.state()
                #expect(state.tensors.isEmpty)
                let kept = try make().1
                kept.folder = ReplayFolder("\(path)/replay")
                try kept.restore(state)
                try expectEqual(buffer, kept)
            }
            let state = try buffer.state()
            let before = try make().1
            before.folder = ReplayFolder("\(path)/replay")
            try before.restore(state)
            try play(world, buffer, steps: 5)
            _ = try buffer.state()
            let again = try make().1
            again.folder = ReplayFolder("\(path)/replay")
            try again.restore(state)
            try expectEqual(before, again)
            // Both go on from there and are the same still.
            try play(world, again, steps: 4)
            let last = try again.state()
            let other = try make().1
            other.folder = ReplayFolder("\(path)/replay")
            try other.restore(last)
            try expectEqual(again, other)
        }
    }

    @Test("a missing or damaged file, and a folder that cannot be written, are named")
    func damage() throws {
        try withTemporaryFolder { path in
            let (world, buffer) = try make()
            buffer.folder = ReplayFolder("\(path)/replay")
            try play(world, buffer, steps: 4)
            _ = try buffer.state()
            try play(world, buffer, steps: 4)
            let state = try buffer.state()
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(path)/replay")
                .sorted()
            #expect(names.count == 2)
            func restored() throws {
                let kept = try make().1
                kept.folder = ReplayFolder("\(path)/replay")
                try kept.restore(state)
            }
            let first = "\(path)/replay/\(names[0])"
            let bytes = try #require(FileManager.default.contents(atPath: first))
            try Data(bytes.dropLast(5)).write(to: URL(filePath: first))
            #expect(throws: CheckpointError.self) { try restored() }
            try FileManager.default.removeItem(atPath: first)
            #expect(throws: CheckpointError.self) { try restored() }
            try bytes.write(to: URL(filePath: first))
            try restored()
            // A file where the folder should be.
            try Data().write(to: URL(filePath: "\(path)/taken"))
            buffer.folder = ReplayFolder("\(path)/taken")
            #expect(throws: CheckpointError.self) { _ = try buffer.state() }
        }
    }
}
