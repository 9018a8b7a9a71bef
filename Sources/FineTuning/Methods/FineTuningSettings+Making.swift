import HindsightDatasets
import HindsightLearning
import HindsightModels
import HindsightNeuralNetworks
import HindsightTensors

extension FineTuningSettings {
    /// The optimizer for a model's parameters: no weight decay on biases and norms, and a smaller rate the
    /// deeper a layer lies if `layerDecay` says so.
    func makeOptimizer(_ model: SequenceClassifier) -> any Optimizer {
        let groups = parameterGroups(layers: model.encoder.configuration.layerCount)
        let rate = Float(learningRate)
        switch optimizer {
        case .adamw:
            return AdamW(
                model, learningRate: rate, betas: (betas[0], betas[1]), epsilon: epsilon,
                weightDecay: weightDecay, groups: groups)
        case .adam:
            return Adam(
                model, learningRate: rate, betas: (betas[0], betas[1]), epsilon: epsilon,
                weightDecay: weightDecay, groups: groups)
        case .sgd:
            return SGD(
                model, learningRate: rate, momentum: momentum, weightDecay: weightDecay,
                groups: groups)
        case .lion:
            return Lion(
                model, learningRate: rate, betas: (betas[0], betas[1]), weightDecay: weightDecay,
                groups: groups)
        case .rmsprop:
            return RMSprop(
                model, learningRate: rate, smoothing: smoothing, epsilon: epsilon,
                momentum: momentum, weightDecay: weightDecay, groups: groups)
        case .adafactor:
            return Adafactor(
                model, learningRate: rate, weightDecay: weightDecay, groups: groups)
        case .scheduleFree:
            return ScheduleFreeAdamW(
                model, learningRate: rate, betas: (betas[0], betas[1]), epsilon: epsilon,
                weightDecay: weightDecay, groups: groups)
        }
    }

    /// L2-SP toward the weights the model has now; nil without.
    func startPenalty(_ model: SequenceClassifier) -> StartPenalty? {
        guard regularization.startPenalty > 0 else { return nil }
        return StartPenalty(
            model, alpha: regularization.startPenalty, beta: regularization.headPenalty
        ) { $0.hasPrefix("classifier.") }
    }

    private func parameterGroups(layers: Int) -> [ParameterGroup] {
        let undecayed: @Sendable (String) -> Bool = {
            $0.hasSuffix(".bias") || $0.hasSuffix(".magnitude")
                || $0.lowercased().contains("norm.")
        }
        // Layers that begin later count their steps by themselves.
        guard layerDecay != 1 || regularization.unfreezing > 0 else {
            return [ParameterGroup(weightDecay: 0, undecayed)]
        }
        var groups: [ParameterGroup] = []
        for depth in 0...layers + 1 {
            var factor = 1.0
            for _ in depth..<(layers + 1) { factor *= layerDecay }
            let belongs: @Sendable (String) -> Bool = {
                FineTuningSettings.depth(of: $0, layers: layers) == depth
            }
            groups.append(
                ParameterGroup(learningRateFactor: factor, weightDecay: 0) {
                    belongs($0) && undecayed($0)
                })
            groups.append(ParameterGroup(learningRateFactor: factor, belongs))
        }
        return groups
    }

    /// 0 for embeddings, 1 for the first layer, …, `layers` + 1 for the head.
    static func depth(of name: String, layers: Int) -> Int {
        if name.hasPrefix("encoder.embeddings.") { return 0 }
        let prefix = "encoder.layers."
        guard name.hasPrefix(prefix) else { return layers + 1 }
        let number = name.dropFirst(prefix.count).prefix { $0 != "." }
        return (Int(number) ?? layers) + 1
    }

    /// How much each text counts: its own weight times its class's; nil if all count the same.
    func exampleWeights(_ texts: TokenizedTexts, _ problem: TextProblem) -> [Float]? {
        guard balancesClasses, case .classes(let classes) = texts.targets else {
            return texts.weights
        }
        var counts = [Int](repeating: 0, count: problem.outputCount)
        for label in classes { counts[Int(label)] += 1 }
        let present = counts.count { $0 > 0 }
        return classes.indices.map { index in
            let balance = Float(classes.count) / Float(present * counts[Int(classes[index])])
            return balance * (texts.weights?[index] ?? 1)
        }
    }
}
