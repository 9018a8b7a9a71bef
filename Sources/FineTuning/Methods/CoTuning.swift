import HindsightModels
import HindsightNeuralNetworks
import HindsightTensors
import HindsightTokenizers

/// Co-Tuning (You et al. 2020, "Co-Tuning for Transfer Learning", NeurIPS): the classifier that a model was
/// pretrained with is tuned beside the new one, on the classes it knows that go with each new class.
///
/// Which these are is p(source class | new class), the mean of what the pretrained model says of the texts of
/// each new class: the paper's direct approach. The source's own data, and so its calibration, are not
/// needed.
struct CoTuning {
    /// `[new classes, source classes]`, row by row; each row a distribution.
    let relationship: [Float]
    /// How many source classes there are.
    let sourceCount: Int

    /// Asks a model, as it is now, for its own classes of the texts.
    ///
    /// - Parameters:
    ///   - model: with a source classifier.
    ///   - sequences: the texts' tokens.
    ///   - classes: the new class of each.
    ///   - classCount: how many new classes there are; one without texts goes with every source class alike.
    /// - Throws: `MemoryLimitError`.
    init(
        _ model: SequenceClassifier, _ sequences: [[Int32]], _ classes: [Int32], classCount: Int
    ) throws {
        guard let source = model.sourceClassifier else {
            preconditionFailure("CoTuning: the model has no source classifier")
        }
        let inputs = try SequenceScorer(model).headInputs(sequences)
        let hidden = model.encoder.configuration.hiddenSize
        let count = source.weight.shape[0]
        sourceCount = count
        let logits = source(Tensor(inputs, shape: [sequences.count, hidden]))
        let probabilities = logits.softmax().array(of: Float.self)
        var sums = [Double](repeating: 0, count: classCount * count)
        var totals = [Double](repeating: 0, count: classCount)
        for (row, label) in classes.enumerated() {
            totals[Int(label)] += 1
            for column in 0..<count {
                sums[Int(label) * count + column] += Double(probabilities[row * count + column])
            }
        }
        relationship = sums.indices.map { place in
            let total = totals[place / count]
            return total > 0 ? Float(sums[place] / total) : 1 / Float(count)
        }
    }

    /// What the source classifier is to say of texts: `[texts, source classes]`.
    func targets(_ classes: some Collection<Int32>) -> Tensor {
        let rows = classes.flatMap { label in
            relationship[Int(label) * sourceCount..<(Int(label) + 1) * sourceCount]
        }
        return Tensor(Array(rows), shape: [classes.count, sourceCount])
    }

    /// The mean cross-entropy of the source classifier's scores with what it is to say.
    static func loss(_ scores: Tensor, _ targets: Tensor) -> Tensor {
        -(scores.logSoftmax() * targets).sum(axes: 1).mean()
    }
}
