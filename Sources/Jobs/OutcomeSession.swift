import HindsightDatasets
import HindsightFineTuning
import HindsightLearning
import HindsightRecipes
import HindsightRunStore
import HindsightTensors

/// Learning from outcomes: a run's model, the outcomes, and earlier texts.
final class OutcomeSession {
    /// How good a model is on held-out outcomes and on what was known before.
    struct Judgement {
        let held: TextReport
        let guardian: TextReport?
        let heldCount: Int
        let guardianCount: Int
    }

    private let recipe: Recipe
    private let model: TextModel
    private let texts: TokenizedTexts
    private let held: TokenizedTexts
    private let guardian: TokenizedTexts
    private let scorer: SequenceScorer

    init(_ recipe: Recipe, _ model: TextModel, _ parts: OutcomeParts) {
        self.recipe = recipe
        self.model = model
        let learnt = model.tokenize(parts.learnt)
        let replayed = model.tokenize(parts.replayed)
        texts = learnt.appending(replayed)
        held = model.tokenize(parts.held)
        guardian = model.tokenize(parts.guardian)
        scorer = SequenceScorer(model.network)
    }

    /// Judges the model as it is now, with intervals.
    func judge() throws -> Judgement {
        Judgement(
            held: try report(held, BootstrapInterval()),
            guardian: guardian.count > 0 ? try report(guardian, BootstrapInterval()) : nil,
            heldCount: held.count, guardianCount: guardian.count)
    }

    private func report(
        _ texts: TokenizedTexts, _ bootstrap: BootstrapInterval?
    ) throws -> TextReport {
        try TextReport(
            outputs: try scorer.logits(texts.sequences), targets: texts.targets,
            problem: model.problem, bootstrap: bootstrap)
    }

    /// Keeps a judgement in the store.
    func record(
        _ judgement: Judgement, _ name: String, _ step: Int, _ store: RunStore, _ run: Run,
        _ observe: (JobEvent) -> Void
    ) throws {
        var groups = [("held-out outcomes", judgement.held, judgement.heldCount)]
        if let guardian = judgement.guardian {
            groups.append(("earlier validation", guardian, judgement.guardianCount))
        }
        for (dataset, report, count) in groups {
            let evaluation = HindsightRunStore.Evaluation(
                step: step, dataset: dataset, model: name, results: report.results(count: count))
            // A run that was cut off after this has it already.
            let known = try store.evaluations(of: run).contains {
                $0.dataset == dataset && $0.model == name && $0.step == step
            }
            if !known { try store.record(evaluation, of: run) }
            observe(.judged(evaluation))
        }
    }

    /// Trains on outcomes and earlier texts; the model is then the one with the least loss on held-out outcomes.
    func train(
        _ store: RunStore, _ run: Run, resuming: Bool, stopSwitch: StopSwitch,
        _ observe: (JobEvent) -> Void
    ) throws -> TrainingResult {
        let steps = (texts.count + recipe.batchSize - 1) / recipe.batchSize
        var settings = recipe.settings(stepsPerEpoch: steps)
        // What has been fine-tuned already moves on in smaller steps than a pretrained model.
        settings.learningRate *= 0.5
        if recipe.method == .lora || recipe.method == .linearProbe { model.network.freezeEncoder() }
        if let count = recipe.regularization.topLayers {
            model.network.freeze(allButTopLayers: count)
        }
        let method = try TextFineTuning(
            model.network, texts: texts, problem: model.problem, settings: settings,
            judge: { [self] in try TextReport.metricsOrNaN { try report(held, nil) } })
        var rules = recipe.stoppingRules
        rules.goal = Goal("loss", isMaximized: false)
        let trainer = Trainer(
            method, rules: rules, evaluateEvery: max(steps / 2, 1),
            checkpoints: try CheckpointFolder(
                "\(store.folder(of: run))/checkpoints", keeping: recipe.checkpoint.keep),
            checkpointEverySeconds: recipe.checkpoint.everySeconds ?? .infinity,
            checkpointEverySteps: recipe.checkpoint.everySteps, stopSwitch: stopSwitch)
        if resuming { try trainer.resume() }
        let recorder = RunRecorder(store, run)
        let result = try trainer.run { event in
            recorder.take(event)
            observe(.training(event))
        }
        try recorder.flush()
        return result
    }
}

/// Whether a model that learnt from outcomes takes the place of the one before.
struct OutcomeVerdict {
    /// True if the new model is better on held-out outcomes and not worse on earlier texts.
    let keepsNew: Bool
    /// Why, with the figures.
    let explanation: String

    init(
        _ before: OutcomeSession.Judgement, _ after: OutcomeSession.Judgement,
        metric: Recipe.Metric, tolerance: Double
    ) {
        let name = metric.rawValue
        let sign: Double = metric.isMaximized ? 1 : -1
        func value(_ report: TextReport?) -> Double? { report?.measured(name)?.value }
        func loss(_ report: TextReport) -> Double { report.metrics["loss"] ?? .infinity }
        let (old, new) = (value(before.held) ?? .nan, value(after.held) ?? .nan)
        let gain = sign * (new - old)
        let isBetter = gain > 0 || (gain == 0 && loss(after.held) < loss(before.held))
        var loss: Double?
        if let earlier = value(before.guardian), let later = value(after.guardian) {
            loss = sign * (earlier - later)
        }
        let forgets = (loss ?? 0) > tolerance
        keepsNew = isBetter && !forgets
        let figures =
            "\(name) on held-out outcomes \(OutcomeVerdict.shown(old)) before, "
            + "\(OutcomeVerdict.shown(new)) after"
            + (loss.map { "; on earlier texts \(OutcomeVerdict.shown(-sign * $0, signed: true))" }
                ?? "")
        explanation =
            keepsNew
            ? "learnt: \(figures)"
            : "the earlier model was kept: \(figures)"
                + (forgets ? " (more than \(tolerance) lost)" : "")
    }

    private static func shown(_ value: Double, signed: Bool = false) -> String {
        let rounded = (value * 1000).rounded() / 1000
        // Not a minus before a zero.
        return (signed && rounded >= 0 ? "+" : "") + "\(rounded == 0 ? 0 : rounded)"
    }
}
