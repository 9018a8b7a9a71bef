/// Why a score could not be computed.
public enum TransferabilityError: Error, Equatable, Sendable {
    /// There is not one example, or not one feature.
    case empty(what: String)
    /// An array does not have as many elements as the others ask for.
    case countMismatch(what: String, expected: Int, found: Int)
    /// A value is NaN or infinite.
    case notFinite(what: String, row: Int, column: Int, value: String)
    /// Values so large that their squares overflow.
    case tooLarge(what: String, limit: String, found: String)
    /// A label is no class.
    case labelOutOfRange(row: Int, label: Int, classes: Int)
    /// All examples are of one class, so that there is nothing to tell apart.
    case oneClass(label: Int)
    /// A regression target is zero everywhere.
    case constantTarget(column: Int)
    /// A value is no probability, or a row's do not add up to one.
    case notProbabilities(row: Int, column: Int?, value: Double)
    /// The score needs something that the problem does not have.
    case missing(score: String, what: String)
    /// A setting is outside what makes sense.
    case badSetting(name: String, value: String, expected: String)
    /// An iteration did not come to an end.
    case noConvergence(what: String)
}

extension TransferabilityError: CustomStringConvertible {
    /// What is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .empty(let what): "transferability: there are no \(what); give at least one"
        case .countMismatch(let what, let expected, let found):
            "transferability: expected \(expected) \(what), found \(found); give every example one row "
                + "of features and one outcome"
        case .notFinite(let what, let row, let column, let value):
            "transferability: row \(row), column \(column) of the \(what) is \(value); check whether "
                + "the model diverged or its input is broken"
        case .tooLarge(let what, let limit, let found):
            "transferability: \(what) is \(found), and at most \(limit) can be handled; scale the "
                + "features down, or take fewer of them"
        case .labelOutOfRange(let row, let label, let classes):
            "transferability: the label of row \(row) is \(label), expected 0 to \(classes - 1); number "
                + "the classes from 0"
        case .oneClass(let label):
            "transferability: every example is of class \(label); give examples of at least two classes"
        case .constantTarget(let column):
            "transferability: target \(column) is zero for every example; leave it out"
        case .notProbabilities(let row, let column, let value):
            column.map {
                "transferability: row \(row), column \($0) is \(value), expected a probability"
            }
                ?? ("transferability: the probabilities of row \(row) add up to \(value), expected 1; "
                    + "apply softmax to logits first")
        case .missing(let score, let what):
            "transferability: \(score) needs \(what); give them, or leave this score out"
        case .badSetting(let name, let value, let expected):
            "transferability: \(name) is \(value), expected \(expected)"
        case .noConvergence(let what):
            "transferability: \(what) did not converge; check the features for extreme values"
        }
    }
}
