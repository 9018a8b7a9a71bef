import HindsightModelFiles
import HindsightTensors

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The file: safetensors with these tensors, S steps in E episodes one after another.
///
/// | tensor | type and shape | what |
/// |---|---|---|
/// | `lengths` | int64 `[E]` | steps of each episode, at least 1 |
/// | `observations` | float32 `[S + E, observation]` | T + 1 rows for an episode of T steps |
/// | `achieved_goals`, `desired_goals` | float32 `[S + E, goal]` | of goal environments alone |
/// | `actions` | float32 `[S, action]` | as the environment took them; discrete ones count from 0 |
/// | `rewards` | float32 `[S]` | |
/// | `terminated`, `truncated` | uint8 `[S]` | 0 or 1; an episode's last step alone has a 1 |
/// | `random_parts` | float32 `[E]` | the part of random actions; may be left out |
///
/// The metadata has `format` = `hindsight-trajectories`, `version` = `1`, `source` (JSON: `environment`,
/// `environmentSettings`, `run`, `algorithm`, `seed`, `software`), `observation_space` and `action_space`.
extension Trajectories {
    static let format = "hindsight-trajectories"
    static let version = "1"

    /// Writes a file, which appears whole or not at all.
    ///
    /// - Throws: `SafetensorsError` or `FileError`.
    public func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let metadata = [
            "format": Self.format, "version": Self.version,
            "source": String(decoding: try encoder.encode(source), as: UTF8.self),
            "observation_space": spaces.observation, "action_space": spaces.action,
        ]
        let rows = steps + episodes
        var tensors: [SafetensorsWriter.Named] = [
            ("lengths", Tensor(lengths.map { Int64($0) })),
            ("random_parts", Tensor(randomParts)),
            ("observations", Tensor(observations, shape: [rows, widths.observation])),
            ("actions", Tensor(actions, shape: [steps, widths.action])),
            ("rewards", Tensor(rewards)), ("terminated", Tensor(terminated)),
            ("truncated", Tensor(truncated)),
        ]
        if widths.goal > 0 {
            tensors.append(("achieved_goals", Tensor(achieved, shape: [rows, widths.goal])))
            tensors.append(("desired_goals", Tensor(desired, shape: [rows, widths.goal])))
        }
        try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
    }

    /// Reads a file, and checks all of it.
    ///
    /// - Throws: `FileError`, `JSONError`, `SafetensorsError`; `TrajectoryError` if it holds something else.
    public init(file path: String) throws {
        try self.init(try SafetensorsFile(path))
    }

    /// Reads an opened file.
    ///
    /// - Throws: `SafetensorsError`; `TrajectoryError` if it holds something else.
    public init(_ file: SafetensorsFile) throws {
        try self.init(TrajectoryReader(file))
    }

    private init(_ reader: TrajectoryReader) throws {
        let source = try reader.source()
        let lengths = try reader.lengths()
        let steps = lengths.reduce(0, +)
        let rows = steps + lengths.count
        let hasGoals = reader.has("achieved_goals") || reader.has("desired_goals")
        let (observations, seen) = try reader.numbers("observations", rows: rows)
        let (actions, done) = try reader.numbers("actions", rows: steps)
        let (achieved, goal) =
            hasGoals ? try reader.numbers("achieved_goals", rows: rows) : ([], 0)
        let (desired, wanted) =
            hasGoals ? try reader.numbers("desired_goals", rows: rows) : ([], 0)
        guard goal == wanted else {
            throw reader.failure(
                "desired_goals", "its goals have \(wanted) numbers, those achieved \(goal)")
        }
        self.init(
            source, (reader.text("observation_space"), reader.text("action_space")),
            Widths(observation: seen, goal: goal, action: done))
        (self.lengths, self.observations, self.actions) = (lengths, observations, actions)
        (self.achieved, self.desired) = (achieved, desired)
        rewards = try reader.column("rewards", steps)
        randomParts =
            reader.has("random_parts")
            ? try reader.column("random_parts", lengths.count)
            : Array(repeating: 0, count: lengths.count)
        terminated = try reader.flags("terminated", steps)
        truncated = try reader.flags("truncated", steps)
        try reader.checkEnds(lengths, terminated, truncated)
    }
}

/// Reads the parts of a file of trajectories, checking each.
private struct TrajectoryReader {
    private let file: SafetensorsFile
    /// More steps or wider rows than this would be no logged data.
    private static let most = 1 << 32

