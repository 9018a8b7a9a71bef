/// Negative conditional entropy −H(Y|Z) of the labels given the source model's likeliest class, in nats.
///
/// With P̂ the shares of pairs (y, z): Σ P̂(y, z) ln(P̂(y, z)/P̂(z)).
///
/// Tran, Nguyen and Hassner, "Transferability and Hardness of Supervised Classification Tasks", ICCV 2019.
public struct NCE: TransferabilityScore {
    /// NCE has no settings.
    public init() {}

    /// `nce`.
    public var name: String { "nce" }
    /// Labels and the source model's probabilities.
    public var needs: ScoreNeeds { [.labels, .sourceProbabilities] }

    /// −H(Y|Z); of equally likely source classes the first counts.
    public func value(_ problem: TransferProblem) throws -> Double {
        let probabilities = try problem.requiredProbabilities(for: name)
        let labels = try problem.requiredLabels(for: name)
        let width = probabilities.columns
        let sources = (0..<probabilities.rows).map { row -> Int in
            let values = probabilities.values[(row * width)..<((row + 1) * width)]
            var best = values.startIndex
            for place in values.indices where values[place] > values[best] { best = place }
            return best - values.startIndex
        }
        return Self.value(sources: sources, sourceClasses: width, labels)
    }

    /// The same from source classes of the examples.
    static func value(sources: [Int], sourceClasses: Int, _ labels: ClassLabels) -> Double {
        var pairs = [Int](repeating: 0, count: sourceClasses * labels.classes)
        var totals = [Int](repeating: 0, count: sourceClasses)
        for (source, label) in zip(sources, labels.values) {
            pairs[source * labels.classes + label] += 1
            totals[source] += 1
        }
        var sum = 0.0
        for (place, count) in pairs.enumerated() where count > 0 {
            let share = Double(count) / Double(totals[place / labels.classes])
            sum += Double(count) * naturalLogarithm(share)
        }
        return sum / Double(sources.count)
    }
}
