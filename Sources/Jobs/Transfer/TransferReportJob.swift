import Foundation
import HindsightDatasets
import HindsightFineTuning
import HindsightLearning
import HindsightModels
import HindsightRecipes
import HindsightRunStore
import HindsightTensors

/// Measures whether a run's model transferred: against everything it has to beat, with little data, on worse
/// texts, and elsewhere.
public struct TransferReportJob {
    /// What is to be measured beyond what costs little.
    public struct Options: Sendable {
        /// Trainings from scratch and of the recipe again, for a deviation over seeds; 1 leaves the run's own
        /// result alone.
        public var seeds = 1
        /// Whether the same is trained from scratch, which takes as long as the run did.
        public var trainsFromScratch = true
        /// A file of other texts with the same labels, on which forgetting shows; nil for none.
        public var elsewhere: String?

        /// One seed, from scratch too.
        public init() {}
    }

    /// The run.
    public let run: Run
    let recipe: Recipe
    private let store: RunStore
    private let options: Options
    private static let shots = [1, 2, 4, 8, 16]
    private static let draws = 5
    private static let neighbours = 5

    /// A report of a finished fine-tuning.
    ///
    /// - Throws: `StoreError`, `JobError` if the run has no text model.
    public init(run name: String, in store: RunStore, options: Options = Options()) throws {
        self.store = store
        self.options = options
        run = try store.find(name)
        let folder = "\(store.folder(of: run))/\(TextModel.folderName)"
        guard run.kind == "tune", FileManager.default.fileExists(atPath: folder) else {
            throw JobError(
                "\(run.name) has no fine-tuned text model to report on; give a finished run of: hindsight "
                    + "tune. For the page of any run: hindsight runs report \(run.name)")
        }
        recipe = try store.readRecipe(of: run)
    }

    /// Measures it all.
    ///
    /// - Parameter observe: told what is done.
    /// - Throws: `DatasetError`, `MemoryLimitError`, and what is wrong with the model's files.
    public func perform(_ observe: (JobEvent) -> Void) throws -> TransferReport {
        try Threads.withLimit(recipe.threads ?? Threads.limit) { try measure(observe) }
    }

    private func measure(_ observe: (JobEvent) -> Void) throws -> TransferReport {
        let begin = ContinuousClock.now
        let split = try recipe.split()
        let held = split.test.count > 0 ? split.test : split.validation
        guard held.count > 0 else {
            throw JobError(
                "\(run.name)'s recipe holds no examples out; give data.validation or data.test, and tune "
                    + "again")
        }
        let isTest = split.test.count > 0
        var report = TransferReport(
            run: run.name, metric: recipe.stop.metric.rawValue,
            isMaximized: recipe.stop.metric.isMaximized, dataset: isTest ? "test" : "validation",
            count: held.count)
        if !isTest {
            report.warnings.append(
                "there are no test examples: the best model was chosen by those it is judged by here"
            )
        }
        let places = try ModelPlaces(recipe, observe)
        let start = try TextSession(recipe, split, places) { _ in }
        let tuned = try TextModel(folder: "\(store.folder(of: run))/\(TextModel.folderName)")
        observe(.note("baselines: majority class, nearest neighbours, linear probe"))
        try measureBaselines(&report, start, tuned, held)
        if case .classification = tuned.problem {
            observe(.note("with 1 to 16 examples a class"))
            try measureFewShot(&report, start, held)
        }
        observe(.note("on the way from the pretrained weights to the fine-tuned ones"))
        try measureBlend(&report, start, tuned, held)
        observe(.note("typos and cut-off texts"))
        try measureDisturbed(&report, tuned, held)
        try measureTrust(&report, tuned, split.validation, held)
        if options.trainsFromScratch {
            try measureScratch(&report, split, places, held, observe)
        }
        try measureSeeds(&report, split, places, held, observe)
        order(&report)
        warn(&report)
        report.seconds = [
            "run": run.duration, "report": begin.duration(to: .now) / .seconds(1),
        ]
        return report
    }

