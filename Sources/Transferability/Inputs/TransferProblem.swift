/// What the scores look at: a pretrained model's features of a task's examples, and their outcomes.
///
/// Everything that several scores need of the features is computed once and kept.
public final class TransferProblem: Sendable {
    /// The features `[examples, features]` with what is derived from them.
    public let features: FeatureDecomposition
    /// The classes of the examples, for classification.
    public let labels: ClassLabels?
    /// Real targets `[examples, targets]`, for regression.
    public let targets: FeatureMatrix?
    /// The pretrained model's own class probabilities `[examples, source classes]`.
    public let sourceProbabilities: FeatureMatrix?

    /// A problem of classification, regression or both.
    ///
    /// - Parameters:
    ///   - features: `[examples, features]`.
    ///   - labels: the classes of the examples.
    ///   - targets: `[examples, targets]`.
    ///   - sourceProbabilities: `[examples, source classes]`, each row a distribution.
    /// - Throws: ``TransferabilityError`` if the numbers of examples differ or the probabilities are none.
    public init(
        features: FeatureMatrix, labels: ClassLabels? = nil, targets: FeatureMatrix? = nil,
        sourceProbabilities: FeatureMatrix? = nil
    ) throws {
        let rows = features.rows
        for (what, count) in [
            ("labels", labels?.values.count), ("rows of targets", targets?.rows),
            ("rows of source probabilities", sourceProbabilities?.rows),
        ] where count.map({ $0 != rows }) ?? false {
            throw TransferabilityError.countMismatch(what: what, expected: rows, found: count!)
        }
        if let sourceProbabilities { try Self.check(sourceProbabilities) }
        self.features = try FeatureDecomposition(features)
        self.labels = labels
        self.targets = targets
        self.sourceProbabilities = sourceProbabilities
    }

    /// How many examples there are.
    public var examples: Int { features.rows }

    /// Each row must be a distribution, but for the rounding of half precision.
    static func check(_ probabilities: FeatureMatrix) throws {
        let columns = probabilities.columns
        for row in 0..<probabilities.rows {
            var sum = 0.0
            for column in 0..<columns {
                let value = probabilities.values[row * columns + column]
                guard value >= 0, value <= 1 + 1e-3 else {
                    throw TransferabilityError.notProbabilities(
                        row: row, column: column, value: value)
                }
                sum += value
            }
            guard (sum - 1).magnitude <= 1e-2 else {
                throw TransferabilityError.notProbabilities(row: row, column: nil, value: sum)
            }
        }
    }

    func requiredLabels(for score: String) throws -> ClassLabels {
        guard let labels else {
            throw TransferabilityError.missing(score: score, what: "class labels")
        }
        return labels
    }

    func requiredProbabilities(for score: String) throws -> FeatureMatrix {
        guard let sourceProbabilities else {
            throw TransferabilityError.missing(
                score: score, what: "the pretrained model's class probabilities")
        }
        return sourceProbabilities
    }
}
