/// One number by which logits are divided so that probabilities mean what they say: Guo et al., "On
/// calibration of modern neural networks", ICML 2017. The likeliest class stays the same.
///
/// Fit it on held-out examples that the model did not learn from.
public struct TemperatureScaling: Sendable, Equatable, Codable {
    /// What logits are divided by: above 1 it takes confidence away, below 1 it adds some.
    public let temperature: Double
    /// The mean negative log-likelihood at temperature 1 on the examples it was fitted on, in nats.
    public let lossBefore: Double
    /// The mean negative log-likelihood at this temperature on the same examples, in nats.
    public let lossAfter: Double

    /// Temperatures that can come out. The ends mean that the examples set no bound, because the model
    /// is right on all of them, or tells nothing.
    public static let range = 0.01...100.0

    /// Whether no temperature within `range` is best.
    public var isAtBound: Bool {
        temperature == Self.range.lowerBound || temperature == Self.range.upperBound
    }

    /// The temperature with the least negative log-likelihood.
    ///
    /// The loss is convex in 1/temperature, so that there is one minimum; Newton's method finds it,
    /// with bisection where a step would leave the bracket.
    ///
    /// - Parameters:
    ///   - logits: `[examples, classes]` in rows, before softmax.
    ///   - classes: How many classes there are.
    ///   - labels: The true class of each example, from 0.
    /// - Returns: The temperature, and the losses without and with it.
    /// - Throws: `MetricError` for no examples, wrong counts, a label that is no class, NaN or
    ///   infinities.
    public static func fit(
        logits: [Float], classes: Int, labels: [Int]
    ) throws -> TemperatureScaling {
        try ClassificationPredictions.validateCounts(
            logits.count, classes: classes, rows: labels.count, what: "logits")
        for (row, label) in labels.enumerated() where !(0..<classes).contains(label) {
            throw MetricError.labelOutOfRange(row: row, label: label, classes: classes)
        }
        if let index = logits.firstIndex(where: { !$0.isFinite }) {
            throw MetricError.notFinite(
                what: "logit", row: index / classes, column: index % classes,
                value: "\(logits[index])")
        }
        let likelihood = TemperedLikelihood(logits: logits, classes: classes, labels: labels)
        let inverse = likelihood.bestInverse(
            in: (1 / range.upperBound)...(1 / range.lowerBound))
        return TemperatureScaling(
            temperature: min(max(1 / inverse, range.lowerBound), range.upperBound),
            lossBefore: likelihood.at(1).loss, lossAfter: likelihood.at(inverse).loss)
    }

    /// The temperature with the least negative log-likelihood, from one array an example.
    ///
    /// - Parameters:
    ///   - logits: One row an example, with one value a class, before softmax.
    ///   - labels: The true class of each example, from 0.
    /// - Returns: The temperature, and the losses without and with it.
    /// - Throws: As the other function, and for rows of different lengths.
    public static func fit(logits: [[Float]], labels: [Int]) throws -> TemperatureScaling {
        let classes = logits.first?.count ?? 0
        return try fit(
            logits: flattened(logits, columns: classes, "logits"), classes: classes, labels: labels)
    }

    /// Probabilities at this temperature.
    ///
    /// - Parameters:
    ///   - logits: `[examples, classes]` in rows, before softmax.
    ///   - classes: How many classes there are.
    /// - Returns: Probabilities of the same shape; what is no whole row is left out.
    public func probabilities(logits: [Float], classes: Int) -> [Float] {
        guard classes > 0 else { return [] }
        var result: [Float] = []
        result.reserveCapacity(logits.count)
        for row in 0..<(logits.count / classes) {
            let values = logits[(row * classes)..<((row + 1) * classes)]
            let largest = Double(values.max() ?? 0)
            let powers = values.map { exponential((Double($0) - largest) / temperature) }
            let sum = powers.reduce(0, +)
            result.append(contentsOf: powers.map { Float($0 / sum) })
        }
        return result
    }
}

/// The loss of logits times an inverse temperature.
private struct TemperedLikelihood {
    let logits: [Float]
    let classes: Int
    let labels: [Int]

    /// The mean loss with its first and second derivative by the inverse temperature.
    func at(_ inverse: Double) -> (loss: Double, slope: Double, curvature: Double) {
        var result = (loss: 0.0, slope: 0.0, curvature: 0.0)
        for (row, label) in labels.enumerated() {
            let start = row * classes
            let largest = Double(logits[start..<(start + classes)].max() ?? 0)
            var (sum, first, second) = (0.0, 0.0, 0.0)
            for column in 0..<classes {
                // Relative to the largest, so that no power overflows.
                let distance = Double(logits[start + column]) - largest
                let power = exponential(inverse * distance)
                sum += power
                first += power * distance
                second += power * distance * distance
            }
            let truth = Double(logits[start + label]) - largest
            let mean = first / sum
            result.loss += naturalLogarithm(sum) - inverse * truth
            result.slope += mean - truth
            result.curvature += second / sum - mean * mean
        }
        let count = Double(labels.count)
        return (result.loss / count, result.slope / count, result.curvature / count)
    }

    /// Where the slope, which never falls, is zero; an end of the range if it is zero nowhere in it.
    func bestInverse(in range: ClosedRange<Double>) -> Double {
        var (low, high) = (range.lowerBound, range.upperBound)
        if at(low).slope >= 0 { return at(low).slope == 0 ? 1 : low }
        if at(high).slope <= 0 { return high }
        var inverse = 1.0
        for _ in 0..<200 {
            let here = at(inverse)
            if here.slope == 0 { return inverse }
            if here.slope < 0 { low = inverse } else { high = inverse }
            let newton = inverse - here.slope / here.curvature
            let next = newton > low && newton < high ? newton : (low + high) / 2
            if abs(next - inverse) <= 1e-12 * inverse { return next }
            inverse = next
        }
        return inverse
    }
}
