/// How well one class, or one label of a multi-label task, was told.
public struct ClassScores: Sendable, Equatable, Codable {
    /// The class's name.
    public let name: String
    /// The share of its predictions that are right; 0 if it was never predicted.
    public let precision: Double
    /// The share of its examples that were found; 0 if it has none.
    public let recall: Double
    /// The harmonic mean of precision and recall; 0 if there are neither examples nor predictions.
    public let f1: Double
    /// How many examples are of the class.
    public let support: Int
    /// How many predictions name the class.
    public let predictions: Int
    /// The area under the ROC curve against all other examples; nil if all or none are of the class.
    public let auc: Double?

    init(name: String, index: Int, counts: ClassCounts, area: Double) {
        self.name = name
        precision = counts.precision(index)
        recall = counts.recall(index)
        f1 = counts.f1(index)
        support = counts.support[index]
        predictions = counts.predicted[index]
        auc = area.isNaN ? nil : area
    }
}

/// A wrong prediction.
public struct ConfidentMistake: Sendable, Equatable, Codable {
    /// Which example.
    public let index: Int
    /// Its true class.
    public let label: Int
    /// The class that was predicted.
    public let predicted: Int
    /// The probability given to it.
    public let confidence: Double
}

/// Names as given, or `0`, `1`, … if none are.
func checkedNames(_ names: [String]?, count: Int) throws -> [String] {
    guard let names else { return (0..<count).map(String.init) }
    guard names.count == count else {
        throw MetricError.countMismatch(
            what: "class names", expected: count, found: names.count)
    }
    return names
}
