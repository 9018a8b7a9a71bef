extension Recipe {
    /// The keys outside all sections.
    enum Keys {
        static let task = Key<Task>(
            required: "task", .choice(Task.self), example: "text-classification",
            "What the model learns to predict.")
        static let model = Key<ModelSource>(
            required: "model", .path(.model), example: "models/all-MiniLM-L6-v2",
            also: ["pretrained", "base_model", "model_name_or_path"],
            "The pretrained model to start from.")
        static let tokenizer = Key<ModelSource?>(
            "tokenizer", .path(.model), default: nil, null: "the model's own",
            "The tokenizer's folder, or a file in it.")
        static let method = Key<Method>(
            "method", .choice(Method.self), default: .full, "How the model is fine-tuned.")
        static let epochs = Key<Int>(
            "epochs", .integer(1...100_000), default: 3, only: trained,
            also: ["num_train_epochs", "num_epochs"], "Passes over the training examples.")
        static let batchSize = Key<Int>(
            "batch_size", .integer(1...65_536), default: 32,
            also: ["per_device_train_batch_size", "train_batch_size"], "Examples in a batch.")
        static let accumulate = Key<Int>(
            "accumulate", .integer(1...65_536), default: 1, only: trained,
            also: ["gradient_accumulation_steps", "accumulation_steps"],
            "Batches whose gradients are added up before a step of the optimizer.")
        static let clip = Key<Double?>(
            "clip", .number(.above(0)), default: 1, null: "gradients stay as they are",
            only: trained, also: ["max_grad_norm", "clip_norm", "gradient_clip"],
            "The greatest norm of all parameters' gradients together.")
        static let layerDecay = Key<Double>(
            "layer_decay", .number(.above(0, to: 1)), default: 1, only: trained,
            also: ["llrd", "layerwise_lr_decay"],
            "Factor by which the learning rate falls from a layer to the one below.")
        static let dropout = Key<Double?>(
            "dropout", .number(.from(0, below: 1)), default: nil, null: "the model's own",
            only: trained, also: ["hidden_dropout_prob"],
            "Probability with which dropout zeroes a value.")
        static let labelSmoothing = Key<Double>(
            "label_smoothing", .number(.from(0, below: 1)), default: 0, only: classes,
            also: ["label_smoothing_factor"],
            "Share of the target that is spread evenly over all classes.")
        static let classWeights = Key<ClassWeights>(
            "class_weights", .choice(ClassWeights.self), default: .none, only: classes,
            "How much each class counts.")
        static let pooling = Key<Pooling>(
            "pooling", .choice(Pooling.self), default: .auto, "How a text's vectors become one.")
        static let layers = Key<Int?>(
            "layers", .integer(0...1000), default: nil, null: "all of them",
            also: ["num_hidden_layers", "num_layers"],
            "How many of the encoder's layers are used, from the lowest; 0 for a bag of words.")
        static let head = Key<Head>(
            "head", .choice(Head.self), default: .linear, "What follows the pooled vector.")
        static let frozenWeights = Key<FrozenWeights>(
            "frozen_weights", .choice(FrozenWeights.self), default: .float32,
            only: [.methods(.lora, .linearProbe)], also: ["dtype", "torch_dtype", "bf16"],
            "How the linear layers' weights are kept that the method leaves as they are.")
        static let evaluateEvery = Key<EvaluationInterval>(
            "evaluate_every", .either([.integer(1...1_000_000_000), .number(.fraction)]),
            default: .epoch, null: "each epoch", only: trained,
            also: ["eval_steps", "evaluation_strategy"],
            "Steps, or the fraction of an epoch, from one evaluation to the next.")
        static let seed = Key<Int>(
            "seed", .integer(0...Int(Int32.max)), default: 0, "The seed of every random number.")
    }

    /// The methods that change more than a probe, and so have epochs, an optimizer and a schedule.
    static let trained = [Condition.methods(.full, .lpft, .lora)]

    /// The task with one class for each text.
    static let classes = [Condition.tasks(.textClassification)]

    static let section = SectionDescription(
        "", "What is learned, from what, and how.",
        [
            Keys.task.description, Keys.model.description, Keys.tokenizer.description,
            Keys.method.description, Keys.epochs.description, Keys.batchSize.description,
            Keys.accumulate.description, Keys.clip.description, Keys.layerDecay.description,
            Keys.dropout.description, Keys.labelSmoothing.description,
            Keys.classWeights.description, Keys.pooling.description, Keys.layers.description,
            Keys.head.description,
            Keys.frozenWeights.description,
            Keys.evaluateEvery.description, Keys.seed.description, Keys.threads.description,
            Keys.memoryLimit.description, Keys.store.description, Keys.name.description,
            Keys.notes.description, Keys.report.description,
        ])
}

// What does not change the trained model.
extension Recipe.Keys {
    static let threads = Key<Int?>(
        "threads", .integer(1...1024), default: nil, null: "all cores",
        also: ["num_threads", "cores"], affectsResult: false, "Threads that compute.")
    static let memoryLimit = Key<ByteCount?>(
        "memory_limit", .byteCount, default: nil, null: "no limit", affectsResult: false,
        "The most memory that tensors may take.")
    static let store = Key<String>(
        "store", .path(.output), default: "runs", also: ["output_dir"], affectsResult: false,
        "Folder of the run store.")
    static let name = Key<String?>(
        "name", .text, default: nil, null: "one is made up", also: ["run_name"],
        affectsResult: false, "The run's name.")
    static let notes = Key<String?>(
        "notes", .text, default: nil, null: "none", also: ["description", "comment"],
        affectsResult: false, "Anything worth remembering.")
    static let report = Key<Bool>(
        "report", .boolean, default: true, affectsResult: false,
        "Whether an HTML report is written.")
}