    init(_ file: SafetensorsFile) throws {
        self.file = file
        let format = file.metadata["format"] ?? "none"
        guard format == Trajectories.format else {
            throw failure(
                nil,
                "its metadata's format is \"\(format)\", not \"\(Trajectories.format)\"; logged "
                    + "episodes are written by: hindsight collect RUN --output FILE")
        }
        let version = file.metadata["version"] ?? "none"
        guard version == Trajectories.version else {
            throw failure(
                nil,
                "its layout's version is \(version), this program reads version "
                    + "\(Trajectories.version)")
        }
    }

    func failure(_ tensor: String?, _ problem: String) -> TrajectoryError {
        TrajectoryError(file.path, tensor, problem)
    }

    func has(_ name: String) -> Bool { file.stored(name) != nil }

    func text(_ name: String) -> String { file.metadata[name] ?? "" }

    func source() throws -> Trajectories.Source {
        guard let text = file.metadata["source"] else {
            throw failure(nil, "its metadata has no source")
        }
        do {
            return try JSONDecoder().decode(Trajectories.Source.self, from: Data(text.utf8))
        } catch {
            throw failure(
                nil,
                "its metadata's source is not JSON with environment, environmentSettings, seed "
                    + "and software")
        }
    }

    /// A tensor of a type and number of dimensions.
    private func tensor(_ name: String, _ type: DType, dimensions: Int) throws -> Tensor {
        guard let stored = file.stored(name) else {
            throw failure(name, "it is missing")
        }
        let expected = StoredType(type)
        guard stored.type == expected, stored.sizes.count == dimensions else {
            throw failure(
                name,
                "expected \(expected.rawValue) of \(dimensions) dimensions, found "
                    + "\(stored.type.rawValue) \(stored.sizes)")
        }
        return try file.storedTensor(name)
    }

    func lengths() throws -> [Int] {
        let lengths = try tensor("lengths", .int64, dimensions: 1).array(of: Int64.self)
        guard !lengths.isEmpty else { throw failure("lengths", "there are no episodes") }
        var sum: Int64 = 0
        for (episode, length) in lengths.enumerated() {
            guard length >= 1, length < Self.most, sum + length < Self.most else {
                throw failure(
                    "lengths",
                    "episode \(episode) has \(length) steps; expected at least 1, and less "
                        + "than \(Self.most) in all")
            }
            sum += length
        }
        return lengths.map { Int($0) }
    }

    /// Finite numbers in rows, and how many a row has.
    func numbers(_ name: String, rows: Int) throws -> ([Float], width: Int) {
        let tensor = try tensor(name, .float32, dimensions: 2)
        guard tensor.shape[0] == rows, tensor.shape[1] > 0 else {
            throw failure(
                name,
                "expected \(rows) rows of at least 1 number by the lengths of the episodes, found "
                    + "\(tensor.shape)")
        }
        return (try finite(name, tensor), tensor.shape[1])
    }

    func column(_ name: String, _ count: Int) throws -> [Float] {
        let tensor = try tensor(name, .float32, dimensions: 1)
        try check(name, tensor, count)
        return try finite(name, tensor)
    }

    func flags(_ name: String, _ count: Int) throws -> [UInt8] {
        let tensor = try tensor(name, .uint8, dimensions: 1)
        try check(name, tensor, count)
        let flags = tensor.array(of: UInt8.self)
        if let place = flags.firstIndex(where: { $0 > 1 }) {
            throw failure(name, "expected 0 or 1, found \(flags[place]) at step \(place)")
        }
        return flags
    }

    private func check(_ name: String, _ tensor: Tensor, _ count: Int) throws {
        guard tensor.count == count else {
            throw failure(
                name,
                "expected \(count) elements by the lengths of the episodes, found \(tensor.count)"
            )
        }
    }

    private func finite(_ name: String, _ tensor: Tensor) throws -> [Float] {
        let numbers = tensor.array(of: Float.self)
        if let place = numbers.firstIndex(where: { !$0.isFinite }) {
            let width = max(tensor.count / max(tensor.shape[0], 1), 1)
            throw failure(name, "row \(place / width) has \(numbers[place])")
        }
        return numbers
    }

    func checkEnds(_ lengths: [Int], _ terminated: [UInt8], _ truncated: [UInt8]) throws {
        var place = 0
        for (episode, length) in lengths.enumerated() {
            for step in 0..<length {
                let isEnd = terminated[place + step] != 0 || truncated[place + step] != 0
                guard isEnd == (step == length - 1) else {
                    let name = terminated[place + step] != 0 ? "terminated" : "truncated"
                    throw failure(
                        name,
                        isEnd
                            ? "episode \(episode) ends at step \(step + 1), but has \(length)"
                            : "episode \(episode) does not end with its last step; what was cut off "
                                + "is truncated")
                }
            }
            place += length
        }
    }
}
