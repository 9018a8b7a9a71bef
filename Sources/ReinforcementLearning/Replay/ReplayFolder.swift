import HindsightLearning
import HindsightModelFiles
import HindsightTensors

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A replay buffer's transitions on disk: one safetensors file for the time steps between two checkpoints,
/// never changed once it is there.
///
/// A checkpoint writes what is new since the last one and records the time step it came to. Going on from a
/// checkpoint drops what was written after it.
final class ReplayFolder {
    let path: String
    /// The time step up to which everything that is held is on disk.
    private var end = 0
    /// Time steps of the last checkpoints, which someone may go back to.
    private var checkpoints: [Int] = []

    private static let keptCheckpoints = 4

    /// - Parameter path: the folder; it appears with the first file.
    init(_ path: String) { self.path = path }

    private struct Segment {
        let first, end: Int
        let name: String
    }

    /// What there is, in order of time.
    private var segments: [Segment] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { name in
            let parts = name.split(separator: "-")
            guard parts.count == 3, parts[0] == "steps", parts[2].hasSuffix(".safetensors"),
                let first = Int(parts[1]), let end = Int(parts[2].dropLast(".safetensors".count))
            else { return nil }
            return Segment(first: first, end: end, name: "\(path)/\(name)")
        }.sorted { $0.first < $1.first }
    }

    private func name(_ first: Int, _ end: Int) -> String {
        func digits(_ number: Int) -> String {
            let text = "\(number)"
            return String(repeating: "0", count: max(0, 12 - text.count)) + text
        }
        return "\(path)/steps-\(digits(first))-\(digits(end)).safetensors"
    }

    // MARK: Writing

    /// Writes what came since the last call.
    ///
    /// - Throws: `CheckpointError.cannotWrite`; what was on disk stays.
    func save(_ buffer: ReplayBuffer) throws {
        let first = max(end, buffer.time - buffer.rows, 0)
        if first < buffer.time {
            let target = name(first, buffer.time)
            do {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true)
                try SafetensorsWriter.write(
                    buffer.timeSteps(from: first, to: buffer.time).map { ($0.key, $0.value) },
                    to: target)
            } catch {
                throw CheckpointError.cannotWrite(target, reason: "\(error)")
            }
            end = buffer.time
        }
        checkpoints = checkpoints.suffix(Self.keptCheckpoints - 1) + [buffer.time]
        let oldest = (checkpoints.first ?? 0) - buffer.rows
        // What cannot be removed does no harm.
        for segment in segments where segment.end <= oldest {
            try? FileManager.default.removeItem(atPath: segment.name)
        }
    }

    // MARK: Reading

    /// Fills a buffer with the time steps before `time` that it holds, and drops later files.
    ///
    /// - Throws: `CheckpointError.damaged` if a file is missing or cannot be read; `LearningStateError` if it
    ///   belongs to another buffer.
    func restore(_ buffer: ReplayBuffer, to time: Int) throws {
        var place = max(0, time - buffer.rows)
        for segment in segments {
            if segment.end > time {
                try? FileManager.default.removeItem(atPath: segment.name)
            } else if segment.end > place {
                guard segment.first <= place else { break }
                try read(segment, into: buffer, from: place)
                place = segment.end
            }
        }
        guard place >= time else {
            throw CheckpointError.damaged(
                path, reason: "transitions from time step \(place) to \(time) are missing")
        }
        end = time
        checkpoints = [time]
    }

    private func read(_ segment: Segment, into buffer: ReplayBuffer, from first: Int) throws {
        let tensors: [String: Tensor]
        do {
            tensors = try SafetensorsFile(segment.name).allTensors
        } catch {
            throw CheckpointError.damaged(segment.name, reason: "\(error)")
        }
        try buffer.put(
            LearningState(tensors: tensors), from: segment.first, to: segment.end, skippingTo: first
        )
    }

    /// Forgets what is there: the next save writes everything anew.
    func clear() {
        for segment in segments { try? FileManager.default.removeItem(atPath: segment.name) }
        end = 0
        checkpoints = []
    }
}
