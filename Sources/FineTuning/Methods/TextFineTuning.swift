import HindsightDatasets
import HindsightLearning
import HindsightModels
import HindsightNeuralNetworks
import HindsightTensors

/// Fine-tunes a sequence classifier on texts and their outcomes, one optimizer step at a time.
///
/// What is trained is what the model's parameters say (`isTrainable`): everything, or adapters and head.
public final class TextFineTuning: Method {
    /// What is being fine-tuned.
    public let model: SequenceClassifier
    /// Numbers of the run.
    public let settings: FineTuningSettings
    private let problem: TextProblem
    /// New texts, and after them the old ones.
    private let texts: TokenizedTexts
    private let weights: [Float]?
    private let coTuning: CoTuning?
    private let judge: () throws -> Metrics
    private let optimizer: any Optimizer
    private let rate: Schedule
    private let trainingStep: TextTrainingStep
    private let trained: TrainedParameters
    private let average: MovingAverage?
    /// Whether the model holds what it predicts with rather than what training goes on from.
    private var holdsPredictor = false
    private var sampler: EpochSampler
    private var replay: ReplayDeck?
    private var random: RandomGenerator
    private var completed = 0
    private var learnt = 0
    private let stepsPerEpoch: Int
    private let total: Int

    /// - Parameters:
    ///   - model: what to fine-tune; parameters that are not trainable stay as they are.
    ///   - texts: what to learn from; at least one.
    ///   - problem: what the model's outputs mean.
    ///   - settings: numbers of the run.
    ///   - replay: old texts to learn from beside them, as `settings.regularization.replay` says.
    ///   - judge: measures the model on held-out texts.
    /// - Throws: `MemoryLimitError` while Co-Tuning asks the model for its own classes.
    public init(
        _ model: SequenceClassifier, texts: TokenizedTexts, problem: TextProblem,
        settings: FineTuningSettings, replay: TokenizedTexts? = nil,
        judge: @escaping () throws -> Metrics
    ) throws {
        require(texts.count > 0, "TextFineTuning: there are no texts to learn from")
        self.model = model
        self.problem = problem
        self.settings = settings
        self.judge = judge
        let regularization = settings.regularization
        let old = regularization.replay > 0 ? replay.flatMap { $0.count > 0 ? $0 : nil } : nil
        let all = old.map { texts.appending($0) } ?? texts
        self.texts = all
        weights = settings.exampleWeights(all, problem)
        if regularization.coTuning > 0, case .classes(let classes) = all.targets {
            coTuning = try CoTuning(
                model, all.sequences, classes, classCount: problem.outputCount)
        } else {
            coTuning = nil
        }
        trained = TrainedParameters(model)
        optimizer = settings.makeOptimizer(model)
        let batches = (texts.count + settings.batchSize - 1) / settings.batchSize
        stepsPerEpoch = (batches + settings.accumulate - 1) / settings.accumulate
        total = settings.epochs * stepsPerEpoch
        rate = settings.learningRateSchedule(total: total)
        average =
            regularization.averaging > 0
            ? MovingAverage(model, decay: regularization.averaging) : nil
        trainingStep = TextTrainingStep(
            model, optimizer, problem, settings, isWeighted: weights != nil,
            penalty: settings.startPenalty(model))
        var seeds = RandomGenerator(seed: settings.seed)
        sampler = EpochSampler(
            count: texts.count, batchSize: settings.batchSize, seed: seeds.next())
        random = seeds.split()
        self.replay = old.map {
            ReplayDeck(
                first: texts.count, count: $0.count, ratio: regularization.replay,
                seed: seeds.next())
        }
        unfreeze(atStep: 0)
    }

    /// Optimizer steps taken and to take; texts learnt from.
    public var progress: LearningProgress {
        LearningProgress(completed: completed, total: total, unit: "texts", units: learnt)
    }

    /// One optimizer step.
    ///
    /// - Returns: `loss` (the mean over the step's texts) and `learning_rate`.
    /// - Throws: `MemoryLimitError`.
    public func step() throws -> Metrics {
        holdsPredictor = false
        unfreeze(atStep: completed)
        optimizer.learningRate = rate(completed)
        let batches = nextBatches()
        let parts = try batches.map { try part($0) }
        let loss = try trainingStep(parts, random: &random)
        completed += 1
        average?.update(step: completed)
        learnt += batches.reduce(0) { $0 + $1.count }
        return ["loss": Double(loss), "learning_rate": Double(optimizer.learningRate)]
    }

