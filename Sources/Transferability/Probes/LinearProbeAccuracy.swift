/// Accuracy of a linear classifier on the features, by stratified cross-validation.
///
/// The classifier is multinomial logistic regression that minimises Σ −ln p(label) + l2/2 |W|² to convergence,
/// on features scaled by one number so that their mean variance over all examples is 1 (distances keep their
/// proportions); biases are not penalised. A class without examples outside a fold cannot be learned there:
/// its examples count as wrong.
public struct LinearProbeAccuracy: TransferabilityScore {
    /// How many folds.
    public var folds: Int
    /// Strength of the penalty on the squared weights.
    public var l2: Double
    /// What the folds are drawn from.
    public var seed: UInt64
    /// The fit ends when a step can lower the objective by no more than this share.
    public var tolerance: Double
    /// The most steps of a fit.
    public var steps: Int

    /// A probe with its settings.
    ///
    /// - Parameters:
    ///   - folds: at least 2; as many as there are examples if there are fewer.
    ///   - l2: strength of the penalty, more than 0.
    ///   - seed: what the folds are drawn from.
    ///   - tolerance: relative precision of the objective.
    ///   - steps: the most steps of a fit.
    public init(
        folds: Int = 5, l2: Double = 1, seed: UInt64 = 0, tolerance: Double = 1e-10,
        steps: Int = 1000
    ) {
        self.folds = folds
        self.l2 = l2
        self.seed = seed
        self.tolerance = tolerance
        self.steps = steps
    }

    /// `linear_probe_accuracy`.
    public var name: String { "linear_probe_accuracy" }
    /// Labels.
    public var needs: ScoreNeeds { .labels }

    /// What the probe found on examples it was not fitted to.
    public struct Result: Sendable, Equatable {
        /// The share of examples whose class was found.
        public var accuracy: Double
        /// The class found for each example, numbered as in ``ClassLabels/values``.
        public var predictions: [Int]
        /// ln p(label) of each example, in nats; −∞ where the class could not be learned.
        public var logLikelihoods: [Double]
        /// The least objective of each fold.
        public var objectives: [Double]
    }

    /// The accuracy over all folds.
    public func value(_ problem: TransferProblem) throws -> Double {
        try result(problem).accuracy
    }

    /// Fits and tests every fold.
    ///
    /// - Throws: ``TransferabilityError`` without labels, for settings outside what makes sense, and for
    ///   features on which the fit does not converge.
    public func result(_ problem: TransferProblem) throws -> Result {
        let labels = try problem.requiredLabels(for: name)
        try check()
        let (x, variances) = try scaled(problem.features)
        let count = min(folds, problem.examples)
        let split = StratifiedFolds(labels, count: count, seed: seed)
        var result = Result(
            accuracy: 0, predictions: [Int](repeating: -1, count: problem.examples),
            logLikelihoods: [Double](repeating: -.infinity, count: problem.examples),
            objectives: [])
        for fold in 0..<count {
            try run(fold, split, labels, x, variances, &result)
        }
        let right = zip(result.predictions, labels.values).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
        result.accuracy = Double(right) / Double(problem.examples)
        return result
    }

    private func check() throws {
        guard folds >= 2 else {
            throw TransferabilityError.badSetting(
                name: "folds", value: "\(folds)", expected: "at least 2")
        }
        guard l2 > 0, l2.isFinite, tolerance > 0, steps > 0 else {
            throw TransferabilityError.badSetting(
                name: "l2, tolerance or steps", value: "\(l2), \(tolerance), \(steps)",
                expected: "more than 0")
        }
    }

    /// Principal coordinates with a mean variance of the features of 1, and their own variances.
    private func scaled(_ features: FeatureDecomposition) throws -> ([Double], [Double]) {
        let eigen = try features.eigen()
        let n = Double(features.rows)
        let mean = eigen.values.reduce(0) { $0 + max(0, $1) } / n / Double(features.columns)
        let scale = mean > 0 ? 1 / mean.squareRoot() : 1
        let x = try features.coordinates().map { $0 * scale }
        return (x, eigen.values.map { max(0, $0) / n * scale * scale })
    }

    private func run(
        _ fold: Int, _ split: StratifiedFolds, _ labels: ClassLabels, _ x: [Double],
        _ variances: [Double], _ result: inout Result
    ) throws {
        let rows = split.folds.indices.filter { split.folds[$0] != fold }.map { UInt32($0) }
        let present = Set(rows.lazy.map { labels.values[Int($0)] }).sorted()
        let places = Dictionary(uniqueKeysWithValues: zip(present, present.indices))
        let numbers = labels.values.map { Int32(places[$0] ?? 0) }
        let tested = split.folds.indices.filter { split.folds[$0] == fold }
        guard present.count > 1 else {
            for row in tested { result.predictions[row] = present[0] }
            return
        }
        let regression = SoftmaxRegression(
            x: x, variances: variances, labels: numbers, classes: present.count, rows: rows, l2: l2)
        result.objectives.append(try regression.fit(tolerance: tolerance, steps: steps))
        let (predictions, values) = regression.test(tested.map { UInt32($0) }, numbers)
        for (place, row) in tested.enumerated() {
            result.predictions[row] = present[predictions[place]]
            if places[labels.values[row]] != nil { result.logLikelihoods[row] = values[place] }
        }
    }
}
