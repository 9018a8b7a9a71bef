import HindsightDatasets
import HindsightFineTuning
import HindsightLearning
import HindsightModels
import HindsightRecipes
import HindsightRunStore
import HindsightTensors

/// A model and tokenised data for one run, and the work on them.
final class TextSession {
    let recipe: Recipe
    let model: TextModel
    let train: TokenizedTexts
    let validation: TokenizedTexts
    let test: TokenizedTexts
    /// Old texts to learn from beside the new ones, if there are any.
    let replay: TokenizedTexts?
    private let scorer: SequenceScorer

    /// Loads the pretrained model and tokenises the data.
    ///
    /// - Parameter learnsFromValidation: whether the validation examples are learnt from too, so that nothing
    ///   is left to judge by.
    convenience init(
        _ recipe: Recipe, _ split: TextSplit, _ places: ModelPlaces,
        learnsFromValidation: Bool = false, _ observe: (JobEvent) -> Void
    ) throws {
        guard let problem = TextProblem(split.task, labels: split.labels) else {
            throw JobError("the data has no label column to learn from")
        }
        let model = try TextModel(
            pretrained: places.model, tokenizerFolder: places.tokenizer, problem: problem,
            pooling: recipe.tokenPooling, maximumLength: recipe.data.maximumLength,
            adapters: recipe.method == .lora ? recipe.lowRankSettings : nil,
            storage: recipe.frozenStorage, dropout: recipe.dropout, layers: recipe.layers,
            keepsSourceHead: recipe.regularization.coTuning > 0,
            seed: UInt64(recipe.seed))
        for part in model.freshParts {
            observe(.note("\(part) is not in the model's files and starts fresh"))
        }
        self.init(
            recipe, split, model, replay: try recipe.replayed(split),
            learnsFromValidation: learnsFromValidation)
        try requireDropout()
        noteTexts(observe)
    }

    /// Says which texts the model does not see, or not as a whole.
    private func noteTexts(_ observe: (JobEvent) -> Void) {
        let all = [train, validation, test].flatMap(\.sequences)
        let limit = model.maximumLength
        let full = all.count { $0.count >= limit }
        if full > 0 {
            observe(
                .note(
                    "\(full) of \(all.count) texts fill the \(limit) tokens that are read, what is beyond is "
                        + "cut off (data.maximum_length)"))
        }
        // Only what the tokenizer puts around every text.
        let empty = model.tokens([""])[0].count
        let unseen = all.count { $0.count <= empty }
        if unseen > 0 {
            observe(.warning("\(unseen) of \(all.count) texts are empty for the model's tokenizer"))
        }
    }

    /// Without dropout, R-Drop's two passes would be one and the same.
    private func requireDropout() throws {
        let configuration = model.network.encoder.configuration
        let rates = [
            configuration.dropoutRate, configuration.attentionDropoutRate,
            configuration.classifierDropoutRate, model.adapters?.dropoutRate ?? 0,
        ]
        guard recipe.method != .linearProbe, recipe.regularization.rDrop > 0,
            rates.allSatisfy({ $0 == 0 })
        else { return }
        throw JobError(
            "regularization.r_drop compares two passes with different dropout, but the model's "
                + "config.json has none; set dropout, for example to 0.1")
    }

    /// Takes a model as it is.
    init(
        _ recipe: Recipe, _ split: TextSplit, _ model: TextModel, replay: TextExamples? = nil,
        learnsFromValidation: Bool = false
    ) {
        self.recipe = recipe
        self.model = model
        let judging = model.tokenize(split.validation)
        let learning = model.tokenize(split.train)
        train = learnsFromValidation ? learning.appending(judging) : learning
        validation =
            learnsFromValidation
            ? model.tokenize(split.validation.selecting([])) : judging
        test = model.tokenize(split.test)
        self.replay = replay.map { model.tokenize($0) }
        scorer = SequenceScorer(model.network)
    }

