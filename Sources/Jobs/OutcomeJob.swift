import Foundation
import HindsightDatasets
import HindsightFineTuning
import HindsightLearning
import HindsightRecipes
import HindsightReports
import HindsightRunStore
import HindsightTensors

/// Learns from the outcomes that were reported for a run's predictions.
///
/// Three quarters of the outcomes are learnt from, together with as many earlier texts again (so that what was
/// known is not forgotten); the rest, and the earlier validation texts, judge. The new model is kept only if it
/// is better on the held-out outcomes and not worse on the earlier texts; else the new run holds the old model.
public struct OutcomeJob {
    private let store: RunStore
    private let parent: Run
    private let resumed: Run?
    private let recipe: Recipe
    private let stopSwitch: StopSwitch
    private static let fewest = 8
    /// By how much the goal may fall on the earlier validation texts.
    private static let tolerance = 0.01

    /// A job for a run.
    ///
    /// - Parameters:
    ///   - name: the run whose predictions and model to use.
    ///   - store: where it is kept.
    ///   - overrides: other values for keys of its recipe.
    ///   - stopSwitch: how a signal ends training.
    /// - Throws: `StoreError`, `RecipeError`, `JobError`.
    public init(
        from name: String, in store: RunStore, overrides: [String] = [],
        stopSwitch: StopSwitch = StopSwitch()
    ) throws {
        self.store = store
        self.stopSwitch = stopSwitch
        parent = try store.find(name)
        resumed = nil
        recipe = try store.readRecipe(of: parent, overrides: overrides)
        try requireModel()
    }

    /// A run that learnt from outcomes and was cut off.
    ///
    /// - Parameters:
    ///   - name: the run that was learning.
    ///   - store: where it is kept.
    ///   - stopSwitch: how a signal ends training.
    /// - Throws: `StoreError`, `RecipeError`, `JobError` if it came to its end or did not learn from outcomes.
    public init(
        resuming name: String, in store: RunStore, stopSwitch: StopSwitch = StopSwitch()
    ) throws {
        self.store = store
        self.stopSwitch = stopSwitch
        let found = try store.find(name)
        try found.requireUnfinished()
        guard let from = found.parent else {
            throw JobError("\(found.name) did not learn from outcomes of another run")
        }
        parent = try store.find(from)
        recipe = try store.readRecipe(of: found)
        resumed = try store.resume(found)
        try requireModel()
    }

    private func requireModel() throws {
        guard FilePaths.isFolder("\(store.folder(of: parent))/\(TextModel.folderName)") else {
            throw JobError(
                "\(parent.name) has no finished model yet (it is \(parent.status.rawValue)); finish it "
                    + "with: hindsight tune --resume \(parent.name)")
        }
    }

    /// Does it.
    ///
    /// - Parameter observe: told what happens, on this thread.
    /// - Returns: how it ended.
    /// - Throws: what went wrong; nothing is marked as learnt then.
    public func perform(_ observe: (JobEvent) -> Void) throws -> TuneSummary {
        do {
            let noted = try OutcomeNotes(store, parent, resumed)
            let model = try TextModel(
                folder: "\(store.folder(of: parent))/\(TextModel.folderName)")
            let outcomes = try examples(noted.outcomes, model.problem)
            guard outcomes.count >= OutcomeJob.fewest else {
                throw JobError(
                    "\(parent.name) has \(outcomes.count) new outcomes to learn from; at least "
                        + "\(OutcomeJob.fewest) are needed. Report them with: hindsight outcome "
                        + "\(parent.name) --id ID --label LABEL")
            }
            return try perform(try resumed ?? create(), model, outcomes, noted, observe)
        } catch {
            if let resumed { _ = try? store.end(resumed, .failed, reason: "\(error)") }
            throw error
        }
    }

    private func create() throws -> Run {
        try store.create(
            NewRun(
                kind: "tune", task: recipe.task.rawValue, recipe: recipe.yaml(),
                parent: parent.name,
                softwareVersion: hindsightVersion, seed: UInt64(recipe.seed),
                kernelVariant: Kernels.variant, threads: recipe.threads ?? Threads.limit,
                tags: ["outcomes"]))
    }

    private func perform(
        _ run: Run, _ model: TextModel, _ outcomes: TextExamples, _ noted: OutcomeNotes,
        _ observe: (JobEvent) -> Void
    ) throws -> TuneSummary {
        do {
            try noted.write(to: store.folder(of: run))
            return try Threads.withLimit(recipe.threads ?? Threads.limit) {
                try Memory.withLimit(recipe.memoryLimit?.bytes ?? .max) {
                    try learn(run, model, outcomes, noted.outcomes, observe)
                }
            }
        } catch {
            _ = try? store.end(run, .failed, reason: "\(error)")
            throw error
        }
    }

