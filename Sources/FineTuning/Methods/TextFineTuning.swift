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
    private let texts: TokenizedTexts
    private let weights: [Float]?
    private let judge: () throws -> Metrics
    private let optimizer: any Optimizer
    private let rate: Schedule
    private let trainingStep: TextTrainingStep
    private var sampler: EpochSampler
    private var random: RandomGenerator
    private var completed = 0
    private var learnt = 0
    private let total: Int

    /// - Parameters:
    ///   - model: what to fine-tune; parameters that are not trainable stay as they are.
    ///   - texts: what to learn from; at least one.
    ///   - problem: what the model's outputs mean.
    ///   - settings: numbers of the run.
    ///   - judge: measures the model on held-out texts.
    public init(
        _ model: SequenceClassifier, texts: TokenizedTexts, problem: TextProblem,
        settings: FineTuningSettings, judge: @escaping () throws -> Metrics
    ) {
        require(texts.count > 0, "TextFineTuning: there are no texts to learn from")
        self.model = model
        self.texts = texts
        self.problem = problem
        self.settings = settings
        self.judge = judge
        weights = settings.exampleWeights(texts, problem)
        optimizer = settings.makeOptimizer(model)
        let batches = (texts.count + settings.batchSize - 1) / settings.batchSize
        total = settings.epochs * ((batches + settings.accumulate - 1) / settings.accumulate)
        rate = settings.learningRateSchedule(total: total)
        trainingStep = TextTrainingStep(
            model, optimizer, problem, settings, isWeighted: weights != nil)
        var seeds = RandomGenerator(seed: settings.seed)
        sampler = EpochSampler(
            count: texts.count, batchSize: settings.batchSize, seed: seeds.next())
        random = seeds.split()
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
        optimizer.learningRate = rate(completed)
        let epoch = sampler.epoch
        var batches: [[Int]] = []
        // Gradients are not accumulated over the end of an epoch.
        while batches.count < settings.accumulate, batches.isEmpty || sampler.epoch == epoch {
            batches.append(sampler.nextBatch())
        }
        let parts = try batches.map { batch in
            TextTrainingStep.Part(
                packed: try PackedTokens(texts.sequences, batch, pooling: model.pooling),
                targets: texts.targets.tensor(batch, problem),
                weights: weights.map { all in batch.map { all[$0] } }, count: batch.count)
        }
        let loss = try trainingStep(parts, random: &random)
        completed += 1
        learnt += batches.reduce(0) { $0 + $1.count }
        return ["loss": Double(loss), "learning_rate": Double(optimizer.learningRate)]
    }

    /// Judges the model on held-out texts.
    public func evaluate() throws -> Metrics { try judge() }

    /// The weights that are being trained.
    public func modelState() throws -> LearningState { model.trainableState }

    /// Puts trained weights back.
    public func restore(model state: LearningState) throws { try model.restoreTrainable(state) }

    /// Weights, optimizer, generators and the position in the data.
    public func state() throws -> LearningState {
        var state = LearningState()
        state.merge(model.trainableState, under: "model")
        let optimizing = optimizer.state
        state.merge(LearningState(tensors: optimizing.tensors), under: "optimizer")
        try state.set(
            Position(
                completed: completed, learnt: learnt, optimizerSteps: optimizing.stepCount,
                sampler: sampler.state, random: random.state, settings: settings,
                data: texts.fingerprint),
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
        try model.restoreTrainable(state.part("model"))
        try optimizer.restore(
            OptimizerState(
                stepCount: position.optimizerSteps, tensors: state.part("optimizer").tensors))
        try sampler.restore(position.sampler)
        random = RandomGenerator(position.random)
        completed = position.completed
        learnt = position.learnt
    }

    private struct Position: Codable {
        var completed: Int
        var learnt: Int
        var optimizerSteps: Int
        var sampler: EpochSampler.State
        var random: RandomGenerator.State
        var settings: FineTuningSettings
        var data: UInt64
    }
}

extension Module {
    /// The tensors of the parameters that are trained, by name.
    var trainableState: LearningState {
        let list = parameters
        var tensors: [String: Tensor] = [:]
        for (name, parameter) in zip(list.names, list.parameters) where parameter.isTrainable {
            tensors[name] = parameter.value
        }
        return LearningState(tensors: tensors)
    }

    /// Puts such tensors back; nothing is changed unless all of them fit.
    func restoreTrainable(_ state: LearningState) throws {
        let list = parameters
        var assignments: [(Parameter, Tensor)] = []
        for (name, parameter) in zip(list.names, list.parameters) where parameter.isTrainable {
            let tensor = try state.tensor(name)
            guard tensor.shape == parameter.shape, tensor.dtype == parameter.variable.dtype else {
                throw LearningStateError.mismatch(
                    name, expected: "\(parameter.variable.dtype) \(parameter.shape)",
                    found: "\(tensor.dtype) \(tensor.shape)")
            }
            assignments.append((parameter, tensor))
        }
        for (parameter, tensor) in assignments { parameter.variable.assign(tensor) }
    }
}