    /// Judges the model as it is now.
    func report(
        _ texts: TokenizedTexts, bootstrap: BootstrapInterval? = nil
    ) throws -> TextReport {
        try TextReport(
            outputs: try scorer.logits(texts.sequences), targets: texts.targets,
            problem: model.problem, bootstrap: bootstrap)
    }

    // MARK: What is reached without fine-tuning

    /// Measures majority class and frozen probe on validation and test, unless the store has them.
    func recordBaselines(_ store: RunStore, _ run: Run, _ observe: (JobEvent) -> Void) throws {
        let known = try store.evaluations(of: run)
        let all = [("validation", validation), ("test", test)].filter { $0.1.count > 0 }
        // A run may have been cut off between the one and the other.
        func missing(_ model: String) -> [(String, TokenizedTexts)] {
            all.filter { group in
                !known.contains { $0.model == model && $0.dataset == group.0 }
            }
        }
        for (name, texts) in missing("majority class") {
            let outputs = Baselines.majority(
                train.targets, count: texts.count, problem: model.problem)
            try record(outputs, texts, name, "majority class", 0, store, run, observe)
        }
        let groups = missing("frozen probe")
        guard !groups.isEmpty else { return }
        observe(.note("measuring what a linear probe on the frozen model reaches"))
        let outputs = try Baselines.frozenProbe(
            model, train: train, held: groups.map(\.1), penalty: recipe.probe.l2,
            steps: recipe.probe.epochs, learningRate: recipe.probe.learningRate)
        for ((name, texts), outputs) in zip(groups, outputs) {
            try record(outputs, texts, name, "frozen probe", 0, store, run, observe)
        }
    }

    @discardableResult
    func record(
        _ outputs: [Float], _ texts: TokenizedTexts, _ dataset: String, _ name: String, _ step: Int,
        _ store: RunStore, _ run: Run, _ observe: (JobEvent) -> Void
    ) throws -> TextReport {
        let report = try judged(outputs, texts)
        let evaluation = HindsightRunStore.Evaluation(
            step: step, dataset: dataset, model: name, results: report.results(count: texts.count))
        // A run that was cut off after this has it already.
        let known = try store.evaluations(of: run).contains {
            $0.dataset == dataset && $0.model == name && $0.step == step
        }
        if !known { try store.record(evaluation, of: run) }
        observe(.judged(evaluation))
        return report
    }

    private func judged(_ outputs: [Float], _ texts: TokenizedTexts) throws -> TextReport {
        do {
            return try TextReport(
                outputs: outputs, targets: texts.targets, problem: model.problem)
        } catch MetricError.notFinite {
            throw JobError(
                "what the model computes is not finite; look for broken weights with: hindsight models "
                    + "inspect \(model.baseFolder) --values")
        }
    }

    // MARK: Training

    /// Trains until a rule says stop; the model is then the best one.
    ///
    /// - Parameter share: of the steps after which it ends; nil for all of them.
    func train(
        _ store: RunStore, _ run: Run, checkpoints: String, resuming: Bool, share: Double? = nil,
        stopSwitch: StopSwitch, _ observe: (JobEvent) -> Void
    ) throws -> TrainingResult {
        if recipe.method == .linearProbe { return try fitProbe() }
        let folder = try CheckpointFolder(checkpoints, keeping: recipe.checkpoint.keep)
        let method = try makeMethod()
        var rules = recipe.stoppingRules
        if let share, let total = method.progress.total {
            rules.steps = max(1, Int((share * Double(total)).rounded()))
        }
        let isJudged = validation.count > 0
        if !isJudged { rules.patience = nil }
        let trainer = Trainer(
            method, rules: rules,
            evaluateEvery: isJudged
                ? recipe.evaluationInterval(stepsPerEpoch: stepsPerEpoch) : .max,
            checkpoints: folder,
            checkpointEverySeconds: recipe.checkpoint.everySeconds ?? .infinity,
            checkpointEverySteps: recipe.checkpoint.everySteps,
            soup: isJudged ? recipe.regularization.soup : 0, evaluatesStart: isJudged,
            stopSwitch: stopSwitch)
        if resuming { try trainer.resume() }
        let recorder = RunRecorder(store, run)
        let result = try trainer.run { event in
            recorder.take(event)
            observe(.training(event))
        }
        try recorder.flush()
        return result
    }

