import CHindsightKernels

/// Multinomial logistic regression on some rows of a matrix whose columns are uncorrelated.
///
/// The weights minimise Σ −ln p(label) + l2/2 |W|², without penalty on the biases. The columns' variances
/// give each weight its own scale (Böhning's bound on the curvature, "Multinomial logistic regression
/// algorithm", 1992), after which few steps of L-BFGS suffice.
final class SoftmaxRegression {
    private let x: [Double]
    private let columns: Int
    private let classes: Int
    private let labels: [Int32]
    private let rows: [UInt32]
    private let l2: Double
    /// What a parameter is divided by.
    private let scales: [Double]
    private var weights: [Double]
    private var gradient: [Double]
    private var logLikelihoods: [Double]
    private var scratch: [Double]

    /// - Parameters:
    ///   - x: `[.., columns]`, uncorrelated columns.
    ///   - variances: of the columns.
    ///   - labels: a class for each row of x; only those of `rows` are read.
    ///   - rows: numbers of the rows to fit.
    ///   - l2: strength of the penalty.
    init(
        x: [Double], variances: [Double], labels: [Int32], classes: Int, rows: [UInt32], l2: Double
    ) {
        self.x = x
        columns = variances.count
        self.classes = classes
        self.labels = labels
        self.rows = rows
        self.l2 = l2
        let share = 1 / Double(classes) * (1 - 1 / Double(classes))
        let curvatures = (variances + [1]).map { share * Double(rows.count) * $0 }
        scales = curvatures.indices.flatMap { k -> [Double] in
            let scale = (curvatures[k] + (k < variances.count ? l2 : 0)).squareRoot()
            return [Double](repeating: scale > 0 ? scale : 1, count: classes)
        }
        weights = [Double](repeating: 0, count: scales.count)
        gradient = weights
        logLikelihoods = [Double](repeating: 0, count: rows.count)
        scratch = [Double](
            repeating: 0, count: hs_softmax64_scratch(variances.count, classes))
    }

    /// Fits the weights.
    ///
    /// - Returns: the least value of the objective.
    func fit(tolerance: Double, steps: Int) throws -> Double {
        let start = startBiases()
        var search = LimitedMemoryBFGS(start: start, tolerance: tolerance, steps: steps)
        let result = try search.minimize { try self.evaluate($0, &$1) }
        setWeights(search.point)
        return result
    }

    /// Weights zero, biases the logarithms of the classes' shares.
    private func startBiases() -> [Double] {
        var counts = [Double](repeating: 0, count: classes)
        for row in rows { counts[Int(labels[Int(row)])] += 1 }
        var start = [Double](repeating: 0, count: scales.count)
        for (c, count) in counts.enumerated() {
            let place = columns * classes + c
            start[place] = naturalLogarithm(max(count, 1) / Double(rows.count)) * scales[place]
        }
        return start
    }

    private func setWeights(_ point: [Double]) {
        for i in point.indices { weights[i] = point[i] / scales[i] }
    }

    /// Objective and gradient in scaled parameters.
    private func evaluate(_ point: [Double], _ result: inout [Double]) throws -> Double {
        setWeights(point)
        run(rows, labels, withGradient: true, predictions: nil)
        var value = -logLikelihoods.reduce(0, +)
        let penalized = columns * classes
        for i in 0..<penalized {
            value += l2 / 2 * weights[i] * weights[i]
            gradient[i] += l2 * weights[i]
        }
        for i in result.indices { result[i] = gradient[i] / scales[i] }
        guard value.isFinite else {
            throw TransferabilityError.noConvergence(what: "the linear probe")
        }
        return value
    }

    private func run(
        _ rows: [UInt32], _ labels: [Int32], withGradient: Bool,
        predictions: UnsafeMutablePointer<UInt32>?
    ) {
        x.withUnsafeBufferPointer { x in
            rows.withUnsafeBufferPointer { rows in
                labels.withUnsafeBufferPointer { labels in
                    weights.withUnsafeBufferPointer { weights in
                        var problem = hs_softmax64()
                        problem.x = x.baseAddress
                        problem.columns = columns
                        problem.classes = classes
                        problem.rows = rows.baseAddress
                        problem.labels = labels.baseAddress
                        problem.count = rows.count
                        problem.weights = weights.baseAddress
                        problem.predictions = predictions
                        gradient.withUnsafeMutableBufferPointer { gradient in
                            logLikelihoods.withUnsafeMutableBufferPointer { values in
                                scratch.withUnsafeMutableBufferPointer { scratch in
                                    problem.gradient = withGradient ? gradient.baseAddress : nil
                                    problem.log_likelihoods = values.baseAddress
                                    problem.pieces = scratch.baseAddress
                                    hs_softmax64_run(&problem)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The likeliest class of other rows, and the log-likelihood of their labels.
    func test(_ rows: [UInt32], _ labels: [Int32]) -> (predictions: [Int], logLikelihoods: [Double])
    {
        var predictions = [UInt32](repeating: 0, count: rows.count)
        logLikelihoods = [Double](repeating: 0, count: rows.count)
        predictions.withUnsafeMutableBufferPointer {
            run(rows, labels, withGradient: false, predictions: $0.baseAddress)
        }
        return (predictions.map(Int.init), logLikelihoods)
    }
}
