import Foundation
import Testing

@testable import HindsightRunStore

@Suite struct FailureTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private var database: String { folder.path + "/runs/store.sqlite" }

    private func sqlite(_ statement: String) throws {
        let store = try folder.store()
        try store.pool.writeWithoutTransaction { try $0.execute(sql: statement) }
    }

    @Test func aMissingStoreIsNotMadeUnlessWanted() throws {
        let runs = folder.path + "/runs"
        #expect(throws: StoreError.noStore(folder: runs)) {
            try RunStore(folder: runs, create: false)
        }
        #expect(!folder.exists(""))
        _ = try folder.store()
        _ = try RunStore(folder: runs, create: false)
    }

    @Test func aStoreOfANewerFormatIsRefused() throws {
        try sqlite("PRAGMA user_version = 99")
        #expect(
            throws: StoreError.newerVersion(
                path: database, found: 99, supported: Schema.version)
        ) { try folder.store() }
    }

    @Test func anotherProgramsDatabaseIsLeftAlone() throws {
        try sqlite("PRAGMA application_id = 17")
        #expect(throws: StoreError.notAStore(path: database)) { try folder.store() }
    }

    @Test func aDamagedDatabaseSaysSo() throws {
        do {
            let store = try folder.store()
            let run = try store.create(.tune())
            _ = try store.record((0..<2000).map { NewPrediction(text: "\($0)") }, of: run)
            try store.end(run, .finished)
            _ = try store.prune()
            try store.check()
        }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: database))
        for index in 4096..<bytes.count where index % 4096 < 64 { bytes[index] = 0xa5 }
        try bytes.write(to: URL(fileURLWithPath: database))
        let error = #expect(throws: StoreError.self) {
            let store = try folder.store()
            _ = try store.predictions(of: try store.find("tune-1"))
        }
        guard case .corrupt(database, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect("\(error!)".contains("recover"))
        try Data("no database at all, only words".utf8).write(to: URL(fileURLWithPath: database))
        #expect(throws: StoreError.self) { try folder.store() }
    }

    @Test func aFullDiskLosesNothingThatWasKept() throws {
        let store = try RunStore(folder: folder.path + "/runs", create: true, maximumPages: 60)
        let run = try store.create(.tune())
        var kept: [String] = []
        let error = #expect(throws: StoreError.self) {
            for index in 0..<10_000 {
                kept += try store.record(
                    [NewPrediction(text: String(repeating: "x", count: 500) + "\(index)")], of: run)
            }
        }
        #expect(error == .diskFull(path: database))
        #expect(kept.count > 50)
        #expect(try store.predictions(of: run, limit: 20_000).map(\.id) == kept)
        // A run whose end can't be written down is not held for ever.
        #expect(throws: StoreError.self) {
            try store.end(run, .failed, reason: String(repeating: "long", count: 5000))
        }
        #expect(try store.find(run.name).status == .interrupted)
    }

    @Test func aRemovedFolderIsNoticed() throws {
        let store = try folder.store()
        let run = try store.create(.tune())
        try FileManager.default.removeItem(atPath: folder.path + "/runs")
        #expect(throws: StoreError.vanished(path: database)) {
            try store.record([NewPrediction(text: "lost")], of: run)
        }
        #expect(throws: StoreError.vanished(path: database)) { try store.runs() }
        // Replaced by another store.
        _ = try folder.store()
        #expect(throws: StoreError.vanished(path: database)) { try store.runs() }
    }

    @Test func aFileInTheWayIsReported() throws {
        let path = folder.path + "/file"
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: StoreError.self) { try RunStore(folder: path) }
        #expect(throws: StoreError.self) { try RunStore(folder: path + "/runs") }
        #expect(throws: StoreError.self) { try RunStore(folder: "/proc/no/such/runs") }
    }

    @Test func aFolderOneMayNotWriteIsReported() async throws {
        _ = try folder.store()
        let path = folder.path + "/runs"
        chmod(path, 0o555)
        chmod(path + "/store.sqlite", 0o444)
        chmod(folder.path, 0o755)
        await #expect(processExitsWith: .success) { [path = path as String] in
            // The superuser may write anywhere; nobody may not.
            if geteuid() == 0 { precondition(setuid(65534) == 0) }
            do {
                _ = try RunStore(folder: path)
                exit(2)
            } catch StoreError.notWritable(path) {
                exit(0)
            }
        }
        chmod(path, 0o755)
    }

    @Test func plannedRemovalsAreMadeUpForAfterACrash() throws {
        let store = try folder.store()
        let run = try store.end(try store.create(.tune()), .finished)
        try folder.write("tune-1/model", bytes: 10)
        try store.write { database in
            try database.execute(sql: "DELETE FROM run WHERE number = ?", arguments: [run.number])
            try store.plan(removal: run.folder, in: database)
        }
        #expect(folder.exists("tune-1"))
        _ = try folder.store()
        #expect(!folder.exists("tune-1"))
    }
}
