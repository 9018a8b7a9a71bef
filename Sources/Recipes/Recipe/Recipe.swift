/// A checked recipe: which model is fine-tuned for which task, on which data, how, and until when.
///
/// Every key has its value, defaults filled in. A recipe is made by `RecipeReader`; a changed one
/// by reading it with overrides.
public struct Recipe: Sendable, Equatable {
    /// What the model learns to predict.
    public let task: Task
    /// The pretrained model: a folder, a file or `hub:owner/name[@revision]`.
    public let model: ModelSource
    /// The tokenizer's folder or file, where it isn't the model's own.
    public let tokenizer: ModelSource?
    /// How the model is fine-tuned.
    public let method: Method
    /// Passes over the training examples.
    public let epochs: Int
    /// Examples in a batch.
    public let batchSize: Int
    /// Batches whose gradients are added up before a step of the optimizer.
    public let accumulate: Int
    /// The greatest norm of the gradients of all parameters together; nil leaves them as they are.
    public let clip: Double?
    /// The factor by which the learning rate falls from a layer to the one below; 1 for none.
    public let layerDecay: Double
    /// The probability with which dropout zeroes a value; nil for the model's own.
    public let dropout: Double?
    /// The share of the target that is spread evenly over all classes.
    public let labelSmoothing: Double
    /// How much each class counts.
    public let classWeights: ClassWeights
    /// How a text's vectors become one.
    public let pooling: Pooling
    /// What follows the pooled vector.
    public let head: Head
    /// How weights are kept that the method leaves as they are.
    public let frozenWeights: FrozenWeights
    /// How often the model is evaluated on the validation examples.
    public let evaluateEvery: EvaluationInterval
    /// The seed of every random number.
    public let seed: Int
    /// Threads that compute; nil for all cores.
    public let threads: Int?
    /// The most memory that tensors may take, in bytes; nil for no limit.
    public let memoryLimit: ByteCount?
    /// The folder of the run store.
    public let store: String
    /// The run's name; nil for one made up.
    public let name: String?
    /// Anything worth remembering.
    public let notes: String?
    /// Whether an HTML report is written.
    public let report: Bool
    /// Where the examples come from.
    public let data: Data
    /// What holds training back from learning the examples by heart.
    public let regularization: Regularization
    /// Old examples beside the new ones.
    public let replay: Replay
    /// The adapters; they matter with method lora.
    public let lora: LoRA
    /// The linear probe: a method, the first part of lp-ft, and the measure of every other method.
    public let probe: Probe
    /// How parameters are changed.
    public let optimizer: Optimizer
    /// How the learning rate changes from step to step.
    public let schedule: Schedule
    /// When training ends.
    public let stop: Stop
    /// When the state is saved, so that a run can be resumed.
    public let checkpoint: Checkpoint

    let values: RecipeValues

    /// Two recipes are equal if every key has the same value.
    public static func == (first: Recipe, second: Recipe) -> Bool { first.values == second.values }

    init(_ values: RecipeValues) {
        self.values = values
        task = values(Keys.task)
        model = values(Keys.model)
        tokenizer = values(Keys.tokenizer)
        method = values(Keys.method)
        epochs = values(Keys.epochs)
        batchSize = values(Keys.batchSize)
        accumulate = values(Keys.accumulate)
        clip = values(Keys.clip)
        layerDecay = values(Keys.layerDecay)
        dropout = values(Keys.dropout)
        labelSmoothing = values(Keys.labelSmoothing)
        classWeights = values(Keys.classWeights)
        pooling = values(Keys.pooling)
        head = values(Keys.head)
        frozenWeights = values(Keys.frozenWeights)
        evaluateEvery = values(Keys.evaluateEvery)
        seed = values(Keys.seed)
        threads = values(Keys.threads)
        memoryLimit = values(Keys.memoryLimit)
        store = values(Keys.store)
        name = values(Keys.name)
        notes = values(Keys.notes)
        report = values(Keys.report)
        data = Data(values)
        regularization = Regularization(values)
        replay = Replay(values)
        lora = LoRA(values)
        probe = Probe(values)
        optimizer = Optimizer(values)
        schedule = Schedule(values)
        stop = Stop(values)
        checkpoint = Checkpoint(values)
    }
}
