internal import GRDB

extension RunStore {
    /// The run someone means.
    ///
    /// - Parameter name: A run's name, the unique beginning of one, its number, or `last`.
    /// - Throws: `StoreError.unknownRun` with the nearest names, or `.ambiguousRun`.
    public func find(_ name: String) throws -> Run {
        try read { try self.find(name, in: $0) }
    }

    /// All runs, the newest first.
    ///
    /// - Parameters:
    ///   - kind: Only those of this kind.
    ///   - status: Only those.
    ///   - tag: Only those with this tag.
    ///   - limit: At most so many.
    public func runs(
        kind: String? = nil, status: Run.Status? = nil, tag: String? = nil, limit: Int? = nil
    ) throws -> [Run] {
        let all = try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM run ORDER BY number DESC")
                .map { try self.run(from: $0) }
        }
        let matching = all.lazy.filter { run in
            (kind == nil || run.kind == kind) && (status == nil || run.status == status)
                && (tag == nil || run.tags.contains(tag!))
        }
        return Array(matching.prefix(limit ?? .max))
    }

    /// The runs that started from a run's model.
    public func dependents(of run: Run) throws -> [String] {
        try read { try self.dependents(of: run, in: $0) }
    }

    func dependents(of run: Run, in database: Database) throws -> [String] {
        try String.fetchAll(
            database, sql: "SELECT name FROM run WHERE parent = ? ORDER BY number",
            arguments: [run.number])
    }

    func find(_ name: String, in database: Database) throws -> Run {
        let condition: String
        let argument: any DatabaseValueConvertible
        if name == "last" {
            (condition, argument) = ("number = (SELECT max(number) FROM run) AND ?", 1)
        } else if let number = Int64(name) {
            (condition, argument) = ("number = ?", number)
        } else {
            (condition, argument) = ("name = ?", name)
        }
        let row = try Row.fetchOne(
            database, sql: "SELECT * FROM run WHERE \(condition)", arguments: [argument])
        if let row { return try run(from: row) }
        return try findByBeginning(name, in: database)
    }

    private func findByBeginning(_ prefix: String, in database: Database) throws -> Run {
        let names = try String.fetchAll(
            database, sql: "SELECT name FROM run ORDER BY number DESC LIMIT 10000")
        let matches = names.filter { $0.hasPrefix(prefix) && !prefix.isEmpty }
        if matches.count > 1 {
            throw StoreError.ambiguousRun(prefix: prefix, matches: Array(matches.prefix(10)))
        }
        guard let match = matches.first else {
            throw StoreError.unknownRun(
                name: prefix, nearest: nearestNames(to: prefix, among: names),
                recent: Array(names.prefix(3)))
        }
        return try find(match, in: database)
    }

    private func nearestNames(to name: String, among names: [String]) -> [String] {
        guard name.utf8.count <= 64 else { return [] }
        let near = names.map { (name: $0, distance: editDistance($0, name)) }
            .filter { $0.distance <= 2 }
        return near.sorted { $0.distance < $1.distance }.prefix(3).map(\.name)
    }
}

/// How many letters must be changed, added or removed to make one of the other (Levenshtein).
func editDistance(_ first: String, _ second: String) -> Int {
    let a = Array(first.utf8)
    let b = Array(second.utf8)
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for j in b.indices {
            let change = diagonal + (b[j] == letter ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(change, row[j] + 1, diagonal + 1)
        }
    }
    return row[b.count]
}
