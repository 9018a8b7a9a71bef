import Foundation
import HindsightLearning
import HindsightModelFiles
import HindsightModels
import HindsightRecipes
import HindsightReports
import HindsightRunStore
import HindsightTensors

/// How a search ended.
public struct SearchSummary: Sendable {
    /// The run's name.
    public var run: String
    /// The run's folder.
    public var folder: String
    /// What was found; nil if it was interrupted.
    public var choice: SearchChoice?
    /// The recipe with what was found; nil if it was interrupted.
    public var recipe: String?
    /// The HTML report; nil if none was asked for.
    public var report: String?
}

/// Finds settings for a recipe by cross-validation, and keeps every training in a run store.
public struct SearchJob {
    /// What the store calls the data of means over folds.
    public static let dataset = "cross-validation"

    /// The recipe, its paths absolute.
    public let recipe: Recipe
    /// Where runs are kept.
    public let store: RunStore
    /// The run.
    public let run: Run
    private let stopSwitch: StopSwitch

    /// A new search.
    ///
    /// - Parameters:
    ///   - result: a recipe without errors.
    ///   - stopSwitch: how a signal ends it.
    /// - Throws: `RecipeError`, `StoreError`, and what is wrong with the data, before there is a run.
    public init(_ result: RecipeReadResult, stopSwitch: StopSwitch = StopSwitch()) throws {
        let recipe = try TuneJob.fixed(result)
        let split = try recipe.split()
        _ = try split.folds(2, limit: recipe.search.rows, seed: 0)
        if case .path(let path) = recipe.model {
            _ = try SequenceClassifier.readConfiguration(try ModelFolder(path))
        }
        if !SearchSpace.needsRates(recipe) {
            let candidates = try SearchSpace.candidates(recipe, rates: [])
            guard candidates.count > 1 else {
                throw JobError(
                    "search.over has only one training to choose from; give more values, or keys that "
                        + "matter beside the recipe's method and optimizer")
            }
        }
        self.recipe = recipe
        self.stopSwitch = stopSwitch
        store = try RunStore(folder: recipe.store)
        run = try store.create(
            NewRun(
                kind: "search", task: recipe.task.rawValue, recipe: recipe.yaml(),
                softwareVersion: hindsightVersion, seed: UInt64(recipe.seed),
                kernelVariant: Kernels.variant, threads: recipe.threads ?? Threads.limit,
                tags: recipe.name.map { [$0] } ?? [], notes: recipe.notes ?? ""))
    }

    /// A search that was cut off.
    ///
    /// - Throws: `StoreError`, `JobError` if it came to its end or is none.
    public init(
        resuming name: String, in store: RunStore, stopSwitch: StopSwitch = StopSwitch()
    ) throws {
        let found = try store.find(name)
        guard found.kind == "search" else {
            throw JobError(
                "\(found.name) is no search; go on with it by: hindsight \(found.kind) --resume "
                    + found.name)
        }
        try found.requireUnfinished()
        recipe = try store.readRecipe(of: found)
        self.store = store
        self.stopSwitch = stopSwitch
        run = try store.resume(found)
    }

    /// Does it.
    ///
    /// - Parameter observe: told what happens, one call at a time.
    /// - Returns: what was found, and where it is.
    /// - Throws: what went wrong; the run is then marked as failed, and can be resumed.
    public func perform(_ observe: (JobEvent) -> Void) throws -> SearchSummary {
        do {
            return try Threads.withLimit(recipe.threads ?? Threads.limit) { try work(observe) }
        } catch {
            _ = try? store.end(run, .failed, reason: "\(error)")
            throw error
        }
    }

    private func work(_ observe: (JobEvent) -> Void) throws -> SearchSummary {
        let folder = store.folder(of: run)
        observe(.run(name: run.name, folder: folder))
        let split = try recipe.split()
        for warning in split.report.warnings { observe(.warning(warning)) }
        let search = try TextSearch(
            recipe, split, try ModelPlaces(recipe, observe), store, run, stopSwitch)
        guard let choice = try search.perform(observe) else {
            _ = try store.end(run, .stopped, reason: StopReason.interrupted.name)
            return SearchSummary(run: run.name, folder: folder)
        }
        let path = "\(folder)/best.yaml"
        try AtomicFile.write([UInt8](try recipe.changed(choice.settings).yaml().utf8), to: path)
        _ = try store.end(run, .finished, reason: choice.isCut ? "time" : "completed")
        return SearchSummary(
            run: run.name, folder: folder, choice: choice, recipe: path,
            report: try writeReport(folder))
    }

    private func writeReport(_ folder: String) throws -> String? {
        guard recipe.report else { return nil }
        var report = try RunReport(
            of: try store.find(run.name), in: store, dataset: SearchJob.dataset)
        report.curves += try SearchJournal.read(from: folder)?.charts ?? []
        let path = "\(folder)/report.html"
        try ReportFile.write(report.html(), to: path)
        return path
    }
}