    // MARK: Levels

    private func value(_ outputs: [Float], _ held: TokenizedTexts, _ problem: TextProblem) throws
        -> MeasuredMetric
    {
        let report = try TextReport(outputs: outputs, targets: held.targets, problem: problem)
        guard let measured = report.measured(recipe.stop.metric.rawValue) else {
            throw JobError("\(recipe.stop.metric.rawValue) can't be measured on these examples")
        }
        return measured
    }

    private func level(
        _ name: String, _ outputs: [Float], _ held: TokenizedTexts, _ problem: TextProblem
    ) throws -> TransferReport.Level {
        let measured = try value(outputs, held, problem)
        return .init(
            name: name, value: measured.value, deviation: nil, low: measured.interval?.lowerBound,
            high: measured.interval?.upperBound, seeds: 1)
    }

    private func measureBaselines(
        _ report: inout TransferReport, _ start: TextSession, _ tuned: TextModel,
        _ held: TextExamples
    ) throws {
        let problem = tuned.problem
        let texts = start.model.tokenize(held)
        report.levels.append(
            try level(
                "majority class",
                Baselines.majority(start.train.targets, count: texts.count, problem: problem),
                texts,
                problem))
        if case .classification = problem {
            report.levels.append(
                try level(
                    "nearest neighbours",
                    try NeighbourBaseline.outputs(
                        start.model, train: start.train, held: texts,
                        neighbours: TransferReportJob.neighbours), texts, problem))
            if let outputs = try ZeroShotBaseline.outputs(start.model, held: texts) {
                report.levels.append(try level("zero-shot", outputs, texts, problem))
            }
        }
        let probe = try Baselines.frozenProbe(
            start.model, train: start.train, held: [texts], penalty: recipe.probe.l2,
            steps: recipe.probe.epochs, learningRate: recipe.probe.learningRate)
        report.levels.append(try level("frozen probe", probe[0], texts, problem))
        let own = tuned.tokenize(held)
        let outputs = try SequenceScorer(tuned.network).logits(own.sequences)
        report.levels.append(try level("fine-tuned", outputs, own, problem))
        if case .classification(let scores) = try TextReport(
            outputs: outputs, targets: own.targets, problem: problem, bootstrap: nil)
        {
            report.classes = scores.perClass.map {
                .init(name: $0.name, f1: $0.f1, count: $0.support)
            }.sorted { $0.f1 < $1.f1 }
        }
    }

    private func measureScratch(
        _ report: inout TransferReport, _ split: TextSplit, _ places: ModelPlaces,
        _ held: TextExamples, _ observe: (JobEvent) -> Void
    ) throws {
        let recipe = try recipe.changed(recipe.method == .full ? [] : ["method=full"])
        var values: [MeasuredMetric] = []
        for seed in 0..<options.seeds {
            observe(.note("the same from scratch, seed \(recipe.seed + seed)"))
            let session = try TextSession(
                try recipe.changed(["seed=\(recipe.seed + seed)"]), split, places
            ) { _ in }
            session.model.forget(seed: UInt64(recipe.seed + seed))
            _ = try session.trial(seconds: nil, StopSwitch())
            let texts = session.model.tokenize(held)
            let outputs = try SequenceScorer(session.model.network).logits(texts.sequences)
            values.append(try value(outputs, texts, session.model.problem))
        }
        report.levels.append(TransferReportJob.summed("from scratch", values))
    }

    /// The recipe again with other seeds, for the deviation over them.
    private func measureSeeds(
        _ report: inout TransferReport, _ split: TextSplit, _ places: ModelPlaces,
        _ held: TextExamples, _ observe: (JobEvent) -> Void
    ) throws {
        guard options.seeds > 1,
            let index = report.levels.firstIndex(where: { $0.name == "fine-tuned" })
        else { return }
        var values = [
            MeasuredMetric(name: report.metric, value: report.levels[index].value, interval: nil)
        ]
        for seed in 1..<options.seeds {
            observe(.note("fine-tuned again, seed \(recipe.seed + seed)"))
            let session = try TextSession(
                try recipe.changed(["seed=\(recipe.seed + seed)"]), split, places
            ) { _ in }
            _ = try session.trial(seconds: nil, StopSwitch())
            let texts = session.model.tokenize(held)
            let outputs = try SequenceScorer(session.model.network).logits(texts.sequences)
            values.append(try value(outputs, texts, session.model.problem))
        }
        report.levels[index] = TransferReportJob.summed("fine-tuned", values)
    }

