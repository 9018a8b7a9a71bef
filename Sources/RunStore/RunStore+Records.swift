import Foundation
internal import GRDB

extension RunStore {
    /// Keeps values of metrics; those of the same step, split and name replace earlier ones, since a
    /// run that goes on from a checkpoint passes some steps again.
    public func record(_ metrics: [MetricValue], of run: Run) throws {
        guard !metrics.isEmpty else { return }
        try write { database in
            try self.touch(run, in: database)
            let statement = try database.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO metric (run, split, name, step, value, time)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """)
            for metric in metrics {
                try statement.execute(arguments: [
                    run.number, metric.split, metric.name, metric.step,
                    metric.value.isNaN ? nil : metric.value, metric.time.timeIntervalSince1970,
                ])
            }
        }
    }

    /// A run's values of metrics, by split, name and step.
    ///
    /// - Parameters:
    ///   - split: Only those of this split.
    ///   - name: Only those of this name.
    public func metrics(of run: Run, split: String? = nil, name: String? = nil) throws
        -> [MetricValue]
    {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT step, split, name, value, time FROM metric
                    WHERE run = ?1 AND (?2 IS NULL OR split = ?2) AND (?3 IS NULL OR name = ?3)
                    ORDER BY split, name, step
                    """,
                arguments: [run.number, split, name]
            ).map {
                MetricValue(
                    step: $0[0], split: $0[1], name: $0[2], value: $0[3] ?? .nan,
                    time: Date(timeIntervalSince1970: $0[4]))
            }
        }
    }

    /// Which metrics a run has.
    public func metricNames(of run: Run) throws -> [MetricName] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT DISTINCT split, name FROM metric WHERE run = ? ORDER BY split, name",
                arguments: [run.number]
            ).map { MetricName(split: $0[0], name: $0[1]) }
        }
    }

    /// Keeps a line of a run's log.
    public func record(_ event: Event, of run: Run) throws { try record([event], of: run) }

    /// Keeps lines of a run's log.
    public func record(_ events: [Event], of run: Run) throws {
        try write { database in
            try self.touch(run, in: database)
            for event in events {
                try database.execute(
                    sql: "INSERT INTO event (run, time, level, message) VALUES (?, ?, ?, ?)",
                    arguments: [
                        run.number, event.time.timeIntervalSince1970, event.level.rawValue,
                        event.message,
                    ])
            }
        }
    }

    /// A run's log, the oldest line first.
    public func events(of run: Run) throws -> [Event] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT time, level, message FROM event WHERE run = ? ORDER BY number",
                arguments: [run.number]
            ).map {
                Event(
                    $0[2], level: Event.Level(rawValue: $0[1]) ?? .info,
                    time: Date(timeIntervalSince1970: $0[0]))
            }
        }
    }

    /// Keeps what a model achieved.
    public func record(_ evaluation: Evaluation, of run: Run) throws {
        let results = try JSONText.encode(evaluation.results)
        try write { database in
            try self.touch(run, in: database)
            try database.execute(
                sql: """
                    INSERT INTO evaluation (run, step, dataset, model, results, created)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    run.number, evaluation.step, evaluation.dataset, evaluation.model, results,
                    evaluation.created.timeIntervalSince1970,
                ])
        }
    }

    /// A run's evaluations, the oldest first.
    public func evaluations(of run: Run) throws -> [Evaluation] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM evaluation WHERE run = ? ORDER BY number",
                arguments: [run.number]
            ).map {
                Evaluation(
                    step: $0["step"], dataset: $0["dataset"], model: $0["model"],
                    results: try self.decode($0["results"]),
                    created: Date(timeIntervalSince1970: $0["created"]))
            }
        }
    }

    /// A document from a column; one that can't be read means that the database is damaged.
    func decode<Value: Decodable>(_ text: String) throws -> Value {
        do {
            return try JSONText.decode(Value.self, text)
        } catch {
            throw StoreError.corrupt(path: databasePath, detail: "unreadable \(Value.self)")
        }
    }
}
