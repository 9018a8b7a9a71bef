import Foundation
import HindsightDatasets
import HindsightFineTuning
import HindsightLearning
import HindsightModelFiles
import HindsightModelHub
import HindsightModels
import HindsightRecipes
import HindsightReports
import HindsightRunStore
import HindsightTensors

/// Fine-tunes a text model as a recipe says, and keeps everything in a run store.
///
/// Prediction, outcome, hindsight, fine-tuning, again and again until the target is met: the job reads the
/// data, measures what is reached without fine-tuning, trains, judges the best model on the test examples, and
/// saves it in the run's folder. A run that was cut off goes on as if it never had been.
public struct TuneJob {
    /// The recipe, its paths absolute.
    public let recipe: Recipe
    /// Where runs are kept.
    public let store: RunStore
    /// The run.
    public let run: Run
    private let isResuming: Bool
    private let stopSwitch: StopSwitch

    /// A new run.
    ///
    /// - Parameters:
    ///   - result: a recipe without errors.
    ///   - stopSwitch: how a signal ends training.
    /// - Throws: `RecipeError`, `StoreError`, and what is wrong with the data, before there is a run.
    public init(_ result: RecipeReadResult, stopSwitch: StopSwitch = StopSwitch()) throws {
        let recipe = try TuneJob.fixed(result)
        // Whatever is wrong with the data or the model's files is to be said before a run is made.
        _ = try recipe.split()
        if case .path(let path) = recipe.model {
            _ = try SequenceClassifier.readConfiguration(try ModelFolder(path))
        }
        self.recipe = recipe
        self.stopSwitch = stopSwitch
        store = try RunStore(folder: recipe.store)
        run = try store.create(
            NewRun(
                kind: "tune", task: recipe.task.rawValue, recipe: recipe.yaml(),
                softwareVersion: hindsightVersion, seed: UInt64(recipe.seed),
                kernelVariant: Kernels.variant, threads: recipe.threads ?? Threads.limit,
                tags: recipe.name.map { [$0] } ?? [], notes: recipe.notes ?? ""))
        isResuming = false
    }

    /// A run that was cut off.
    ///
    /// - Parameters:
    ///   - name: the run.
    ///   - store: where it is kept.
    ///   - stopSwitch: how a signal ends training.
    /// - Throws: `StoreError`, `JobError` if it came to its end or has no recipe.
    public init(
        resuming name: String, in store: RunStore, stopSwitch: StopSwitch = StopSwitch()
    ) throws {
        let found = try store.find(name)
        try found.requireUnfinished()
        guard found.parent == nil else {
            throw JobError("\(found.name) learns from outcomes: it is resumed as an OutcomeJob")
        }
        recipe = try store.readRecipe(of: found)
        self.store = store
        self.stopSwitch = stopSwitch
        run = try store.resume(found)
        isResuming = true
    }

    /// The recipe with paths that mean the same from any folder.
    static func fixed(_ result: RecipeReadResult) throws -> Recipe {
        let recipe = try result.get()
        var overrides = ["store=\(quoted(FilePaths.absolute(recipe.store)))"]
        for (key, path) in result.files {
            overrides.append("\(key)=\(quoted(FilePaths.absolute(path)))")
        }
        return try RecipeReader.read(
            text: recipe.yaml(), name: "recipe", overrides: overrides.sorted()
        ).get()
    }

    /// A path as a YAML value, whatever it contains.
    public static func quoted(_ path: String) -> String {
        "\"" + path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// Does it.
    ///
    /// - Parameter observe: told what happens, on this thread.
    /// - Returns: how it ended.
    /// - Throws: what went wrong; the run is then marked as failed, and can be resumed if it was training.
    public func perform(_ observe: (JobEvent) -> Void) throws -> TuneSummary {
        do {
            return try Threads.withLimit(recipe.threads ?? Threads.limit) {
                try Memory.withLimit(recipe.memoryLimit?.bytes ?? .max) { try work(observe) }
            }
        } catch {
            _ = try? store.end(run, .failed, reason: "\(error)")
            throw error
        }
    }

    private func work(_ observe: (JobEvent) -> Void) throws -> TuneSummary {
        let folder = store.folder(of: run)
        observe(.run(name: run.name, folder: folder))
        let split = try recipe.split()
        if !isResuming { observe(.note("\(split.report)")) }
        for warning in split.report.warnings { observe(.warning(warning)) }
        let places = try ModelPlaces(recipe, observe)
        var recipe = recipe
        if recipe.optimizer.choosesLearningRate {
            let search = try TextSearch(recipe, split, places, store, run, stopSwitch)
            guard let choice = try search.perform(observe) else {
                _ = try store.end(run, .stopped, reason: StopReason.interrupted.name)
                return interrupted
            }
            recipe = try recipe.changed(choice.settings)
        }
        // Without validation nothing else says when to stop: as early as in the search.
        let share =
            recipe.search.retrain == .all
            ? try SearchJournal.read(from: folder)?.choice?.bestShare : nil
        let session = try TextSession(
            recipe, split, places, learnsFromValidation: share != nil, observe)
        try session.recordBaselines(store, run, observe)
        let result = try session.train(
            store, run, checkpoints: "\(folder)/checkpoints", resuming: isResuming,
            share: share, stopSwitch: stopSwitch, observe)
        if result.reason == .interrupted {
            _ = try store.end(run, .stopped, reason: StopReason.interrupted.name)
            return summary(result, [], nil)
        }
        try warnOfDivergence(result, observe)
        let test = try session.recordTest(
            store, run, step: result.best?.step ?? result.steps, observe)
        try session.model.save(to: "\(folder)/\(TextModel.folderName)")
        let failed = result.reason.isDivergence
        _ = try store.end(run, failed ? .stopped : .finished, reason: result.reason.description)
        return summary(result, test, try writeReport(folder))
    }

    private var interrupted: TuneSummary {
        TuneSummary(
            run: run.name, folder: store.folder(of: run), best: [:], test: [],
            reason: StopReason.interrupted.name, explanation: StopReason.interrupted.description,
            report: nil)
    }

    private func warnOfDivergence(
        _ result: TrainingResult, _ observe: (JobEvent) -> Void
    ) throws {
        guard result.reason.isDivergence else { return }
        guard let best = result.best else {
            throw JobError(
                "\(result.reason), and no evaluation before it was finite; look for values that are not "
                    + "finite with: hindsight models inspect MODEL --values")
        }
        let text =
            "training \(result.reason); the best model so far, of step \(best.step), is kept; try a smaller "
            + "optimizer.learning_rate, or a smaller clip"
        try store.record(Event(text, level: .warning), of: run)
        observe(.warning(text))
    }

    private func writeReport(_ folder: String) throws -> String? {
        guard recipe.report else { return nil }
        let path = "\(folder)/report.html"
        var report = try RunReport(of: try store.find(run.name), in: store)
        report.curves += try SearchJournal.read(from: folder)?.charts ?? []
        try ReportFile.write(report.html(), to: path)
        return path
    }

    private func summary(
        _ result: TrainingResult, _ test: [(model: String, metrics: Metrics)], _ report: String?
    ) -> TuneSummary {
        TuneSummary(
            run: run.name, folder: store.folder(of: run), best: result.best?.metrics ?? [:],
            test: test, reason: result.reason.name, explanation: result.reason.description,
            report: report,
            search: try? SearchJournal.read(from: store.folder(of: run))?.choice)
    }
}

/// The version of this software.
public let hindsightVersion = "0.2.0"