    private static func summed(
        _ name: String, _ values: [MeasuredMetric]
    ) -> TransferReport.Level {
        let numbers = values.map(\.value)
        let count = Double(numbers.count)
        let mean = OneStandardError.mean(numbers)
        let isSingle = numbers.count == 1
        return .init(
            name: name, value: mean,
            deviation: isSingle
                ? nil : OneStandardError.standardError(numbers) * count.squareRoot(),
            low: isSingle ? values[0].interval?.lowerBound : nil,
            high: isSingle ? values[0].interval?.upperBound : nil, seeds: numbers.count)
    }

    private func order(_ report: inout TransferReport) {
        let names = [
            "majority class", "zero-shot", "from scratch", "nearest neighbours", "frozen probe",
            "fine-tuned",
        ]
        report.levels.sort {
            names.firstIndex(of: $0.name) ?? 9 < names.firstIndex(of: $1.name) ?? 9
        }
    }

    // MARK: Curves

    private func measureFewShot(
        _ report: inout TransferReport, _ start: TextSession, _ held: TextExamples
    ) throws {
        guard case .classes(let classes) = start.train.targets else { return }
        let few = FewShot(
            classes: classes.map(Int.init), problem: start.model.problem, recipe: recipe)
        func features(_ model: TextModel) throws -> (train: [Float], held: [Float]) {
            let scorer = SequenceScorer(model.network.withMeanPooling)
            return (
                try scorer.features(start.train.sequences),
                try scorer.features(model.tokenize(held).sequences)
            )
        }
        let targets = start.model.tokenize(held).targets
        report.fewShot = try few.curve(
            try features(start.model), targets, shots: TransferReportJob.shots,
            draws: TransferReportJob.draws)
        let fresh = try TextSession(
            recipe, try recipe.split(), try ModelPlaces(recipe) { _ in }
        ) { _ in }.model
        fresh.forget(seed: UInt64(recipe.seed))
        report.fewShotFresh = try few.curve(
            try features(fresh), targets, shots: TransferReportJob.shots,
            draws: TransferReportJob.draws)
    }

    /// Scores of weights between the pretrained and the fine-tuned ones; the head is the fine-tuned one's.
    private func measureBlend(
        _ report: inout TransferReport, _ start: TextSession, _ tuned: TextModel,
        _ held: TextExamples
    ) throws {
        let other = try options.elsewhere.map { path in
            let labels = tuned.problem.labels
            return try recipe.table(
                path, labels: labels.isEmpty ? nil : try LabelVocabulary(labels)
            ).examples
        }
        report.elsewhere = options.elsewhere.map { URL(fileURLWithPath: $0).lastPathComponent }
        guard tuned.adapters == nil else { return }
        let scratch = FileManager.default.temporaryDirectory
            .appendingPathComponent("hindsight-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        for share in [0, 0.25, 0.5, 0.75, 1] {
            try tuned.save(to: scratch, merged: true, blendedWith: start.model, share: share)
            let model = try TextModel(folder: scratch)
            func measured(_ examples: TextExamples) throws -> Double {
                let texts = model.tokenize(examples)
                let outputs = try SequenceScorer(model.network).logits(texts.sequences)
                return try value(outputs, texts, model.problem).value
            }
            report.blend.append(.init(x: share, y: try measured(held)))
            if let other { report.blendElsewhere.append(.init(x: share, y: try measured(other))) }
        }
    }

