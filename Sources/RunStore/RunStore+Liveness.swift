import Foundation
internal import GRDB
import Synchronization

/// Whether a run's process lives: it holds a lock on a file in the run's folder, which the kernel
/// lets go when the process ends, so that neither a reused process number nor a container's own
/// numbering can mislead.
extension RunStore {
    /// This computer's name.
    static let hostName = ProcessInfo.processInfo.hostName

    /// A run on another computer counts as alive for so many seconds after it last wrote, since some
    /// network file systems keep locks to one computer.
    static let foreignPatience = 900.0

    private func lockPath(_ name: String) -> String { folder + "/" + name + "/.running" }

    /// Makes a run this object's own.
    func claim(number: Int64, name: String, in database: Database) throws {
        if claims.withLock({ $0[number] != nil }) { return }
        try Folder.create(folder + "/" + name)
        // Others hold the lock for an instant when they look whether it is held.
        guard let lock = try FileLock.acquire(lockPath(name), waiting: 0.5) else {
            let row = try Row.fetchOne(
                database, sql: "SELECT process, host FROM run WHERE number = ?",
                arguments: [number])
            throw StoreError.runIsActive(
                name: name, process: row?["process"] ?? 0, host: row?["host"] ?? "?")
        }
        claims.withLock { $0[number] = lock }
    }

    /// Lets a run go.
    func release(_ number: Int64) { claims.withLock { $0[number] = nil } }

    /// Whether a run that says it is running is.
    func isAlive(_ run: Run) -> Bool {
        guard run.status == .running else { return false }
        if claims.withLock({ $0[run.number] != nil }) { return true }
        if FileLock.isHeld(lockPath(run.name)) { return true }
        return run.host != Self.hostName
            && Date().timeIntervalSince(run.updated) < Self.foreignPatience
    }

    /// The row as a run, shown as interrupted if it says it is running and is not.
    func run(from row: Row) throws -> Run {
        let run = try Run(row: row)
        return run.status == .running && !isAlive(run) ? run.with(status: .interrupted) : run
    }
}
