import HindsightFineTuning
import HindsightLearning
import HindsightModels
import HindsightNeuralNetworks
import HindsightRecipes
import HindsightTensors

extension Recipe {
    /// The numbers of the fine-tuning that the recipe asks for.
    ///
    /// - Parameter stepsPerEpoch: optimizer steps an epoch, to count a warm-up given in steps.
    func settings(stepsPerEpoch: Int) -> FineTuningSettings {
        var settings = FineTuningSettings()
        settings.method = tuningMethod
        settings.lowRank = lowRankSettings
        settings.optimizer = OptimizerName(rawValue: optimizer.name.rawValue) ?? .adamw
        settings.learningRate = optimizer.learningRate
        settings.weightDecay = optimizer.weightDecay
        settings.betas = optimizer.betas
        settings.epsilon = optimizer.epsilon
        settings.momentum = optimizer.momentum
        settings.smoothing = optimizer.smoothing
        settings.schedule = ScheduleName(rawValue: schedule.name.rawValue) ?? .linear
        switch schedule.warmup {
        case .fraction(let part): settings.warmUp = part
        case .steps(let steps):
            settings.warmUp = min(Double(steps) / Double(max(stepsPerEpoch * epochs, 1)), 1)
        }
        settings.clipNorm = clip
        settings.layerDecay = layerDecay
        settings.batchSize = batchSize
        settings.accumulate = accumulate
        settings.epochs = epochs
        settings.labelSmoothing = labelSmoothing
        settings.balancesClasses = classWeights == .balanced
        settings.dropout = dropout
        settings.regularization = libraryRegularization
        settings.seed = UInt64(seed)
        return settings
    }

    /// The regularisers as the library calls them.
    private var libraryRegularization: HindsightFineTuning.Regularization {
        var settings = HindsightFineTuning.Regularization()
        settings.startPenalty = regularization.l2sp
        settings.headPenalty = regularization.l2spHead
        settings.agreement = regularization.rDrop
        settings.focus = regularization.focal
        settings.tokenCutoff = regularization.tokenCutoff
        settings.spanCutoff = regularization.spanCutoff
        settings.mixUp = regularization.mixUp
        settings.averaging = regularization.ema
        settings.unfreezing = regularization.unfreeze
        settings.coTuning = regularization.coTuning
        settings.replay = replay.data == nil ? 0 : replay.ratio
        return settings
    }

    /// How much of the model is trained.
    var tuningMethod: TuningMethod {
        switch method {
        case .linearProbe: .linearProbe
        case .full: .full
        case .lpft: .probeThenFull
        case .lora: .lowRank
        }
    }

    /// The adapters of method lora.
    var lowRankSettings: LowRankSettings {
        LowRankSettings(
            rank: lora.rank, alpha: lora.alpha, isRankStabilized: lora.rankStabilized,
            dropoutRate: lora.dropout, targets: lora.targetNames,
            isWeightDecomposed: lora.dora)
    }

    /// How the weights that the method leaves as they are are kept.
    var frozenStorage: DType {
        let isFrozen = method == .lora || method == .linearProbe
        return isFrozen && frozenWeights == .bfloat16 ? .bfloat16 : .float32
    }

    /// How tokens' vectors become one; what the family classifies with unless the recipe says otherwise.
    var tokenPooling: HindsightModels.Pooling {
        switch pooling {
        case .auto, .pooler: .pooler
        case .cls: .cls
        case .mean: .mean
        }
    }

    /// A step with so many times the first one's loss is no longer learning.
    private static let lossLimit = 10_000.0

    /// When to stop.
    var stoppingRules: StoppingRules {
        let isMaximized = stop.metric.isMaximized
        return StoppingRules(
            goal: Goal(
                stop.metric.rawValue, isMaximized: isMaximized,
                target: isMaximized ? stop.atLeast : stop.atMost, minimumDelta: stop.minimumDelta),
            patience: stop.patience, seconds: stop.minutes.map { $0 * 60 },
            lossLimit: Recipe.lossLimit)
    }

    /// Steps between evaluations.
    func evaluationInterval(stepsPerEpoch: Int) -> Int {
        switch evaluateEvery {
        case .epoch: max(stepsPerEpoch, 1)
        case .steps(let steps): max(steps, 1)
        case .fraction(let part): max(Int(part * Double(stepsPerEpoch)), 1)
        }
    }
}

extension Recipe.LoRA {
    /// The layers that have adapters, as the encoder calls them; nil for all.
    fileprivate var targetNames: [String]? {
        guard Set(targets) != Set(Target.allCases) else { return nil }
        return targets.map { $0 == .attentionOutput ? "attentionOutput" : $0.rawValue }
    }
}
