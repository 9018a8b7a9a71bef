import Foundation
internal import GRDB
import Synchronization

/// What happened in every run: a folder with an SQLite database and one folder a run.
///
/// ```
/// runs/store.sqlite         runs, metrics, checkpoints, evaluations, predictions, outcomes, events
/// runs/tune-1/              checkpoints, exported models and reports of the run tune-1
/// ```
///
/// What a method has returned from is on the disk: it survives a kill and a power cut. Several
/// processes may use one store at once. Every method may be called from any thread and blocks until
/// it is done; all throw `StoreError`.
public final class RunStore: Sendable {
    /// The store's folder.
    public let folder: String

    /// The database's file.
    public var databasePath: String { folder + "/store.sqlite" }

    /// How long to wait for another process.
    static let busySeconds = 30

    let pool: DatabasePool
    private let identity: FileIdentity

    /// The locks of the runs this object works on; letting one go tells others the run is not alive.
    let claims = Mutex<[Int64: FileLock]>([:])

    /// Opens the store in a folder, and makes it if there is none.
    ///
    /// - Parameters:
    ///   - folder: The store's folder.
    ///   - create: Whether to make folder and store if they are missing.
    /// - Throws: `StoreError` if the store is missing, damaged, of a newer format, not writable.
    public convenience init(folder: String = "runs", create: Bool = true) throws {
        try self.init(folder: folder, create: create, maximumPages: nil)
    }

    /// As above, with a limit to the database's size in pages of 4096 bytes, as a full disk has.
    init(folder: String, create: Bool, maximumPages: Int?) throws {
        self.folder = folder
        let path = folder + "/store.sqlite"
        if FileIdentity(path: path) == nil {
            guard create else { throw StoreError.noStore(folder: folder) }
            try Folder.create(folder)
        }
        guard access(folder, W_OK) == 0 else { throw StoreError(errno: errno, path: folder) }
        guard let lock = try FileLock.acquire(folder + "/.lock", waiting: Double(Self.busySeconds))
        else { throw StoreError.busy(path: folder, seconds: Self.busySeconds) }
        defer { withExtendedLifetime(lock) {} }
        pool = try Self.open(path, maximumPages: maximumPages)
        guard let identity = FileIdentity(path: path) else { throw StoreError.vanished(path: path) }
        self.identity = identity
        Folder.synchronize(folder)
        try finishRemovals()
    }

    private static func open(_ path: String, maximumPages: Int?) throws -> DatabasePool {
        if FileIdentity(path: path) != nil, access(path, W_OK) != 0 {
            throw StoreError.notWritable(path: path)
        }
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(TimeInterval(busySeconds))
            configuration.label = "hindsight.store"
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                try requireOurs(database, path: path)
                // What was reported must survive a power cut; GRDB's default for WAL does not.
                try database.execute(sql: "PRAGMA synchronous = FULL")
            }
            try Schema.migrator.migrate(pool)
            if let maximumPages {
                try pool.writeWithoutTransaction {
                    try $0.execute(sql: "PRAGMA max_page_count = \(maximumPages)")
                }
            }
            return pool
        } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        }
    }

    private static func requireOurs(_ database: Database, path: String) throws {
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let tables =
            try Int.fetchOne(
                database,
                // A process that was killed while it made the store leaves the migrator's empty table.
                sql: "SELECT COUNT(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'") ?? 0
        if application == 0, version == 0, tables == 0 { return }
        guard application == Schema.applicationIdentifier else {
            throw StoreError.notAStore(path: path)
        }
        guard version <= Schema.version else {
            throw StoreError.newerVersion(
                path: path, found: version, supported: Schema.version)
        }
    }

    /// Reads from one state of the database.
    func read<T>(_ body: (Database) throws -> T) throws -> T {
        try requirePresence()
        do {
            return try pool.read(body)
        } catch let error as DatabaseError {
            try requirePresence()
            throw StoreError(error, path: databasePath)
        }
    }

    /// Writes all of it or nothing, and returns when it is on the disk.
    func write<T>(_ body: (Database) throws -> T) throws -> T {
        try requirePresence()
        do {
            let result = try pool.write(body)
            try requirePresence()
            return result
        } catch let error as DatabaseError {
            try requirePresence()
            throw StoreError(error, path: databasePath)
        }
    }

    /// SQLite goes on writing into a file that was removed, and all of it would be lost.
    private func requirePresence() throws {
        guard FileIdentity(path: databasePath) == identity else {
            throw StoreError.vanished(path: databasePath)
        }
    }

    /// Reads through the whole database and reports damage.
    ///
    /// - Throws: `StoreError.corrupt`, with what is wrong.
    public func check() throws {
        let complaints = try read { database in
            try String.fetchAll(database, sql: "PRAGMA integrity_check(5)").filter { $0 != "ok" }
                + Row.fetchAll(database, sql: "PRAGMA foreign_key_check").prefix(5).map {
                    "a row of \($0[0] as String? ?? "?") refers to nothing"
                }
        }
        if !complaints.isEmpty {
            throw StoreError.corrupt(
                path: databasePath, detail: complaints.joined(separator: "; "))
        }
    }
}
