import Foundation
internal import GRDB

extension RunStore {
    /// Begins a run: allots its name, makes its folder, and holds it as this process's own until it
    /// is ended or the process is.
    ///
    /// - Throws: `StoreError.invalid` for a kind that can't be a name, `.unknownRun` for the parent.
    public func create(_ new: NewRun) throws -> Run {
        try requireKind(new.kind)
        let machine = try JSONText.encode(new.machine)
        let tags = try JSONText.encode(new.tags)
        var begun: (number: Int64, folder: String)?
        do {
            let run = try create(new, machine, tags) { begun = ($0, $1) }
            Folder.synchronize(folder)
            return run
        } catch {
            // Its folder did not exist before, and without the run nobody would know of it.
            if let begun {
                release(begun.number)
                _ = try? Folder.remove(begun.folder)
            }
            throw error
        }
    }

    private func create(
        _ new: NewRun, _ machine: String, _ tags: String, _ making: (Int64, String) -> Void
    ) throws -> Run {
        try write { database in
            let parent = try new.parent.map { try self.find($0, in: database) }
            let hash = try new.recipe.map { try self.keep(recipe: $0, in: database) }
            let number = try self.allotNumber(kind: new.kind, in: database)
            let name = "\(new.kind)-\(number)"
            let now = Date().timeIntervalSince1970
            try database.execute(
                sql: """
                    INSERT INTO run (number, name, kind, task, recipe, parent, parentName, status,
                        created, updated, software, seed, machine, kernel, threads, process, host,
                        tags, notes)
                    VALUES (?, ?, ?, ?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    number, name, new.kind, new.task, hash, parent?.number, parent?.name, now, now,
                    new.softwareVersion, Int64(bitPattern: new.seed), machine, new.kernelVariant,
                    new.threads, Int(getpid()), Self.hostName, tags, new.notes,
                ])
            making(number, self.folder + "/" + name)
            try Folder.create(self.folder + "/" + name)
            try self.claim(number: number, name: name, in: database)
            return try self.find(name, in: database)
        }
    }

    /// Takes up a run that ended or whose process died: it is this process's own and running again.
    ///
    /// - Throws: `StoreError.runIsActive` if a living process works on it.
    public func resume(_ run: Run) throws -> Run {
        try write { database in
            try self.touch(run, in: database)
            try self.claim(number: run.number, name: run.name, in: database)
            try database.execute(
                sql: """
                    UPDATE run SET status = 'running', reason = NULL, finished = NULL,
                        process = ?, host = ? WHERE number = ?
                    """, arguments: [Int(getpid()), Self.hostName, run.number])
            return try self.find(run.name, in: database)
        }
    }

    /// Ends a run.
    ///
    /// - Parameters:
    ///   - status: How it ended: anything but running.
    ///   - reason: Why, in words.
    /// - Returns: The run as it is now.
    @discardableResult
    public func end(_ run: Run, _ status: Run.Status, reason: String? = nil) throws -> Run {
        guard status != .running else {
            throw StoreError.invalid(
                what: "status", value: status.rawValue, expected: "one that ends a run")
        }
        // Even if it can't be written down, for want of space: it then shows as interrupted.
        defer { release(run.number) }
        return try write { database in
            try self.touch(run, in: database)
            try database.execute(
                sql: "UPDATE run SET status = ?, reason = ?, finished = updated WHERE number = ?",
                arguments: [status.rawValue, reason, run.number])
            return try self.find(run.name, in: database)
        }
    }

    /// Changes a run's tags and notes; what is nil stays.
    @discardableResult
    public func annotate(_ run: Run, tags: [String]? = nil, notes: String? = nil) throws -> Run {
        let tags = try tags.map { try JSONText.encode($0) }
        return try write { database in
            try database.execute(
                sql: """
                    UPDATE run SET tags = coalesce(?, tags), notes = coalesce(?, notes)
                    WHERE number = ?
                    """, arguments: [tags, notes, run.number])
            guard database.changesCount == 1 else { throw StoreError.runDeleted(name: run.name) }
            return try self.find(run.name, in: database)
        }
    }

    /// The text of a run's recipe.
    public func recipe(of run: Run) throws -> String? {
        try read { database in
            try String.fetchOne(
                database, sql: "SELECT text FROM recipe WHERE hash = ?",
                arguments: [run.recipeHash])
        }
    }

    /// The path of a run's folder.
    public func folder(of run: Run) -> String { folder + "/" + run.folder }

    /// Marks a run as just written to, which also shows that it is still there.
    func touch(_ run: Run, in database: Database) throws {
        try database.cachedStatement(
            sql: "UPDATE run SET updated = max(updated, ?) WHERE number = ?"
        )
        .execute(arguments: [Date().timeIntervalSince1970, run.number])
        guard database.changesCount == 1 else { throw StoreError.runDeleted(name: run.name) }
    }

    private func keep(recipe text: String, in database: Database) throws -> String {
        let hash = SHA256.hexadecimal(text)
        try database.execute(
            sql: "INSERT OR IGNORE INTO recipe (hash, text, created) VALUES (?, ?, ?)",
            arguments: [hash, text, Date().timeIntervalSince1970])
        return hash
    }

    /// The next number; numbers of deleted runs and of folders left by a lost database are not used
    /// again.
    private func allotNumber(kind: String, in database: Database) throws -> Int64 {
        let last = try Int64.fetchOne(
            database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'run'")
        var number = (last ?? 0) + 1
        while FileIdentity(path: "\(folder)/\(kind)-\(number)") != nil { number += 1 }
        return number
    }

    private func requireKind(_ kind: String) throws {
        let bytes = Array(kind.utf8)
        let fits =
            (1...32).contains(bytes.count) && bytes.first != UInt8(ascii: "-")
            && bytes.last != UInt8(ascii: "-")
            && bytes.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || $0 == UInt8(ascii: "-")
            }
        guard fits, kind != "last" else {
            throw StoreError.invalid(
                what: "kind of run", value: kind,
                expected: "up to 32 lower-case letters, digits and inner hyphens")
        }
    }
}
