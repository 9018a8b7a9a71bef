/// A regressor's predictions, prepared for being measured many times.
struct RegressionStatistics: Statistics {
    private let predictions: [Double]
    private let targets: [Double]
    private let errors: [Double]
    private let predictionOrder: RankOrder
    private let targetOrder: RankOrder
    private var predictionRanks: [Double]
    private var targetRanks: [Double]

    var count: Int { errors.count }
    var names: [String] { RegressionReport.metricNames }

    init(_ predictions: RegressionPredictions) {
        errors = zip(predictions.predictions, predictions.targets).map { $0 - $1 }
        // Correlations don't depend on the origin, and sums lose least around the mean.
        self.predictions = Self.centered(predictions.predictions)
        targets = Self.centered(predictions.targets)
        predictionOrder = RankOrder(predictions.predictions)
        targetOrder = RankOrder(predictions.targets)
        predictionRanks = errors
        targetRanks = errors
    }

    private static func centered(_ values: [Double]) -> [Double] {
        // Halved first, so that numbers near the largest have a difference.
        let origin = values[0]
        let mean = values.reduce(0) { $0 + ($1 / 2 - origin / 2) / Double(values.count) }
        return values.map { ($0 / 2 - origin / 2) - mean }
    }

    mutating func evaluate(_ weights: Weights, into values: UnsafeMutableBufferPointer<Double>) {
        let total = Double(weights.total)
        var (squares, absolutes, sum) = (0.0, 0.0, 0.0)
        for (index, error) in errors.enumerated() {
            let weight = Double(weights.values[index])
            squares += weight * error * error
            absolutes += weight * abs(error)
            sum += weight * error
        }
        values[0] = (squares / total).squareRoot()
        values[1] = absolutes / total
        let moments = Moments(predictions, targets, weights)
        // Moments are of halves.
        values[2] = moments.yVaries ? 1 - squares / (4 * moments.yy) : .nan
        values[3] = moments.correlation
        predictionOrder.fill(&predictionRanks, weights.values)
        targetOrder.fill(&targetRanks, weights.values)
        values[4] = Moments(predictionRanks, targetRanks, weights).correlation
        values[5] = sum / total
    }
}

/// Second moments around the mean.
private struct Moments {
    let xx: Double
    let yy: Double
    let xy: Double
    let xVaries: Bool
    let yVaries: Bool

    init(_ x: [Double], _ y: [Double], _ weights: Weights) {
        var (sumX, sumY, sumXX, sumYY, sumXY) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for index in x.indices {
            let weight = Double(weights.values[index])
            let (wx, wy) = (weight * x[index], weight * y[index])
            sumX += wx
            sumY += wy
            sumXX += wx * x[index]
            sumYY += wy * y[index]
            sumXY += wx * y[index]
        }
        let total = Double(weights.total)
        xx = sumXX - sumX * sumX / total
        yy = sumYY - sumY * sumY / total
        xy = sumXY - sumX * sumY / total
        // What rounding leaves of equal numbers is no variance.
        xVaries = xx > 1e-13 * sumXX
        yVaries = yy > 1e-13 * sumYY
    }

    /// Pearson's correlation; NaN if either does not vary.
    var correlation: Double {
        guard xVaries, yVaries else { return .nan }
        // One root is exact for equal moments; two don't overflow.
        let product = xx * yy
        let scale =
            product.isNormal ? product.squareRoot() : xx.squareRoot() * yy.squareRoot()
        return min(max(xy / scale, -1), 1)
    }
}
