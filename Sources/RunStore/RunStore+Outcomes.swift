import Foundation
internal import GRDB

extension RunStore {
    /// Takes reports of what really happened: all of them, or none if any can't be taken.
    ///
    /// - Parameters:
    ///   - labels: If given, the only labels that make sense.
    ///   - problems: What was already found wrong while the reports were read; it is reported
    ///     together with what is found here.
    /// - Returns: The outcomes as they are kept.
    /// - Throws: `StoreError.badOutcomes`, with every report that can't be taken.
    @discardableResult
    public func report(
        _ reports: [OutcomeReport], labels: Set<String>? = nil, problems: [OutcomeProblem] = []
    ) throws -> [Outcome] {
        guard !reports.isEmpty || !problems.isEmpty else { return [] }
        return try write { database in
            let found = problems + (try self.problems(with: reports, labels, in: database))
            guard found.isEmpty else {
                let sorted = found.enumerated().sorted {
                    ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset)
                }
                throw StoreError.badOutcomes(
                    sorted.map(\.element), total: reports.count + problems.count)
            }
            let now = Date()
            return try reports.map { try self.insert($0, at: now, in: database) }
        }
    }

    /// Takes a report of what really happened.
    ///
    /// - Throws: `StoreError.unknownPrediction` for an id that is not in the store.
    @discardableResult
    public func report(_ report: OutcomeReport, labels: Set<String>? = nil) throws -> Outcome {
        do {
            return try self.report([report], labels: labels)[0]
        } catch StoreError.badOutcomes(let problems, _) {
            // The one case that has an error of its own.
            _ = try prediction(report.predictionID)
            throw StoreError.badOutcomes(problems, total: 1)
        }
    }

    /// All outcomes reported for a prediction, the oldest first; the last one counts.
    public func outcomes(ofPrediction id: String) throws -> [Outcome] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM outcome WHERE prediction = ? ORDER BY number",
                arguments: [PredictionIdentifier.normalized(id)]
            ).map { self.outcome(from: $0) }
        }
    }

    /// Outcomes that no run has learned from: of each prediction the latest one, if it is new.
    ///
    /// - Parameter run: Whose predictions; all runs' if nil.
    public func pendingOutcomes(of run: Run? = nil) throws -> [PendingOutcome] {
        try outcomes(
            where: """
                outcome.learnedBy IS NULL AND (?1 IS NULL OR prediction.run = ?1)
                    AND NOT EXISTS (
                        SELECT 1 FROM outcome AS later
                        WHERE later.prediction = outcome.prediction
                            AND later.number > outcome.number)
                """, [run?.number])
    }

    /// Outcomes by their numbers, whether learned from or not, in the order of the numbers.
    ///
    /// - Returns: Those that are in the store still.
    public func outcomes(numbered numbers: [Int64]) throws -> [PendingOutcome] {
        try outcomes(
            where: "outcome.number IN (SELECT value FROM json_each(?1))",
            [try JSONText.encode(numbers)])
    }

    private func outcomes(
        where condition: String, _ arguments: StatementArguments
    ) throws -> [PendingOutcome] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT prediction.*, run.name AS runName, outcome.number AS outcomeNumber,
                        outcome.kind AS outcomeKind, outcome.label AS outcomeLabel,
                        outcome.value AS outcomeValue, outcome.source AS outcomeSource,
                        outcome.time AS outcomeTime
                    FROM outcome JOIN prediction ON prediction.id = outcome.prediction
                    JOIN run ON run.number = prediction.run
                    WHERE \(condition) ORDER BY outcome.number
                    """, arguments: arguments
            ).map { row in
                let prediction = try self.prediction(from: row)
                return PendingOutcome(
                    outcome: self.outcome(from: row, prefix: "outcome", of: prediction.id),
                    prediction: prediction)
            }
        }
    }

    /// Keeps that a run learned from outcomes, so that they are no longer pending.
    public func markLearned(_ outcomes: [Outcome], by run: Run) throws {
        try write { database in
            try self.touch(run, in: database)
            let statement = try database.cachedStatement(
                sql: "UPDATE outcome SET learnedBy = ? WHERE number = ?")
            for outcome in outcomes {
                try statement.execute(arguments: [run.number, outcome.number])
            }
        }
    }

    private func problems(
        with reports: [OutcomeReport], _ labels: Set<String>?, in database: Database
    ) throws -> [OutcomeProblem] {
        let known = try database.cachedStatement(sql: "SELECT 1 FROM prediction WHERE id = ?")
        var problems: [OutcomeProblem] = []
        for report in reports {
            let id = PredictionIdentifier.normalized(report.predictionID)
            if try Int.fetchOne(known, arguments: [id]) == nil {
                problems.append(
                    OutcomeProblem(
                        line: report.line,
                        "no prediction has the id `\(report.predictionID)` in this store"))
            }
            if let complaint = complaint(about: report.value, labels) {
                problems.append(
                    OutcomeProblem(line: report.line, "\(report.predictionID): \(complaint)"))
            }
        }
        return problems
    }

    private func complaint(about value: Outcome.Value, _ labels: Set<String>?) -> String? {
        switch value {
        case .label(let label):
            guard let labels, !labels.contains(label) else { return nil }
            return "the label `\(label)` is unknown; known are "
                + labels.sorted().prefix(20).joined(separator: ", ")
        case .number(let number), .rating(let number):
            return number.isFinite ? nil : "\(number) is not a number one can learn from"
        }
    }

    private func insert(_ report: OutcomeReport, at time: Date, in database: Database) throws
        -> Outcome
    {
        let (kind, label, value): (String, String?, Double?) =
            switch report.value {
            case .label(let label): ("label", label, nil)
            case .number(let number): ("number", nil, number)
            case .rating(let rating): ("rating", nil, rating)
            }
        let id = PredictionIdentifier.normalized(report.predictionID)
        try database.cachedStatement(
            sql: """
                INSERT INTO outcome (prediction, kind, label, value, source, time)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [id, kind, label, value, report.source, time.timeIntervalSince1970])
        return Outcome(
            number: database.lastInsertedRowID, predictionID: id, value: report.value,
            source: report.source, time: time, learnedBy: nil)
    }

    private func outcome(from row: Row) -> Outcome {
        Outcome(
            number: row["number"], predictionID: row["prediction"],
            value: Self.value(kind: row["kind"], label: row["label"], value: row["value"]),
            source: row["source"], time: Date(timeIntervalSince1970: row["time"]),
            learnedBy: row["learnedBy"])
    }

    private func outcome(from row: Row, prefix: String, of prediction: String) -> Outcome {
        Outcome(
            number: row[prefix + "Number"], predictionID: prediction,
            value: Self.value(
                kind: row[prefix + "Kind"], label: row[prefix + "Label"],
                value: row[prefix + "Value"]),
            source: row[prefix + "Source"],
            time: Date(timeIntervalSince1970: row[prefix + "Time"]), learnedBy: nil)
    }

    private static func value(kind: String, label: String?, value: Double?) -> Outcome.Value {
        switch kind {
        case "label": .label(label ?? "")
        case "rating": .rating(value ?? .nan)
        default: .number(value ?? .nan)
        }
    }
}
