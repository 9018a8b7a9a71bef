import HindsightNeuralNetworks

/// How much of a pretrained model is trained.
public enum TuningMethod: String, Sendable, CaseIterable, Codable {
    /// Only the last layer, on features computed once.
    case linearProbe = "linear-probe"
    /// Everything.
    case full
    /// First the last layer to convergence, then everything from there (Kumar et al. 2022).
    case probeThenFull = "lp-ft"
    /// Low-rank adapters beside every linear layer of the encoder, and the head (Hu et al. 2021).
    case lowRank = "lora"

    /// A learning rate to begin with.
    public var defaultLearningRate: Double {
        switch self {
        case .linearProbe: 1e-2
        case .full, .probeThenFull: 5e-5
        case .lowRank: 1e-3
        }
    }
}

/// Which optimizer changes the weights.
public enum OptimizerName: String, Sendable, CaseIterable, Codable {
    case adamw
    case adam
    case sgd
    case lion
    case rmsprop
    case adafactor
    case scheduleFree = "schedule-free"
}

/// How the learning rate changes over the run.
public enum ScheduleName: String, Sendable, CaseIterable, Codable {
    case linear
    case cosine
    case constant
}

/// All numbers of a fine-tuning run but the data and the model.
public struct FineTuningSettings: Sendable, Equatable, Codable {
    /// How much of the model is trained.
    public var method: TuningMethod = .full
    /// Adapters' rank and scale, for `lora`.
    public var lowRank = LowRankSettings()
    /// The optimizer.
    public var optimizer: OptimizerName = .adamw
    /// The highest learning rate of the schedule.
    public var learningRate: Double = 5e-5
    /// Weight decay of matrices; biases and norms have none.
    public var weightDecay: Double = 0.01
    /// Adam's decay rates.
    public var betas: [Double] = [0.9, 0.999]
    /// Adam's epsilon.
    public var epsilon: Double = 1e-8
    /// SGD's and RMSprop's momentum.
    public var momentum: Double = 0.9
    /// How slowly RMSprop's mean square moves.
    public var smoothing: Double = 0.99
    /// The schedule after warm-up.
    public var schedule: ScheduleName = .linear
    /// The part of all steps in which the learning rate rises from 0.
    public var warmUp: Double = 0
    /// The largest global norm of gradients; nil for no limit.
    public var clipNorm: Double? = 1
    /// The learning rate's factor from each layer to the one below it.
    public var layerDecay: Double = 1
    /// Texts a step and accumulation part.
    public var batchSize = 32
    /// Batches whose gradients make one step.
    public var accumulate = 1
    /// Passes over the training texts.
    public var epochs = 3
    /// Probability moved from the true class to all.
    public var labelSmoothing: Double = 0
    /// Whether rare classes count more: each class in all the same.
    public var balancesClasses = false
    /// The dropout rates of the model; nil keeps those of its configuration.
    public var dropout: Double?
    /// What holds it back from learning texts by heart.
    public var regularization = Regularization()
    /// Where all chance comes from.
    public var seed: UInt64 = 0

    /// Settings as PyTorch users know them from transformers' `Trainer`.
    public init() {}

    /// The learning rate of a step of `total`.
    func learningRateSchedule(total: Int) -> Schedule {
        let warm = Int((warmUp * Double(total)).rounded())
        let rest = max(total - warm, 1)
        let peak = Float(learningRate)
        let after: Schedule =
            switch schedule {
            case .linear: Schedules.linear(from: peak, to: 0, steps: rest)
            case .cosine: Schedules.cosine(from: peak, to: 0, steps: rest)
            case .constant: Schedules.constant(peak)
            }
        return warm > 0 ? Schedules.warmUp(warm, then: after) : after
    }
}
