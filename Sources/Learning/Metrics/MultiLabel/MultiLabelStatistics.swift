/// A multi-label model's predictions, prepared for being measured many times.
struct MultiLabelStatistics: Statistics {
    /// What one example adds to sums.
    private struct Example {
        /// Where its cells end; they begin where the previous one's end.
        var cellsEnd = 0
        /// Where its gaps end.
        var gapsEnd = 0
        var wrong = 0
        var logLoss = 0.0
        var brier = 0.0
    }

    let labels: Int
    private var examples: [Example] = []
    /// Labels that hold or were predicted, with one bit for each above 30 of the label.
    private var cells: [UInt32] = []
    /// The sum of probability − outcome over an example's labels in one bin.
    private var exampleGaps: [(bin: Int, gap: Double)] = []
    private let ranked: [RankedScores]
    private(set) var counts: ClassCounts
    private var gaps = [Double](repeating: 0, count: CalibrationBins.count)
    /// The gaps with every example once, as shares of the decisions.
    private var meanGaps = [Double](repeating: 0, count: CalibrationBins.count)

    private static let holds: UInt32 = 1 << 31
    private static let predicted: UInt32 = 1 << 30

    var count: Int { examples.count }
    var rankedNames: Set<String> { ["auc"] }
    var rankedElements: Int { labels * examples.count }
    var names: [String] { MultiLabelReport.metricNames + [CalibrationBins.distanceName] }

    init(_ predictions: MultiLabelPredictions, threshold: Float) {
        labels = predictions.labels
        counts = ClassCounts(classes: labels)
        ranked = (0..<labels).map { label in
            RankedScores(count: predictions.count) {
                predictions.probabilities[$0 * predictions.labels + label]
            } isPositive: {
                predictions.targets[$0 * predictions.labels + label]
            }
        }
        examples.reserveCapacity(predictions.count)
        for row in 0..<predictions.count { append(row, predictions, threshold) }
        let decisions = Double(predictions.targets.count)
        for (bin, gap) in exampleGaps { meanGaps[bin] += gap / decisions }
    }

    private mutating func append(
        _ row: Int, _ predictions: MultiLabelPredictions, _ threshold: Float
    ) {
        var example = Example()
        for bin in gaps.indices { gaps[bin] = 0 }
        for label in 0..<labels {
            let value = predictions.probabilities[row * labels + label]
            let holds = predictions.targets[row * labels + label]
            let isPredicted = value >= threshold
            if holds || isPredicted {
                cells.append(
                    UInt32(label) | (holds ? Self.holds : 0) | (isPredicted ? Self.predicted : 0))
            }
            let probability = Double(value)
            let error = probability - (holds ? 1 : 0)
            gaps[CalibrationBins.index(probability)] += error
            example.wrong += holds != isPredicted ? 1 : 0
            example.logLoss += costInNats(ofTruthWith: holds ? probability : 1 - probability)
            example.brier += error * error
        }
        for (bin, gap) in gaps.enumerated() where gap != 0 { exampleGaps.append((bin, gap)) }
        example.cellsEnd = cells.count
        example.gapsEnd = exampleGaps.count
        examples.append(example)
    }

    mutating func evaluate(_ weights: Weights, into values: UnsafeMutableBufferPointer<Double>) {
        let sums = accumulate(weights.values)
        let total = Double(weights.total)
        let decisions = total * Double(labels)
        values[0] = Double(sums.right) / total
        values[1] = counts.f1Micro
        values[2] = counts.f1Macro
        values[3] = Double(sums.wrong) / decisions
        values[4] = weights.ranks ? meanOfDefined(areas(weights.values)) : .nan
        values[5] = sums.logLoss / decisions
        values[6] = CalibrationBins.error(gaps: gaps, total: weights.total * labels)
        values[7] = sums.brier / decisions
        values[8] = CalibrationBins.distance(
            gaps, total: weights.total * labels, from: meanGaps)
    }

    /// The area of each label.
    func areas(_ weights: UnsafeBufferPointer<Int32>) -> [Double] {
        ranked.map { $0.area(weights) }
    }

    /// Fills in counts alone.
    mutating func countOnce(_ ones: UnsafeBufferPointer<Int32>) { _ = accumulate(ones) }

    /// Fills in counts and gaps; returns the sums of the rest.
    private mutating func accumulate(
        _ weights: UnsafeBufferPointer<Int32>
    ) -> (right: Int, wrong: Int, logLoss: Double, brier: Double) {
        counts.clear()
        for bin in gaps.indices { gaps[bin] = 0 }
        var sums = (right: 0, wrong: 0, logLoss: 0.0, brier: 0.0)
        var (cell, gap) = (0, 0)
        for index in examples.indices {
            let example = examples[index]
            let weight = Int(weights[index])
            while cell < example.cellsEnd {
                count(cells[cell], weight)
                cell &+= 1
            }
            let share = Double(weight)
            while gap < example.gapsEnd {
                gaps[exampleGaps[gap].bin] += share * exampleGaps[gap].gap
                gap &+= 1
            }
            sums.right &+= example.wrong == 0 ? weight : 0
            sums.wrong &+= example.wrong &* weight
            sums.logLoss += share * example.logLoss
            sums.brier += share * example.brier
        }
        return sums
    }

    @inline(__always)
    private mutating func count(_ cell: UInt32, _ weight: Int) {
        let label = Int(cell & (Self.predicted - 1))
        let holds = cell & Self.holds != 0
        let isPredicted = cell & Self.predicted != 0
        counts.support[label] &+= holds ? weight : 0
        counts.predicted[label] &+= isPredicted ? weight : 0
        counts.hits[label] &+= holds && isPredicted ? weight : 0
    }
}
