import HindsightDatasets
import HindsightLearning
import HindsightModels
import HindsightTensors

/// What is reached without fine-tuning: what a fine-tuned model has to beat.
public enum Baselines {
    /// Outputs that say of every text what is most frequent in training, or the mean for regression.
    ///
    /// - Parameters:
    ///   - train: the targets of training.
    ///   - count: of how many texts.
    ///   - problem: what the outputs mean.
    /// - Returns: `[count, outputs]`, row by row.
    public static func majority(
        _ train: TextExamples.Targets, count: Int, problem: TextProblem
    ) -> [Float] {
        let row: [Float]
        switch train {
        case .none: row = []
        case .classes(let classes):
            row = frequencies(classes.map { [Int($0)] }, problem).map { logarithm($0) }
        case .labelSets(let sets):
            row = frequencies((0..<sets.count).map { sets[$0] }, problem).map {
                logarithm($0) - logarithm(1 - $0)
            }
        case .values(let values):
            row = [values.reduce(0, +) / Float(max(values.count, 1))]
        }
        return Array(repeatElement(row, count: count).joined())
    }

    private static func frequencies(_ sets: [[Int]], _ problem: TextProblem) -> [Float] {
        var counts = [Float](repeating: 0, count: problem.outputCount)
        for set in sets { for label in set { counts[label] += 1 } }
        return counts.map { $0 / Float(max(sets.count, 1)) }
    }

    private static func logarithm(_ x: Float) -> Float {
        Tensor([min(max(x, 1e-6), 1 - 1e-6)]).log().array(of: Float.self)[0]
    }

    /// Outputs of a linear layer trained on the frozen encoder's mean features.
    ///
    /// - Parameters:
    ///   - model: whose encoder to use, as it is now.
    ///   - train: what to train the layer on.
    ///   - held: texts to score, each group apart.
    ///   - penalty: L2.
    ///   - steps: of full-batch Adam.
    ///   - learningRate: its first step size.
    /// - Returns: the outputs of each group.
    /// - Throws: `MemoryLimitError`.
    public static func frozenProbe(
        _ model: TextModel, train: TokenizedTexts, held: [TokenizedTexts], penalty: Double,
        steps: Int, learningRate: Double
    ) throws -> [[Float]] {
        let network = model.network.withMeanPooling
        let scorer = SequenceScorer(network)
        let width = network.encoder.configuration.hiddenSize
        let probe = try LinearProbe(
            features: try scorer.features(train.sequences), width: width, targets: train.targets,
            problem: model.problem, penalty: penalty, steps: steps, learningRate: learningRate)
        return try held.map { probe.outputs(try scorer.features($0.sequences), width: width) }
    }
}
