import Foundation
internal import GRDB

extension RunStore {
    /// Keeps predictions of a run's model.
    ///
    /// - Parameters:
    ///   - step: The optimizer step of the model.
    /// - Returns: Their ids, in order.
    public func record(
        _ predictions: [NewPrediction], of run: Run, step: Int = 0, time: Date = Date()
    ) throws -> [String] {
        guard !predictions.isEmpty else { return [] }
        return try write { database in
            try self.touch(run, in: database)
            let statement = try database.cachedStatement(
                sql: """
                    INSERT INTO prediction (id, run, step, text, pair, label, number, scores, time)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """)
            var generator = SystemRandomNumberGenerator()
            return try predictions.map { prediction in
                let id = PredictionIdentifier.random(using: &generator)
                try statement.execute(arguments: [
                    id, run.number, step, self.databaseValue(prediction.text),
                    prediction.pair.map(self.databaseValue), prediction.label,
                    prediction.number, JSONText.encode(scores: prediction.scores),
                    time.timeIntervalSince1970,
                ])
                return id
            }
        }
    }

    /// The prediction with an id.
    ///
    /// - Throws: `StoreError.unknownPrediction` if there is none.
    public func prediction(_ id: String) throws -> Prediction {
        let row = try read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT prediction.*, run.name AS runName FROM prediction
                    JOIN run ON run.number = prediction.run WHERE id = ?
                    """, arguments: [PredictionIdentifier.normalized(id)])
        }
        guard let row else { throw StoreError.unknownPrediction(id: id) }
        return try prediction(from: row)
    }

    /// Predictions of a run, in the order they were kept.
    ///
    /// - Parameters:
    ///   - limit: At most so many.
    ///   - offset: Passes over so many.
    public func predictions(of run: Run, limit: Int = 1000, offset: Int = 0) throws
        -> [Prediction]
    {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT prediction.*, run.name AS runName FROM prediction
                    JOIN run ON run.number = prediction.run WHERE prediction.run = ?
                    ORDER BY prediction.rowid LIMIT ? OFFSET ?
                    """, arguments: [run.number, limit, offset]
            ).map { try self.prediction(from: $0) }
        }
    }

    /// How many predictions of a run are kept.
    public func predictionCount(of run: Run) throws -> Int {
        try read { database in
            try Int.fetchOne(
                database, sql: "SELECT COUNT(*) FROM prediction WHERE run = ?",
                arguments: [run.number]) ?? 0
        }
    }

    func prediction(from row: Row) throws -> Prediction {
        Prediction(
            id: row["id"], run: row["runName"], step: row["step"], text: text(row["text"]) ?? "",
            pair: text(row["pair"]), label: row["label"], number: row["number"],
            scores: try decode(row["scores"]), time: Date(timeIntervalSince1970: row["time"]))
    }

    /// SQLite's texts end at the first NUL; a text that has one is kept as bytes.
    private func databaseValue(_ text: String) -> DatabaseValue {
        text.utf8.contains(0) ? Data(text.utf8).databaseValue : text.databaseValue
    }

    private func text(_ value: DatabaseValue) -> String? {
        if case .blob(let bytes) = value.storage { return String(decoding: bytes, as: UTF8.self) }
        return String.fromDatabaseValue(value)
    }
}
