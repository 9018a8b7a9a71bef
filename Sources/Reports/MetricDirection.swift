/// Whether more of a metric is better.
enum MetricDirection {
    private static let lowerIsBetter = [
        "loss", "rmse", "mae", "mse", "ece", "brier", "error", "perplexity",
    ]

    /// Metrics whose names say that they measure errors are better when lower.
    static func isLowerBetter(_ name: String) -> Bool {
        let words = name.lowercased().split { !$0.isLetter }
        return words.contains { lowerIsBetter.contains(String($0)) }
    }

    /// The metrics a summary is about, the most telling first.
    static let telling = [
        "accuracy", "f1", "macro f1", "mcc", "pearson", "spearman", "rmse", "mae", "success_rate",
        "mean_return", "loss",
    ]

    /// The one of these names that tells most.
    static func mostTelling(_ names: some Collection<String>) -> String? {
        telling.first { names.contains($0) } ?? names.min()
    }
}