    /// Optimizer steps an epoch.
    var stepsPerEpoch: Int {
        let batches = (train.count + recipe.batchSize - 1) / recipe.batchSize
        return (batches + recipe.accumulate - 1) / recipe.accumulate
    }

    /// The fine-tuning that the recipe asks for, of what it says is to be trained.
    ///
    /// - Parameter adjust: what is to be different.
    func makeMethod(
        _ adjust: (inout FineTuningSettings) -> Void = { _ in }
    ) throws -> TextFineTuning {
        if recipe.method == .lora { model.network.freezeEncoder() }
        if let count = recipe.regularization.topLayers {
            model.network.freeze(allButTopLayers: count)
        }
        if recipe.method == .lpft { try installProbe() }
        var settings = recipe.settings(stepsPerEpoch: stepsPerEpoch)
        adjust(&settings)
        return try TextFineTuning(
            model.network, texts: train, problem: model.problem, settings: settings,
            replay: replay, judge: { [self] in try judge() })
    }

    /// Measurements on the validation examples; none if there are no examples.
    private func judge() throws -> Metrics {
        guard validation.count > 0 else { return Metrics() }
        return try TextReport.metricsOrNaN { try report(validation) }
    }

    private func installProbe() throws {
        let probe = try LinearProbe(
            features: try scorer.headInputs(train.sequences),
            width: model.network.encoder.configuration.hiddenSize, targets: train.targets,
            problem: model.problem, penalty: recipe.probe.l2, steps: recipe.probe.epochs,
            learningRate: recipe.probe.learningRate)
        probe.install(in: model.network)
    }

    func fitProbe() throws -> TrainingResult {
        let begin = ContinuousClock.now
        try installProbe()
        let evaluation = HindsightLearning.Evaluation(
            step: recipe.probe.epochs, metrics: try judge())
        let seconds = begin.duration(to: .now) / .seconds(1)
        return TrainingResult(
            reason: .completed, steps: recipe.probe.epochs, seconds: seconds, best: evaluation,
            evaluations: [evaluation])
    }

    // MARK: The end

    /// Judges the best model on the test examples.
    ///
    /// - Returns: measurements by model, the baselines first.
    func recordTest(
        _ store: RunStore, _ run: Run, step: Int, _ observe: (JobEvent) -> Void
    ) throws -> [(model: String, metrics: Metrics)] {
        guard test.count > 0 else { return [] }
        let outputs = try scorer.logits(test.sequences)
        let report = try record(
            outputs, test, "test", "fine-tuned", step, store, run, observe)
        try warnIfWorse(report, store, run, observe)
        let baselines = try store.evaluations(of: run).filter {
            $0.dataset == "test" && $0.model != "fine-tuned"
        }
        var result: [(model: String, metrics: Metrics)] = baselines.map { evaluation in
            var metrics = Metrics()
            for (name, value) in evaluation.results.metrics.sorted(by: { $0.key < $1.key }) {
                metrics[name] = value.value
            }
            return (evaluation.model, metrics)
        }
        result.append(("fine-tuned", report.metrics))
        return result
    }

    private func warnIfWorse(
        _ report: TextReport, _ store: RunStore, _ run: Run, _ observe: (JobEvent) -> Void
    ) throws {
        guard let own = report.measured(recipe.stop.metric.rawValue),
            let probe = try store.evaluations(of: run).last(where: {
                $0.dataset == "test" && $0.model == "frozen probe"
            })?.results.metrics[own.name]?.value
        else { return }
        let isWorse = recipe.stop.metric.isMaximized ? own.value < probe : own.value > probe
        guard isWorse else { return }
        let text =
            "fine-tuning made it worse: \(own.name) \(own.value) against \(probe) of a linear probe on "
            + "the frozen model; try method linear-probe or lp-ft, or a smaller learning rate"
        try store.record(Event(text, level: .warning), of: run)
        observe(.warning(text))
    }
}
