/// What a classifier said of some examples, and what they were: checked, ready to be measured.
public struct ClassificationPredictions: Sendable, Equatable {
    /// One probability an example and class, `[examples, classes]` in rows.
    public let probabilities: [Float]
    /// How many classes there are.
    public let classes: Int
    /// The true class of each example, from 0.
    public let labels: [Int]

    /// How many examples there are.
    public var count: Int { labels.count }

    /// Predictions from one flat array.
    ///
    /// - Parameters:
    ///   - probabilities: `[examples, classes]` in rows; each row adds up to one within 0.01, which
    ///     leaves room for half precision.
    ///   - classes: How many classes there are.
    ///   - labels: The true class of each example, from 0.
    /// - Throws: `MetricError` for no examples, wrong counts, a label that is no class, NaN, or values
    ///   that are no probabilities.
    public init(probabilities: [Float], classes: Int, labels: [Int]) throws {
        try Self.validateCounts(probabilities.count, classes: classes, rows: labels.count)
        for (row, label) in labels.enumerated() where !(0..<classes).contains(label) {
            throw MetricError.labelOutOfRange(row: row, label: label, classes: classes)
        }
        for row in labels.indices {
            var sum = 0.0
            for column in 0..<classes {
                sum += try checkedProbability(probabilities[row * classes + column], row, column)
            }
            guard abs(sum - 1) <= 0.01 else {
                throw MetricError.probabilitiesDoNotAddUp(row: row, sum: sum)
            }
        }
        self.probabilities = probabilities
        self.classes = classes
        self.labels = labels
    }

    /// Predictions from one array an example.
    ///
    /// - Parameters:
    ///   - probabilities: One row an example, with one value a class.
    ///   - labels: The true class of each example, from 0.
    /// - Throws: As the other initialiser, and for rows of different lengths.
    public init(probabilities: [[Float]], labels: [Int]) throws {
        let classes = probabilities.first?.count ?? 0
        try self.init(
            probabilities: flattened(probabilities, columns: classes, "probabilities"),
            classes: classes, labels: labels)
    }

    static func validateCounts(
        _ count: Int, classes: Int, rows: Int, what: String = "probabilities"
    ) throws {
        guard rows > 0 || count > 0 else { throw MetricError.noExamples }
        guard classes > 0 else { throw MetricError.noClasses }
        // Examples and classes are kept in 30 bits beside two flags.
        let limit = 1 << 30
        guard rows < limit else {
            throw MetricError.tooLarge(what: "examples", count: rows, limit: limit - 1)
        }
        guard classes < limit else {
            throw MetricError.tooLarge(what: "classes", count: classes, limit: limit - 1)
        }
        guard count == rows * classes else {
            throw MetricError.countMismatch(
                what: "\(what) (\(rows) outcomes × \(classes) classes)",
                expected: rows * classes, found: count)
        }
    }
}

/// A probability as a double; rounding may have put it a little outside 0…1.
func checkedProbability(_ value: Float, _ row: Int, _ column: Int) throws -> Double {
    guard value.isFinite else {
        throw MetricError.notFinite(
            what: "probability", row: row, column: column, value: "\(value)")
    }
    guard value >= -1e-5, value <= 1 + 1e-5 else {
        throw MetricError.notAProbability(row: row, column: column, value: value)
    }
    return Double(value)
}

/// Rows of one length behind each other.
func flattened<Element>(
    _ rows: [[Element]], columns: Int, _ what: String
) throws -> [Element] {
    if let row = rows.firstIndex(where: { $0.count != columns }) {
        throw MetricError.raggedRow(
            what: what, row: row, expected: columns, found: rows[row].count)
    }
    return Array(rows.joined())
}