    private func nextBatches() -> [[Int]] {
        let epoch = sampler.epoch
        var batches: [[Int]] = []
        // Gradients are not accumulated over the end of an epoch.
        while batches.count < settings.accumulate, batches.isEmpty || sampler.epoch == epoch {
            let batch = sampler.nextBatch()
            batches.append(batch + (replay?.deal(beside: batch.count) ?? []))
        }
        return batches
    }

    private func part(_ batch: [Int]) throws -> TextTrainingStep.Part {
        var part = TextTrainingStep.Part(
            packed: try PackedTokens(texts.sequences, batch, pooling: model.pooling),
            targets: texts.targets.tensor(batch, problem),
            weights: weights.map { all in batch.map { all[$0] } }, count: batch.count)
        if let coTuning, case .classes(let classes) = texts.targets {
            part.sourceTargets = coTuning.targets(batch.map { classes[$0] })
        }
        guard settings.regularization.changesEmbeddings else { return part }
        let augmentation = TextAugmentation(
            lengths: batch.map { texts.sequences[$0].count }, rows: part.packed.rows.ids.count,
            settings.regularization, random: &random)
        part.augmentation = augmentation
        if let mix = augmentation.mix {
            let others = mix.partners.map { batch[$0] }
            part.otherTargets = texts.targets.tensor(others, problem)
            part.otherWeights = weights.map { all in others.map { all[$0] } }
        }
        return part
    }

    private func unfreeze(atStep step: Int) {
        guard settings.regularization.unfreezing > 0 else { return }
        let steps = max(settings.regularization.unfreezing * Double(stepsPerEpoch), 1)
        trained.unfreeze(layersBelowHead: Int(Double(step) / steps))
    }

    /// Judges the model on held-out texts.
    public func evaluate() throws -> Metrics { try withPredictor(judge) }

    /// The weights that are being trained, or the averages that predict in their place.
    public func modelState() throws -> LearningState { withPredictor { trained.state } }

    /// Puts trained weights back.
    public func restore(model state: LearningState) throws {
        try trained.restore(state)
        holdsPredictor = true
    }

    /// Does something with the weights that predict.
    private func withPredictor<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard !holdsPredictor, completed > 0 else { return try body() }
        if let average { return try withValues(average.averages, body) }
        guard let averaging = optimizer as? any AveragingOptimizer else { return try body() }
        return try withValues(averaging.averages(), body)
    }

    /// Weights, optimizer, generators and the position in the data.
    public func state() throws -> LearningState {
        var state = LearningState()
        state.merge(trained.state, under: "model")
        let optimizing = optimizer.state
        state.merge(LearningState(tensors: optimizing.tensors), under: "optimizer")
        if let average { state.merge(average.state, under: "average") }
        try state.set(
            Position(
                completed: completed, learnt: learnt, optimizerSteps: optimizing.stepCount,
                sampler: sampler.state, replay: replay?.state, random: random.state,
                settings: settings, data: texts.fingerprint),
            for: "position")
        return state
    }

    /// Goes on from a saved state of the same run.
    public func restore(_ state: LearningState) throws {
        let position: Position = try state.value("position")
        guard position.settings == settings, position.data == texts.fingerprint else {
            throw LearningStateError.incompatible(
                "the checkpoint belongs to a run with other settings or other data; a run can only go "
                    + "on with what it began with")
        }
        try trained.restore(state.part("model"))
        try average?.restore(state.part("average"))
        completed = position.completed
        // Which layers the last step trained: the next one may train more.
        if completed > 0 { unfreeze(atStep: completed - 1) }
        try optimizer.restore(
            OptimizerState(
                stepCount: position.optimizerSteps, tensors: state.part("optimizer").tensors))
        try sampler.restore(position.sampler)
        if let saved = position.replay { try replay?.restore(saved) }
        random = RandomGenerator(position.random)
        learnt = position.learnt
        holdsPredictor = false
    }

    private struct Position: Codable {
        var completed: Int
        var learnt: Int
        var optimizerSteps: Int
        var sampler: EpochSampler.State
        var replay: EpochSampler.State?
        var random: RandomGenerator.State
        var settings: FineTuningSettings
        var data: UInt64
    }
}
