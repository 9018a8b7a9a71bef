import Foundation
import HindsightModelFiles
import HindsightRecipes
import HindsightRunStore

/// Which outcomes a run learns from, noted in its folder: what is reported later is for another run, so that
/// one that was cut off goes on with the same ones.
struct OutcomeNotes {
    /// The outcomes with their predictions.
    let outcomes: [PendingOutcome]
    private static let fileName = "outcomes.json"

    /// What a resumed run had noted; else what is new for the parent now.
    ///
    /// - Throws: `StoreError`, and `JobError` if outcomes were deleted in the meantime.
    init(_ store: RunStore, _ parent: Run, _ resumed: Run?) throws {
        let path = resumed.map { "\(store.folder(of: $0))/\(OutcomeNotes.fileName)" }
        guard let resumed, let path, FileManager.default.fileExists(atPath: path) else {
            // A run that was cut off before it noted anything had not begun to learn either.
            outcomes = try store.pendingOutcomes(of: parent)
            return
        }
        let bytes = try FileBytes(path).withBytes { Data($0) }
        guard let numbers = try? JSONDecoder().decode([Int64].self, from: bytes) else {
            throw JobError(
                "\(path) is damaged; begin anew with: hindsight tune --from \(parent.name) --outcomes"
            )
        }
        outcomes = try store.outcomes(numbered: numbers)
        guard outcomes.count == numbers.count else {
            throw JobError(
                "\(numbers.count - outcomes.count) of the \(numbers.count) outcomes that \(resumed.name) "
                    + "learns from are no longer in the store; begin anew with: hindsight tune --from "
                    + "\(parent.name) --outcomes")
        }
    }

    /// Notes them in a run's folder, unless they are.
    ///
    /// - Throws: `FileError`.
    func write(to folder: String) throws {
        let path = "\(folder)/\(OutcomeNotes.fileName)"
        guard !FileManager.default.fileExists(atPath: path) else { return }
        let numbers = try JSONEncoder().encode(outcomes.map(\.outcome.number))
        try AtomicFile.write([UInt8](numbers), to: path)
    }
}

extension RunStore {
    /// The recipe that a run was made with, with what its search found.
    ///
    /// - Parameter overrides: other values for some of its keys.
    /// - Throws: `StoreError`, `RecipeError`, `JobError` if it has none.
    func readRecipe(of run: Run, overrides: [String] = []) throws -> Recipe {
        guard let text = try recipe(of: run) else {
            throw JobError(
                "\(run.name) has no recipe in the store; begin a new run with: hindsight tune RECIPE"
            )
        }
        // What a search has found is what the run was trained with.
        let found = try SearchJournal.read(from: folder(of: run))?.choice?.settings ?? []
        return try RecipeReader.read(text: text, name: run.name, overrides: found + overrides).get()
    }
}

extension Run {
    /// Throws `JobError` if the run came to its end.
    func requireUnfinished() throws {
        guard status == .finished else { return }
        throw JobError(
            "\(name) came to its end (\(reason ?? "finished")); there is nothing to resume. To learn from "
                + "new outcomes: hindsight tune --from \(name) --outcomes")
    }
}
