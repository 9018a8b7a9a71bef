import Foundation
internal import GRDB

extension RunStore {
    /// Keeps that a checkpoint was written; one of the same path and kind replaces the earlier entry.
    ///
    /// Call it when the checkpoint's file is complete and on the disk.
    ///
    /// - Throws: `StoreError.invalid` if the path is not inside the run's folder.
    public func record(_ checkpoint: Checkpoint, of run: Run) throws {
        let parts = checkpoint.path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 1, parts[0] == run.folder, !parts.contains(where: isUnsafe) else {
            throw StoreError.invalid(
                what: "checkpoint path", value: checkpoint.path,
                expected: "a path inside \(run.folder)/, relative to the store")
        }
        let metrics = try JSONText.encode(checkpoint.metrics)
        try write { database in
            try self.touch(run, in: database)
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO checkpoint
                        (run, step, path, kind, metrics, bytes, sha256, created)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    run.number, checkpoint.step, checkpoint.path, checkpoint.kind.rawValue,
                    metrics, checkpoint.bytes, checkpoint.sha256,
                    checkpoint.created.timeIntervalSince1970,
                ])
        }
    }

    /// A run's checkpoints, the oldest entry first.
    public func checkpoints(of run: Run) throws -> [Checkpoint] {
        try read { try self.numberedCheckpoints(of: run, in: $0).map(\.checkpoint) }
    }

    /// The newest checkpoint of a kind.
    public func checkpoint(_ kind: Checkpoint.Kind, of run: Run) throws -> Checkpoint? {
        try checkpoints(of: run).last { $0.kind == kind }
    }

    func numberedCheckpoints(of run: Run, in database: Database) throws
        -> [(number: Int64, checkpoint: Checkpoint)]
    {
        let rows = try Row.fetchAll(
            database, sql: "SELECT * FROM checkpoint WHERE run = ? ORDER BY number",
            arguments: [run.number])
        return try rows.map { row in
            let checkpoint = Checkpoint(
                step: row["step"], path: row["path"],
                kind: Checkpoint.Kind(rawValue: row["kind"]) ?? .latest,
                metrics: try self.decode(row["metrics"]), bytes: row["bytes"],
                sha256: row["sha256"], created: Date(timeIntervalSince1970: row["created"]))
            return (row["number"], checkpoint)
        }
    }

    private func isUnsafe(_ part: Substring) -> Bool {
        part.isEmpty || part == "." || part == ".." || part.utf8.contains(0)
    }
}
