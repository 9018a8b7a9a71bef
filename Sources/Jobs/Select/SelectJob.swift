import Foundation
import HindsightLearning
import HindsightModelFiles
import HindsightModels
import HindsightRecipes
import HindsightReports
import HindsightRunStore
import HindsightTensors
import HindsightTokenizers
import HindsightTransferability

/// Chooses among pretrained models: scores of their features make a shortlist, short fine-tunes decide.
///
/// A score alone misleads, so none is the answer: the best few are fine-tuned by cross-validation, more of
/// them dropped each round.
public struct SelectJob {
    /// The recipe, its paths absolute; its model is the first candidate's.
    public let recipe: Recipe
    /// Where runs are kept.
    public let store: RunStore
    /// The run.
    public let run: Run
    private let wish: Wish
    private let stopSwitch: StopSwitch

    /// What is asked for; kept in the run's folder for a resume.
    private struct Wish: Codable {
        static let fileName = "selection.json"

        var candidates: [SearchPlan.Candidate]
        /// How many are fine-tuned.
        var confirmed: Int
        /// What is done.
        var scores: [ModelScores] = []

        func write(to folder: String) throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try AtomicFile.write(
                [UInt8](try encoder.encode(self)), to: "\(folder)/\(Wish.fileName)")
        }
    }

    /// A new choice.
    ///
    /// - Parameters:
    ///   - result: a recipe without errors; `search.over` varies more than the model, such as pooling or
    ///     layers.
    ///   - models: folders or `hub:` names; at least one.
    ///   - confirmed: how many are fine-tuned; nil for all.
    ///   - stopSwitch: how a signal ends it.
    /// - Throws: `RecipeError`, `StoreError`, `JobError`, and what is wrong with data or models, before there
    ///   is a run.
    public init(
        _ result: RecipeReadResult, models: [String], confirmed: Int? = 3,
        stopSwitch: StopSwitch = StopSwitch()
    ) throws {
        var recipe = try TuneJob.fixed(result)
        let candidates = try SelectJob.candidates(recipe, models)
        guard candidates.count > 1 else {
            throw JobError(
                "there is only one candidate; give several models, or vary layers or pooling with "
                    + "--over \"layers=[2, 4, 6]\"")
        }
        recipe = try recipe.changed(candidates[0].settings.filter { $0.hasPrefix("model=") })
        _ = try recipe.split().folds(2, limit: recipe.search.rows, seed: 0)
        self.recipe = recipe
        self.stopSwitch = stopSwitch
        wish = Wish(
            candidates: candidates,
            confirmed: min(max(confirmed ?? candidates.count, 1), candidates.count))
        store = try RunStore(folder: recipe.store)
        run = try store.create(
            NewRun(
                kind: "select", task: recipe.task.rawValue, recipe: recipe.yaml(),
                softwareVersion: hindsightVersion, seed: UInt64(recipe.seed),
                kernelVariant: Kernels.variant, threads: recipe.threads ?? Threads.limit,
                tags: recipe.name.map { [$0] } ?? [], notes: recipe.notes ?? ""))
        try wish.write(to: store.folder(of: run))
    }

    /// A choice that was cut off.
    ///
    /// - Throws: `StoreError`, `JobError` if it came to its end or is none.
    public init(
        resuming name: String, in store: RunStore, stopSwitch: StopSwitch = StopSwitch()
    ) throws {
        let found = try store.find(name)
        guard found.kind == "select" else {
            throw JobError(
                "\(found.name) is no choice among models; go on with it by: hindsight \(found.kind) "
                    + "--resume \(found.name)")
        }
        try found.requireUnfinished()
        let path = "\(store.folder(of: found))/\(Wish.fileName)"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw JobError("\(path) is missing; begin again with: hindsight select")
        }
        do {
            wish = try JSONDecoder().decode(Wish.self, from: data)
        } catch {
            throw JobError("\(path) is damaged (\(error)); begin again with: hindsight select")
        }
        guard let text = try store.recipe(of: found) else {
            throw JobError("\(found.name) has no recipe in the store")
        }
        recipe = try RecipeReader.read(text: text, name: found.name).get()
        self.store = store
        self.stopSwitch = stopSwitch
        run = try store.resume(found)
    }

    /// Every model with every setting that is varied; each folder is looked into.
    private static func candidates(
        _ recipe: Recipe, _ models: [String]
    ) throws -> [SearchPlan.Candidate] {
        var candidates: [SearchPlan.Candidate] = []
        for model in models {
            guard let source = ModelSource(model) else {
                throw JobError(
                    "\(model): expected a folder, a file or hub:owner/name[@revision]")
            }
            var path = model
            if case .path(let place) = source {
                path = FilePaths.absolute(place)
                let folder = try ModelFolder(path)
                _ = try SequenceClassifier.readConfiguration(folder)
                if recipe.tokenizer == nil { _ = try Tokenizer(folder: folder.path) }
            }
            let setting = "model=\(TuneJob.quoted(path))"
            let changed = try recipe.changed([setting])
            let more =
                recipe.search.over == nil
                ? [SearchPlan.Candidate(settings: [], rate: nil)]
                : try SearchSpace.candidates(changed, rates: [recipe.usualLearningRate])
            candidates += more.map {
                SearchPlan.Candidate(settings: [setting] + $0.settings, rate: nil)
            }
        }
        let names = candidates.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw JobError(
                "two candidates are called \(twice); give folders with different names, each once")
        }
        return candidates
    }

    /// Does it.
    ///
    /// - Parameter observe: told what happens, one call at a time.
    /// - Returns: what was chosen, and where it is.
    /// - Throws: what went wrong; the run is then marked as failed, and can be resumed.
    public func perform(_ observe: (JobEvent) -> Void) throws -> SelectSummary {
        do {
            return try Threads.withLimit(recipe.threads ?? Threads.limit) { try work(observe) }
        } catch {
            _ = try? store.end(run, .failed, reason: "\(error)")
            throw error
        }
    }

    private func work(_ observe: (JobEvent) -> Void) throws -> SelectSummary {
        let folder = store.folder(of: run)
        observe(.run(name: run.name, folder: folder))
        let split = try recipe.split()
        for warning in split.report.warnings { observe(.warning(warning)) }
        var wish = wish
        let scoring = ModelScoring(recipe: recipe, split: split)
        for (number, candidate) in wish.candidates.enumerated()
        where number >= wish.scores.count && !stopSwitch.isOff {
            wish.scores.append(try scoring.scores(candidate, number: number))
            try wish.write(to: folder)
            observe(
                .selection(
                    .scored(wish.scores[number], done: number + 1, total: wish.candidates.count)))
        }
        let ranks = ModelScores.ranks(wish.scores)
        var summary = SelectSummary(
            run: run.name, folder: folder, scores: wish.scores, ranks: ranks, choice: nil,
            shortlist: [], agreement: [])
        guard !stopSwitch.isOff else { return try interrupted(summary) }
        summary.shortlist = Array(
            ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }.prefix(wish.confirmed)
        ).sorted()
        observe(
            .selection(.shortlisted(summary.shortlist, scores: wish.scores, ranks: ranks)))
        let search = try TextSearch(
            recipe, split, try ModelPlaces(recipe, observe), store, run, stopSwitch,
            candidates: summary.shortlist.map { wish.candidates[$0] })
        guard let choice = try search.perform(observe) else { return try interrupted(summary) }
        return try finish(summary, choice, folder, observe)
    }

    private func interrupted(_ summary: SelectSummary) throws -> SelectSummary {
        _ = try store.end(run, .stopped, reason: StopReason.interrupted.name)
        return summary
    }

    private func finish(
        _ summary: SelectSummary, _ choice: SearchChoice, _ folder: String,
        _ observe: (JobEvent) -> Void
    ) throws -> SelectSummary {
        var summary = summary
        summary.choice = choice
        summary.agreement = try agreement(summary)
        let path = "\(folder)/best.yaml"
        try AtomicFile.write([UInt8](try recipe.changed(choice.settings).yaml().utf8), to: path)
        summary.recipe = path
        _ = try store.end(run, .finished, reason: choice.isCut ? "time" : "completed")
        if recipe.report {
            let report = try RunReport(
                of: try store.find(run.name), in: store, dataset: SearchJob.dataset)
            summary.report = "\(folder)/report.html"
            try ReportFile.write(report.html(), to: summary.report!)
        }
        observe(.selection(.selected(summary)))
        return summary
    }

    /// How each score orders the models that were fine-tuned on all folds.
    private func agreement(_ summary: SelectSummary) throws -> [ScoreAgreement] {
        guard let choice = summary.choice, let most = choice.ranking.map(\.folds).max() else {
            return []
        }
        let sign = recipe.stop.metric.isMaximized ? 1.0 : -1.0
        let judged = choice.ranking.filter { $0.folds == most && $0.mean != nil }
        guard judged.count >= 3 else { return [] }
        let reached = judged.map { sign * $0.mean! }
        let numbers = judged.map { summary.shortlist[$0.candidate] }
        func agreement(_ name: String, _ values: [Double]) throws -> ScoreAgreement {
            let first = values.indices.max { values[$0] < values[$1] }!
            return ScoreAgreement(
                score: name, tau: try WeightedKendall.tau(values, reached),
                regret: reached.max()! - reached[first])
        }
        let names = Set(summary.scores.flatMap(\.values.keys)).sorted()
        var result = try names.compactMap { name -> ScoreAgreement? in
            let values = numbers.compactMap { summary.scores[$0].values[name] }
            return values.count == numbers.count ? try agreement(name, values) : nil
        }
        result.append(
            try agreement("parameters", numbers.map { Double(summary.scores[$0].parameters) }))
        result.append(try agreement("combined", numbers.map { -summary.ranks[$0] }))
        return result.sorted { $0.tau > $1.tau }
    }
}