    private func measureDisturbed(
        _ report: inout TransferReport, _ tuned: TextModel, _ held: TextExamples
    ) throws {
        let scorer = SequenceScorer(tuned.network)
        let texts = held.texts.map { String($0) }
        let pairs = held.secondTexts?.map { String($0) }
        func measured(_ change: (String) -> String) throws -> Double {
            let tokens = tuned.tokens(texts.map(change), pairs: pairs)
            let original = tuned.tokenize(held)
            return try value(try scorer.logits(tokens), original, tuned.problem).value
        }
        for rate in [0, 0.02, 0.05, 0.1, 0.2] {
            var random = RandomGenerator(seed: UInt64(recipe.seed))
            report.typos.append(
                .init(
                    x: rate,
                    y: try measured {
                        rate == 0 ? $0 : Disturbance.withTypos($0, rate: rate, random: &random)
                    }))
        }
        for share in [1, 0.75, 0.5, 0.25] {
            report.truncation.append(
                .init(
                    x: share,
                    y: try measured { share == 1 ? $0 : Disturbance.truncated($0, to: share) }))
        }
    }

    /// Calibration before and after a temperature that is fitted on the validation examples.
    private func measureTrust(
        _ report: inout TransferReport, _ tuned: TextModel, _ validation: TextExamples,
        _ held: TextExamples
    ) throws {
        guard case .classification(let labels) = tuned.problem, validation.count > 0,
            report.dataset == "test", case .classes(let known) = validation.targets
        else { return }
        let scorer = SequenceScorer(tuned.network)
        let (fit, judged) = (tuned.tokenize(validation), tuned.tokenize(held))
        let scaling = try TemperatureScaling.fit(
            logits: try scorer.logits(fit.sequences).chunked(labels.count),
            labels: known.map(Int.init))
        let logits = try scorer.logits(judged.sequences)
        func metrics(_ outputs: [Float]) throws -> Metrics {
            try TextReport(
                outputs: outputs, targets: judged.targets, problem: tuned.problem, bootstrap: nil
            ).metrics
        }
        let before = try metrics(logits)
        let after = try metrics(logits.map { $0 / Float(scaling.temperature) })
        report.calibration = .init(
            temperature: scaling.temperature, errors: [before["ece"] ?? 0, after["ece"] ?? 0],
            brier: [before["brier"] ?? 0, after["brier"] ?? 0])
    }

    // MARK: Warnings

    private func warn(_ report: inout TransferReport) {
        if let gain = report.transferGain, gain <= 0 {
            report.warnings.append(
                "negative transfer: training from scratch is \(shown(-gain)) better than fine-tuning the "
                    + "pretrained model; try another one (hindsight select)")
        }
        if let gain = report.gain(over: "frozen probe"), gain < 0 {
            report.warnings.append(
                "fine-tuning is \(shown(-gain)) worse than a linear probe on the frozen model; try method "
                    + "lp-ft or optimizer.learning_rate auto")
        }
        if let gain = report.gain(over: "majority class"), gain <= 0 {
            report.warnings.append(
                "the model is no better than always saying the most frequent answer")
        }
        let (first, best) = (report.blendElsewhere.first?.y, report.blendElsewhere.last?.y)
        let better = report.blendElsewhere.dropLast().max {
            report.isMaximized ? $0.y < $1.y : $0.y > $1.y
        }
        if first != nil, let best, let better,
            report.isMaximized ? better.y > best + 0.01 : better.y < best - 0.01
        {
            report.warnings.append(
                "on \(report.elsewhere ?? "other texts") a blend of \(better.x) does better: hindsight export "
                    + "\(run.name) --blend \(better.x)")
        }
    }

    private func shown(_ value: Double) -> String {
        recipe.stop.metric == .accuracy
            ? "\((value * 1000).rounded() / 10) points" : "\((value * 1000).rounded() / 1000)"
    }
}

extension [Float] {
    /// Rows of so many elements.
    fileprivate func chunked(_ width: Int) -> [[Float]] {
        stride(from: 0, to: count, by: width).map { Array(self[$0..<$0 + width]) }
    }
}
