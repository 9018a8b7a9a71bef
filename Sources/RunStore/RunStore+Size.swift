import Foundation
internal import GRDB

/// What a run takes.
public struct RunSize: Sendable, Equatable {
    /// The run's name.
    public let run: String
    /// Bytes of its files.
    public let bytes: Int
    /// Its rows in the database.
    public let metrics, checkpoints, predictions, outcomes: Int
}

/// What a store takes.
public struct StoreSize: Sendable, Equatable {
    /// Bytes of the database.
    public let database: Int
    /// What each run takes, the newest first.
    public let runs: [RunSize]

    /// All bytes.
    public var bytes: Int { runs.reduce(database) { $0 + $1.bytes } }
}

extension RunStore {
    /// Adds up what the store takes.
    public func size() throws -> StoreSize {
        let rows = try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT name,
                        (SELECT COUNT(*) FROM metric WHERE run = run.number),
                        (SELECT COUNT(*) FROM checkpoint WHERE run = run.number),
                        (SELECT COUNT(*) FROM prediction WHERE run = run.number),
                        (SELECT COUNT(*) FROM outcome JOIN prediction ON prediction = id
                            WHERE run = run.number)
                    FROM run ORDER BY number DESC
                    """)
        }
        let runs = rows.map { row in
            let name: String = row[0]
            return RunSize(
                run: name, bytes: Folder.byteCount(folder + "/" + name), metrics: row[1],
                checkpoints: row[2], predictions: row[3], outcomes: row[4])
        }
        return StoreSize(database: databaseBytes(), runs: runs)
    }

    /// Bytes of the database with its log and index.
    func databaseBytes() -> Int {
        ["", "-wal", "-shm"].reduce(0) { $0 + Folder.byteCount(databasePath + $1) }
    }
}
