#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file without a name that is mapped here and in a worker, with the numbers that both read and write.
final class GymnasiumMemory {
    /// Where a part lies.
    struct Part: Sendable {
        var offset: Int
        var count: Int
    }

    /// The widths of one environment's rows.
    struct Widths: Sendable, Equatable {
        var environments, observation, goal, action: Int
    }

    /// Pairs of goals that a reward is asked for at once.
    static let pairCapacity = 1024

    let parts: [String: Part]
    let byteCount: Int
    let widths: Widths
    /// The index of the environment at work; -1 for none.
    let progress: UnsafeMutablePointer<Int64>
    let seeds: UnsafeMutablePointer<UInt64>
    let rewards: UnsafeMutablePointer<Double>
    let terminated, truncated, success, wanted: UnsafeMutablePointer<UInt8>
    /// What actions led to, and what to act on.
    let next, current: EnvironmentBatch.Observations
    let actions: UnsafeMutablePointer<Float>
    /// Pairs of goals, and their rewards and ends.
    let achieved, desired: UnsafeMutablePointer<Float>
    let pairRewards: UnsafeMutablePointer<Double>
    let pairEnds: UnsafeMutablePointer<UInt8>
    private let base: UnsafeMutableRawPointer

    /// Lays the parts out and maps them.
    ///
    /// - Throws: what went wrong, as a text.
    init(_ widths: Widths, file: Int32) throws(GymnasiumFailure) {
        var parts: [String: Part] = [:]
        var end = 0
        func add(_ name: String, _ count: Int, size: Int) {
            parts[name] = Part(offset: end, count: count)
            end += (count * size + 63) / 64 * 64
        }
        let count = widths.environments
        add("progress", 1, size: 8)
        add("seeds", count, size: 8)
        add("rewards", count, size: 8)
        for flags in ["terminated", "truncated", "success", "wanted"] { add(flags, count, size: 1) }
        for rows in ["next", "current"] {
            add(rows, count * widths.observation, size: 4)
            guard widths.goal > 0 else { continue }
            add(rows + "Achieved", count * widths.goal, size: 4)
            add(rows + "Desired", count * widths.goal, size: 4)
        }
        add("actions", count * widths.action, size: 4)
        if widths.goal > 0 {
            for name in ["achieved", "desired"] {
                add(name, Self.pairCapacity * widths.goal, size: 4)
            }
            add("pairRewards", Self.pairCapacity, size: 8)
            add("pairEnds", Self.pairCapacity, size: 1)
        }
        self.parts = parts
        byteCount = end
        try Self.reserve(end, file)
        let mapped = mmap(nil, end, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
        guard let mapped, mapped != MAP_FAILED else {
            throw .memory("mapping \(end) bytes failed: \(Self.reason)")
        }
        base = mapped
        self.widths = widths
        // What is not there is never looked at.
        func at<Number>(_ name: String) -> UnsafeMutablePointer<Number> {
            (mapped + (parts[name]?.offset ?? 0)).assumingMemoryBound(to: Number.self)
        }
        func rows(_ name: String) -> EnvironmentBatch.Observations {
            .init(
                observations: at(name), achieved: at(name + "Achieved"),
                desired: at(name + "Desired"))
        }
        (progress, seeds, rewards) = (at("progress"), at("seeds"), at("rewards"))
        (terminated, truncated) = (at("terminated"), at("truncated"))
        (success, wanted, actions) = (at("success"), at("wanted"), at("actions"))
        (next, current) = (rows("next"), rows("current"))
        (achieved, desired) = (at("achieved"), at("desired"))
        (pairRewards, pairEnds) = (at("pairRewards"), at("pairEnds"))
    }

    deinit { munmap(base, byteCount) }

    // MARK: Files

    /// A file that has no name any more, in memory if there is a place for it.
    static func openFile() throws(GymnasiumFailure) -> Int32 {
        let folders = ["/dev/shm", FileManager.default.temporaryDirectory.path, "/tmp"]
        for folder in folders {
            if let file = openFile(in: folder, appends: false) { return file }
        }
        throw .memory("no file can be made in \(folders.joined(separator: ", ")): \(reason)")
    }

    /// A nameless file in a folder, not inherited by other processes.
    static func openFile(in folder: String, appends: Bool) -> Int32? {
        let path = "\(folder)/hindsight-\(UInt64.random(in: 0 ... .max))"
        let flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | (appends ? O_APPEND : 0)
        let file = open(path, flags, 0o600)
        guard file >= 0 else { return nil }
        unlink(path)
        return file
    }

    /// Makes the file so long, and sees to it that there is room: a page that cannot be written ends the process.
    private static func reserve(_ bytes: Int, _ file: Int32) throws(GymnasiumFailure) {
        guard ftruncate(file, off_t(bytes)) == 0 else {
            throw .memory("\(bytes) bytes: \(reason)")
        }
        #if os(Linux)
            let code = posix_fallocate(file, 0, off_t(bytes))
            guard code == 0 else {
                throw .memory(
                    "there is no room for \(bytes) bytes in /dev/shm: \(String(cString: strerror(code)))"
                )
            }
        #endif
    }

    static var reason: String { String(cString: strerror(errno)) }
}
