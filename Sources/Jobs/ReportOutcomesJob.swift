import Foundation
import HindsightDatasets
import HindsightFineTuning
import HindsightRecipes
import HindsightRunStore

/// Takes reports of what really happened to texts that a run predicted.
public struct ReportOutcomesJob {
    /// The run.
    public let run: Run
    private let store: RunStore
    private let problem: TextProblem
    private let separator: String

    /// A job for a run that has a model.
    ///
    /// - Throws: `StoreError`, and what is wrong with the model's files.
    public init(run name: String, in store: RunStore) throws {
        self.store = store
        run = try store.find(name)
        let folder = "\(store.folder(of: run))/\(TextModel.folderName)"
        guard FilePaths.isFolder(folder) else {
            throw JobError(
                "\(run.name) has no finished model, so there are no predictions to report outcomes for; "
                    + "finish it with: hindsight tune --resume \(run.name)")
        }
        problem = try TextModel.problem(ofFolder: folder)
        let name = run.name
        separator =
            try store.recipe(of: run).flatMap { RecipeReader.read(text: $0, name: name).recipe }?
            .data.labelSeparator ?? "|"
    }

    /// Takes one report.
    ///
    /// - Parameters:
    ///   - id: the prediction's.
    ///   - outcome: the true label, or the true number for regression.
    ///   - source: who or what says so.
    /// - Throws: `StoreError` for an id that is not in the store, `JobError` for an unknown label.
    public func report(id: String, outcome: String, source: String?) throws {
        let value = try value(outcome)
        try store.report(
            OutcomeReport(predictionID: id, value: value, source: source), labels: known)
    }

    /// Takes a file's reports: all of them, or none if any is wrong.
    ///
    /// - Parameters:
    ///   - path: CSV, TSV or JSON Lines with columns `id` and `label` (or `outcome`).
    ///   - source: who or what says so.
    /// - Returns: how many.
    /// - Throws: `DatasetError`, or `StoreError` with every line that is wrong.
    public func report(file path: String, source: String?) throws -> Int {
        let reader = try CSVReader(path: path)
        guard let id = reader.columns.firstIndex(of: "id"),
            let label = ["label", "outcome"].lazy.compactMap({ reader.columns.firstIndex(of: $0) })
                .first
        else {
            throw JobError(
                "\(path): needs the columns id and label (or outcome); it has "
                    + reader.columns.joined(separator: ", "))
        }
        var reports: [OutcomeReport] = []
        var problems: [OutcomeProblem] = []
        while try reader.next() {
            do {
                reports.append(
                    OutcomeReport(
                        predictionID: reader[id], value: try value(reader[label]), source: source,
                        line: reader.line))
            } catch {
                problems.append(OutcomeProblem(line: reader.line, "\(error)"))
            }
        }
        return try store.report(reports, labels: known, problems: problems).count
    }

    private var known: Set<String>? {
        if case .classification(let labels) = problem { Set(labels) } else { nil }
    }

    private func check(_ label: String, _ labels: [String]) throws {
        guard labels.contains(label) else {
            throw JobError(
                "the outcome \"\(label)\" is none of the labels that \(run.name) knows: "
                    + labels.joined(separator: ", "))
        }
    }

    private func value(_ text: String) throws -> Outcome.Value {
        switch problem {
        case .classification(let labels):
            try check(text, labels)
            return .label(text)
        case .multiLabel(let labels):
            for part in text.split(separator: separator) { try check(String(part), labels) }
            return .label(text)
        case .regression:
            guard let number = Double(text), number.isFinite else {
                throw JobError("the outcome \"\(text)\" is not a number")
            }
            return .number(number)
        }
    }
}
