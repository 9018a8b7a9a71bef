internal import GRDB

/// The tables of a store and how older ones are brought up to date.
///
/// Times are seconds since 1970. A `NULL` metric is a NaN, which SQLite can't hold. Migrations are
/// never changed once released; a new one is appended and `version` counted up.
enum Schema {
    /// The format this software writes, kept as SQLite's `user_version`.
    static let version = 1

    /// What tells a store from other programs' databases: `HSRS` as SQLite's `application_id`.
    static let applicationIdentifier = 0x4853_5253

    /// Brings a database to the newest format, step by step.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            for statement in first { try database.execute(sql: statement) }
            try database.execute(sql: "PRAGMA application_id = \(applicationIdentifier)")
            try database.execute(sql: "PRAGMA user_version = 1")
        }
        return migrator
    }

    private static let first = [
        """
        CREATE TABLE recipe (hash TEXT PRIMARY KEY, text TEXT NOT NULL, created REAL NOT NULL)
        """,
        """
        CREATE TABLE run (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, task TEXT NOT NULL,
            recipe TEXT REFERENCES recipe(hash),
            parent INTEGER REFERENCES run(number) ON DELETE SET NULL, parentName TEXT,
            status TEXT NOT NULL, reason TEXT,
            created REAL NOT NULL, updated REAL NOT NULL, finished REAL,
            software TEXT NOT NULL, seed INTEGER NOT NULL, machine TEXT NOT NULL,
            kernel TEXT NOT NULL, threads INTEGER NOT NULL,
            process INTEGER NOT NULL, host TEXT NOT NULL,
            tags TEXT NOT NULL, notes TEXT NOT NULL)
        """,
        "CREATE INDEX runParent ON run(parent)",
        """
        CREATE TABLE metric (
            run INTEGER NOT NULL REFERENCES run(number) ON DELETE CASCADE,
            split TEXT NOT NULL, name TEXT NOT NULL, step INTEGER NOT NULL,
            value REAL, time REAL NOT NULL,
            PRIMARY KEY (run, split, name, step)) WITHOUT ROWID
        """,
        """
        CREATE TABLE checkpoint (
            number INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run(number) ON DELETE CASCADE,
            step INTEGER NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL,
            metrics TEXT NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT, created REAL NOT NULL,
            UNIQUE (run, path, kind))
        """,
        """
        CREATE TABLE evaluation (
            number INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run(number) ON DELETE CASCADE,
            step INTEGER NOT NULL, dataset TEXT NOT NULL, model TEXT NOT NULL,
            results TEXT NOT NULL, created REAL NOT NULL)
        """,
        "CREATE INDEX evaluationRun ON evaluation(run)",
        """
        CREATE TABLE prediction (
            id TEXT PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run(number) ON DELETE CASCADE,
            step INTEGER NOT NULL, text TEXT NOT NULL, pair TEXT, label TEXT, number REAL,
            scores TEXT NOT NULL, time REAL NOT NULL)
        """,
        "CREATE INDEX predictionRun ON prediction(run)",
        """
        CREATE TABLE outcome (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            prediction TEXT NOT NULL REFERENCES prediction(id) ON DELETE CASCADE,
            kind TEXT NOT NULL, label TEXT, value REAL, source TEXT, time REAL NOT NULL,
            learnedBy INTEGER REFERENCES run(number) ON DELETE SET NULL)
        """,
        "CREATE INDEX outcomePrediction ON outcome(prediction, number)",
        "CREATE INDEX outcomeLearnedBy ON outcome(learnedBy)",
        """
        CREATE TABLE event (
            number INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run(number) ON DELETE CASCADE,
            time REAL NOT NULL, level TEXT NOT NULL, message TEXT NOT NULL)
        """,
        "CREATE INDEX eventRun ON event(run)",
        "CREATE TABLE removal (path TEXT PRIMARY KEY)",
    ]
}
