import Foundation
internal import GRDB
import Synchronization

/// What `prune` removed, or would remove.
public struct Pruned: Sendable, Equatable {
    /// The files and folders, relative to the store's folder.
    public var paths: [String] = []
    /// The bytes freed.
    public var bytes = 0
}

extension RunStore {
    /// What names of half-written files end in; `prune` removes those that a dead process left in a
    /// run's folder.
    public static let partialSuffix = ".partial"

    /// Removes checkpoints that were superseded, and half-written files.
    ///
    /// Of each run the newest checkpoint of each kind stays, so that a run can always go on and
    /// never loses its best or final model; the folders of living runs are left alone.
    ///
    /// - Parameters:
    ///   - runs: Which runs; all if nil.
    ///   - dryRun: Whether only to say what would be removed.
    public func prune(_ runs: [Run]? = nil, dryRun: Bool = false) throws -> Pruned {
        var pruned = Pruned()
        for run in try runs ?? self.runs() {
            // Holding the run keeps another process from resuming it meanwhile.
            guard !isAlive(run), let lock = try hold(run) else { continue }
            defer { withExtendedLifetime(lock) {} }
            let (numbers, paths) = try superseded(of: run)
            let all = paths + leftovers(of: run)
            pruned.paths += all
            pruned.bytes += all.reduce(0) { $0 + Folder.byteCount(folder + "/" + $1) }
            guard !dryRun, !(numbers.isEmpty && all.isEmpty) else { continue }
            do {
                try forget(numbers, planning: all)
            } catch StoreError.diskFull {
                // Not even this fits: the files go first. Superseded entries without files do no
                // harm if the process dies here, and are gone with the next pruning.
                for path in all { _ = try Folder.remove(folder + "/" + path) }
                try forget(numbers, planning: all)
            }
            try finishRemovals()
        }
        if !dryRun { pruned.bytes += try compact() }
        return pruned
    }

    private func forget(_ numbers: [Int64], planning paths: [String]) throws {
        try write { database in
            for number in numbers {
                try database.execute(
                    sql: "DELETE FROM checkpoint WHERE number = ?", arguments: [number])
            }
            for path in paths { try self.plan(removal: path, in: database) }
        }
    }

    private func hold(_ run: Run) throws -> FileLock? {
        let folder = folder(of: run)
        guard FileIdentity(path: folder) != nil else { return nil }
        return try FileLock.acquire(folder + "/.running", waiting: 0.1)
    }

    /// Entries whose kind has a newer one, and those of their paths that nothing kept needs.
    private func superseded(of run: Run) throws -> (numbers: [Int64], paths: [String]) {
        let entries = try read { try self.numberedCheckpoints(of: run, in: $0) }
        let kept = Checkpoint.Kind.allCases.compactMap { kind in
            entries.last { $0.checkpoint.kind == kind }
        }
        let old = entries.filter { entry in !kept.contains { $0.number == entry.number } }
        let paths = Set(old.map(\.checkpoint.path)).filter { path in
            !kept.contains { overlap($0.checkpoint.path, path) }
        }
        return (old.map(\.number), paths.sorted())
    }

    /// Whether one path is the other or lies in it.
    private func overlap(_ first: String, _ second: String) -> Bool {
        first == second || first.hasPrefix(second + "/") || second.hasPrefix(first + "/")
    }

    private func leftovers(of run: Run) -> [String] {
        guard let inside = FileManager.default.enumerator(atPath: folder(of: run)) else {
            return []
        }
        var found: [String] = []
        for case let name as String in inside where name.hasSuffix(Self.partialSuffix) {
            found.append(run.folder + "/" + name)
        }
        return found.sorted()
    }

    /// Gives the database's unused pages back to the disk, if nobody else is using it, and returns
    /// how many bytes that freed.
    private func compact() throws -> Int {
        let before = databaseBytes()
        do {
            try pool.writeWithoutTransaction { database in
                let unused = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
                let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
                if unused * 4 > pages { try database.execute(sql: "VACUUM") }
                try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
        } catch let error as DatabaseError {
            let stored = StoreError(error, path: databasePath)
            // Compacting is a kindness: what was to be removed is.
            switch stored {
            case .busy, .diskFull: return 0
            default: throw stored
            }
        }
        return max(0, before - databaseBytes())
    }
}
