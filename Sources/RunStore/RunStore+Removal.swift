import Foundation
internal import GRDB

extension RunStore {
    /// Deletes a run with all that is kept of it, its predictions and their outcomes included.
    ///
    /// Outcomes it learned from become pending again.
    ///
    /// - Parameter force: Whether to delete even a run others started from, or a running one.
    /// - Returns: The bytes its files took.
    /// - Throws: `StoreError.runHasDependents` or `.runIsActive`, unless forced.
    @discardableResult
    public func delete(_ run: Run, force: Bool = false) throws -> Int {
        try write { database in
            let current = try self.find(run.name, in: database)
            let dependents = try self.dependents(of: current, in: database)
            if !force, self.isAlive(current) {
                throw StoreError.runIsActive(
                    name: current.name, process: current.process, host: current.host)
            }
            if !force, !dependents.isEmpty {
                throw StoreError.runHasDependents(name: current.name, dependents: dependents)
            }
            try database.execute(
                sql: "DELETE FROM run WHERE number = ?", arguments: [current.number])
            try database.execute(
                sql: """
                    DELETE FROM recipe WHERE hash = ?1
                        AND NOT EXISTS (SELECT 1 FROM run WHERE recipe = ?1)
                    """, arguments: [current.recipeHash])
            try self.plan(removal: current.folder, in: database)
        }
        release(run.number)
        return try finishRemovals()
    }

    /// Writes down that a path is to be removed, in the same transaction as what makes it useless:
    /// a crash before the removal is made up for when the store is opened again.
    func plan(removal path: String, in database: Database) throws {
        try database.execute(
            sql: "INSERT OR IGNORE INTO removal (path) VALUES (?)", arguments: [path])
    }

    /// Removes what was planned to be, and returns how many bytes that freed.
    @discardableResult
    func finishRemovals() throws -> Int {
        let paths = try read { try String.fetchAll($0, sql: "SELECT path FROM removal") }
        guard !paths.isEmpty else { return 0 }
        var freed = 0
        for path in paths { freed += try Folder.remove(folder + "/" + path) }
        Folder.synchronize(folder)
        try write { database in
            for path in paths {
                try database.execute(
                    sql: "DELETE FROM removal WHERE path = ?", arguments: [path])
            }
        }
        return freed
    }
}
