/// A classifier's predictions, prepared for being measured many times.
struct ClassificationStatistics: Statistics {
    /// What one example adds to sums.
    struct Example {
        var label: Int32
        var predicted: Int32
        var bin: Int
        /// Confidence in the predicted class minus whether it is right.
        var gap: Double
        var logLoss: Double
        var brier: Double
        var brierBinary: Double

        var isRight: Bool { label == predicted }
        /// The probability of the predicted class.
        var confidence: Double
    }

    let examples: [Example]
    let classes: Int
    private let ranked: [RankedScores]
    private var counts: ClassCounts
    private var gaps: [Double]
    /// The gaps with every example once, as shares of the examples.
    private var meanGaps: [Double]

    var count: Int { examples.count }
    var rankedNames: Set<String> { ["auc"] }
    var rankedElements: Int { ranked.count * examples.count }
    var names: [String] {
        [
            "accuracy", "balanced_accuracy", "f1_macro", "f1_micro", "f1_weighted", "mcc", "auc",
            "log_loss", "ece", "brier", CalibrationBins.distanceName,
        ] + (classes == 2 ? ["brier_binary"] : [])
    }

    init(_ predictions: ClassificationPredictions) {
        classes = predictions.classes
        examples = predictions.labels.indices.map { Self.example($0, predictions) }
        // Of two classes the second one is ranked; the area of the first would be the same.
        let columns = classes == 2 ? [1] : classes == 1 ? [] : Array(0..<classes)
        ranked = columns.map { column in
            RankedScores(count: predictions.count) {
                predictions.probabilities[$0 * predictions.classes + column]
            } isPositive: {
                predictions.labels[$0] == column
            }
        }
        counts = ClassCounts(classes: classes)
        gaps = Array(repeating: 0, count: CalibrationBins.count)
        meanGaps = gaps
        for example in examples { meanGaps[example.bin] += example.gap / Double(examples.count) }
    }

    private static func example(_ row: Int, _ predictions: ClassificationPredictions) -> Example {
        let start = row * predictions.classes
        let label = predictions.labels[row]
        var best = 0
        var squares = 0.0
        for column in 0..<predictions.classes {
            let value = predictions.probabilities[start + column]
            if value > predictions.probabilities[start + best] { best = column }
            let distance = Double(value) - (column == label ? 1 : 0)
            squares += distance * distance
        }
        let confidence = Double(predictions.probabilities[start + best])
        let last = Double(predictions.probabilities[start + predictions.classes - 1])
        let lastError = last - (label == predictions.classes - 1 ? 1 : 0)
        let truth = Double(predictions.probabilities[start + label])
        return Example(
            label: Int32(label), predicted: Int32(best), bin: CalibrationBins.index(confidence),
            gap: confidence - (best == label ? 1 : 0),
            logLoss: costInNats(ofTruthWith: truth),
            brier: squares, brierBinary: lastError * lastError, confidence: confidence)
    }

    mutating func evaluate(_ weights: Weights, into values: UnsafeMutableBufferPointer<Double>) {
        let sums = accumulate(weights.values)
        let total = Double(weights.total)
        values[0] = Double(counts.hits.reduce(0, +)) / total
        values[1] = counts.balancedAccuracy
        values[2] = counts.f1Macro
        values[3] = counts.f1Micro
        values[4] = counts.f1Weighted
        values[5] = counts.matthews(total: weights.total)
        values[6] = weights.ranks ? meanOfDefined(areas(weights.values)) : .nan
        values[7] = sums.logLoss / total
        values[8] = CalibrationBins.error(gaps: gaps, total: weights.total)
        values[9] = sums.brier / total
        values[10] = CalibrationBins.distance(gaps, total: weights.total, from: meanGaps)
        if classes == 2 { values[11] = sums.brierBinary / total }
    }

    /// The area of each class against the rest; of two classes only the second's.
    func areas(_ weights: UnsafeBufferPointer<Int32>) -> [Double] {
        ranked.map { $0.area(weights) }
    }

    /// Fills in counts and gaps; returns the sums of the rest.
    private mutating func accumulate(
        _ weights: UnsafeBufferPointer<Int32>
    ) -> (logLoss: Double, brier: Double, brierBinary: Double) {
        counts.clear()
        for bin in gaps.indices { gaps[bin] = 0 }
        var sums = (logLoss: 0.0, brier: 0.0, brierBinary: 0.0)
        counts.support.withUnsafeMutableBufferPointer { support in
            counts.predicted.withUnsafeMutableBufferPointer { predicted in
                counts.hits.withUnsafeMutableBufferPointer { hits in
                    for (index, example) in examples.enumerated() {
                        let weight = Int(weights[index])
                        support[Int(example.label)] &+= weight
                        predicted[Int(example.predicted)] &+= weight
                        hits[Int(example.label)] &+=
                            example.label == example.predicted ? weight : 0
                        let share = Double(weight)
                        gaps[example.bin] += share * example.gap
                        sums.logLoss += share * example.logLoss
                        sums.brier += share * example.brier
                        sums.brierBinary += share * example.brierBinary
                    }
                }
            }
        }
        return sums
    }
}

/// The mean of what is defined; NaN if nothing is.
func meanOfDefined(_ values: [Double]) -> Double {
    let defined = values.filter { !$0.isNaN }
    return defined.isEmpty ? .nan : defined.reduce(0, +) / Double(defined.count)
}