    /// Outcomes as examples, relabelled in hindsight.
    private func examples(
        _ pending: [PendingOutcome], _ problem: TextProblem
    ) throws -> TextExamples {
        var batch = TextExperienceBatch(pending.compactMap(OutcomeJob.experience))
        var random = RandomGenerator(seed: UInt64(recipe.seed))
        OutcomeRelabeler().relabel(&batch, random: &random)
        let experiences = batch.experiences
        let pairs =
            recipe.data.pair == nil
            ? nil : TextColumn(experiences.map { $0.context.pair ?? "" })
        return TextExamples(
            texts: TextColumn(experiences.map(\.context.text)), secondTexts: pairs,
            targets: try targets(experiences, problem), weights: batch.weights)
    }

    private static func experience(_ pending: PendingOutcome) -> TextExperience? {
        let outcome: TextOutcome
        switch pending.outcome.value {
        case .label(let label): outcome = .label(label)
        case .number(let number): outcome = .value(number)
        case .rating: return nil
        }
        let kept = pending.prediction
        return TextExperience(
            context: TextContext(kept.text, pair: kept.pair),
            prediction: TextPredicted(
                label: kept.label, probabilities: kept.scores, value: kept.number),
            outcome: outcome)
    }

    private func targets(
        _ experiences: [TextExperience], _ problem: TextProblem
    ) throws -> TextExamples.Targets {
        func index(_ label: String) throws -> Int {
            guard let index = problem.labels.firstIndex(of: label) else {
                throw JobError(
                    "an outcome says \"\(label)\", but \(parent.name) knows "
                        + problem.labels.joined(separator: ", "))
            }
            return index
        }
        switch problem {
        case .classification:
            return .classes(
                try experiences.map { one in
                    guard case .label(let label)? = one.outcome else { return 0 }
                    return Int32(try index(label))
                })
        case .multiLabel:
            return .labelSets(
                LabelSets(
                    try experiences.map { one in
                        guard case .label(let text)? = one.outcome else { return [] }
                        return try text.split(separator: recipe.data.labelSeparator)
                            .map { try index(String($0)) }
                    }))
        case .regression:
            return .values(
                experiences.map { one in
                    if case .value(let value)? = one.outcome { Float(value) } else { .nan }
                })
        }
    }

    private func learn(
        _ run: Run, _ model: TextModel, _ outcomes: TextExamples, _ pending: [PendingOutcome],
        _ observe: (JobEvent) -> Void
    ) throws -> TuneSummary {
        let folder = store.folder(of: run)
        observe(.run(name: run.name, folder: folder))
        let earlier = try recipe.split(labels: try vocabulary(model.problem))
        let parts = OutcomeParts(outcomes, earlier, seed: UInt64(recipe.seed))
        observe(
            .note(
                "\(outcomes.count) outcomes: \(parts.learnt.count) to learn from with "
                    + "\(parts.replayed.count) earlier texts, \(parts.held.count) held out"))
        let session = OutcomeSession(recipe, model, parts)
        let before = try session.judge()
        try session.record(before, "before", 0, store, run, observe)
        let result = try session.train(
            store, run, resuming: resumed != nil, stopSwitch: stopSwitch, observe)
        if result.reason == .interrupted {
            _ = try store.end(run, .stopped, reason: StopReason.interrupted.name)
            return TuneSummary(
                run: run.name, folder: folder, best: result.best?.metrics ?? [:], test: [],
                reason: StopReason.interrupted.name,
                explanation: "interrupted; the outcomes are still to be learnt", report: nil)
        }
        let after = try session.judge()
        try session.record(after, "after", result.best?.step ?? 0, store, run, observe)
        let verdict = OutcomeVerdict(
            before, after, metric: recipe.stop.metric, tolerance: OutcomeJob.tolerance)
        let chosen =
            verdict.keepsNew
            ? model
            : try TextModel(folder: "\(store.folder(of: parent))/\(TextModel.folderName)")
        try chosen.save(to: "\(folder)/\(TextModel.folderName)")
        try store.markLearned(pending.map(\.outcome), by: run)
        _ = try store.end(run, .finished, reason: verdict.explanation)
        let report = "\(folder)/report.html"
        try ReportFile.write(
            try RunReport(of: try store.find(run.name), in: store, dataset: "held-out outcomes")
                .html(), to: report)
        return TuneSummary(
            run: run.name, folder: folder, best: result.best?.metrics ?? [:],
            test: [("before", before.held.metrics), ("after", after.held.metrics)],
            reason: verdict.keepsNew ? "learnt" : "kept", explanation: verdict.explanation,
            report: report)
    }

    private func vocabulary(_ problem: TextProblem) throws -> LabelVocabulary? {
        problem.labels.isEmpty ? nil : try LabelVocabulary(problem.labels)
    }
}
