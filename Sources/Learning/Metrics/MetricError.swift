/// Why measurements could not be taken.
public enum MetricError: Error, Equatable, Sendable {
    /// There is not one example.
    case noExamples
    /// There are no classes, or no labels of a multi-label task.
    case noClasses
    /// There are more examples or classes than can be numbered.
    case tooLarge(what: String, count: Int, limit: Int)
    /// An array does not have as many elements as the others ask for.
    case countMismatch(what: String, expected: Int, found: Int)
    /// A row has not one value a class.
    case raggedRow(what: String, row: Int, expected: Int, found: Int)
    /// A label is no class.
    case labelOutOfRange(row: Int, label: Int, classes: Int)
    /// A value is NaN or infinite; `column` is nil where there is but one value a row.
    case notFinite(what: String, row: Int, column: Int?, value: String)
    /// A value is no probability.
    case notAProbability(row: Int, column: Int, value: Float)
    /// The probabilities of one example do not add up to one.
    case probabilitiesDoNotAddUp(row: Int, sum: Double)
    /// Two models were not evaluated on the same examples.
    case differentExamples(row: Int)
    /// A setting is outside what makes sense.
    case badSetting(name: String, value: String, expected: String)
}

extension MetricError: CustomStringConvertible {
    /// What is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .noExamples: "metrics: there are no examples to measure; give at least one"
        case .noClasses: "metrics: there are no classes; give at least one value an example"
        case .tooLarge(let what, let count, let limit):
            "metrics: \(count) \(what), and at most \(limit) can be measured at once; measure in parts"
        case .countMismatch(let what, let expected, let found):
            "metrics: expected \(expected) \(what), found \(found); give every example one prediction "
                + "and one outcome"
        case .raggedRow(let what, let row, let expected, let found):
            "metrics: row \(row) of the \(what) has \(found) values, expected \(expected)"
        case .labelOutOfRange(let row, let label, let classes):
            "metrics: the label of row \(row) is \(label), expected 0 to \(classes - 1); check that the "
                + "labels were numbered with the model's classes"
        case .notFinite(let what, let row, let column, let value):
            "metrics: the \(what) of row \(row)\(column.map { ", column \($0)," } ?? "") is \(value); "
                + "check whether the model diverged or its input is broken"
        case .notAProbability(let row, let column, let value):
            "metrics: row \(row), column \(column) is \(value), expected a probability from 0 to 1; "
                + "apply softmax or sigmoid to logits first"
        case .probabilitiesDoNotAddUp(let row, let sum):
            "metrics: the probabilities of row \(row) add up to \(sum), expected 1; apply softmax to "
                + "logits first, or use a multi-label report if several labels can hold"
        case .differentExamples(let row):
            "metrics: the outcomes of row \(row) differ between the two models; compare models on the "
                + "same examples in the same order"
        case .badSetting(let name, let value, let expected):
            "metrics: \(name) is \(value), expected \(expected)"
        }
    }
}
