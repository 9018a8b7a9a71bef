/// Agreement of two rankings in which the top counts most: weighted Kendall τ with hyperbolic weights.
public enum WeightedKendall {
    /// τ of two lists of scores, higher first: 1 for the same order, −1 for the opposite.
    ///
    /// A pair of items with ranks r and s (0 for the best) weighs 1/(r + 1) + 1/(s + 1). The result is the
    /// mean of τ with ranks by x, equal ones by y, and with ranks by y, equal ones by x, as
    /// `scipy.stats.weightedtau` computes it.
    ///
    /// Vigna, "A Weighted Correlation Index for Rankings with Ties", WWW 2015.
    ///
    /// - Parameters:
    ///   - x: scores of the items, such as transferability scores of models.
    ///   - y: other scores of the same items, such as their accuracies after fine-tuning.
    /// - Returns: τ, or NaN where it is undefined because all of x or all of y are equal.
    /// - Throws: ``TransferabilityError`` if the lists differ in length, have fewer than two items, or hold
    ///   NaN.
    public static func tau(_ x: [Double], _ y: [Double]) throws -> Double {
        guard x.count == y.count else {
            throw TransferabilityError.countMismatch(
                what: "scores in the second list", expected: x.count, found: y.count)
        }
        guard x.count >= 2 else { throw TransferabilityError.empty(what: "pairs of scores") }
        for (column, list) in [x, y].enumerated() {
            if let row = list.firstIndex(where: \.isNaN) {
                throw TransferabilityError.notFinite(
                    what: "scores", row: row, column: column, value: "nan")
            }
        }
        return (tau(x, y, ranks: ranks(x, y)) + tau(x, y, ranks: ranks(y, x))) / 2
    }

    /// Places in descending order of x, then of y; of equal items the last comes first.
    private static func ranks(_ x: [Double], _ y: [Double]) -> [Int] {
        let order = x.indices.sorted {
            if x[$0] != x[$1] { return x[$0] > x[$1] }
            if y[$0] != y[$1] { return y[$0] > y[$1] }
            return $0 > $1
        }
        var ranks = [Int](repeating: 0, count: x.count)
        for (rank, item) in order.enumerated() { ranks[item] = rank }
        return ranks
    }

    private static func tau(_ x: [Double], _ y: [Double], ranks: [Int]) -> Double {
        let weights = ranks.map { 1 / Double($0 + 1) }
        var (agreement, ofX, ofY) = (0.0, 0.0, 0.0)
        for i in x.indices {
            for j in 0..<i {
                let weight = weights[i] + weights[j]
                let signX = x[i] == x[j] ? 0.0 : x[i] > x[j] ? 1 : -1
                let signY = y[i] == y[j] ? 0.0 : y[i] > y[j] ? 1 : -1
                agreement += weight * signX * signY
                ofX += weight * signX * signX
                ofY += weight * signY * signY
            }
        }
        return min(max(agreement / (ofX.squareRoot() * ofY.squareRoot()), -1), 1)
    }
}
