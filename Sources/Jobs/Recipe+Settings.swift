import HindsightFineTuning
import HindsightLearning
import HindsightModels
import HindsightNeuralNetworks
import HindsightRecipes

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
        settings.seed = UInt64(seed)
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
            dropoutRate: lora.dropout)
    }

    /// How tokens' vectors become one; what the family classifies with unless the recipe says otherwise.
    var tokenPooling: HindsightModels.Pooling {
        switch pooling {
        case .auto, .pooler: .pooler
        case .cls: .cls
        case .mean: .mean
        }
    }

    /// When to stop.
    var stoppingRules: StoppingRules {
        let isMaximized = stop.metric.isMaximized
        return StoppingRules(
            goal: Goal(
                stop.metric.rawValue, isMaximized: isMaximized,
                target: isMaximized ? stop.atLeast : stop.atMost, minimumDelta: stop.minimumDelta),
            patience: stop.patience, seconds: stop.minutes.map { $0 * 60 })
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
