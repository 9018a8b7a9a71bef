/// The one-standard-error rule (Breiman et al. 1984): of all candidates that are no more than one standard
/// error worse than the best, the one that risks least.
///
/// The error is that of the difference to the best on the same folds: what makes a fold easy or hard for all
/// of them does not count.
public enum OneStandardError {
    /// Chooses a candidate.
    ///
    /// - Parameters:
    ///   - scores: for each candidate its score on each fold, all on the same folds; at least one of both.
    ///   - isMaximized: whether more is better.
    ///   - preference: which candidates may be chosen in the best one's place, given its number; the least
    ///     risky first.
    /// - Returns: the candidates with the best mean, and the one to choose.
    public static func choose(
        _ scores: [[Double]], isMaximized: Bool, preference: (Int) -> [Int]
    ) -> (best: Int, chosen: Int) {
        let sign = isMaximized ? 1.0 : -1.0
        let means = scores.map { sign * mean($0) }
        let best = means.indices.max { means[$0] < means[$1] } ?? 0
        let chosen = preference(best).first { candidate in
            guard means[candidate].isFinite else { return false }
            let losses = zip(scores[best], scores[candidate]).map { sign * ($0 - $1) }
            return mean(losses) <= standardError(losses)
        }
        return (best, chosen ?? best)
    }

    /// The mean; NaN of none.
    public static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(values.count)
    }

    /// The standard error of the mean; 0 of fewer than two values.
    public static func standardError(_ values: [Double]) -> Double {
        guard values.count > 1 else { return 0 }
        let center = mean(values)
        let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
        return (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
    }
}
