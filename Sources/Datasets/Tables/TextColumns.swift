/// What is to be predicted from a text.
public enum TextTask: String, Sendable, Hashable, Codable, CaseIterable {
    /// One of several classes.
    case classification
    /// Any number of classes.
    case multiLabelClassification
    /// A number.
    case regression
    /// Nothing is known: texts alone, for prediction.
    case unlabelled
}

/// Which columns of a file mean what.
public struct TextColumns: Sendable, Hashable, Codable {
    /// The text.
    public var text: String
    /// The second text of a pair.
    public var secondText: String?
    /// The class, the separated labels, or the number.
    public var label: String?
    /// For several labels: columns of 0 and 1 (or false and true), one a label.
    public var labelColumns: [String]
    /// For several labels in one column: what separates them.
    public var labelSeparator: String
    /// What each example is called.
    public var id: String?
    /// How much each example counts.
    public var weight: String?

    /// - Parameters:
    ///   - text: the text.
    ///   - secondText: the second text of a pair.
    ///   - label: the class, the separated labels, or the number.
    ///   - labelColumns: instead of `label`, columns of 0 and 1, one a label.
    ///   - labelSeparator: what separates the labels in `label`.
    ///   - id: what each example is called.
    ///   - weight: how much each example counts.
    public init(
        text: String, secondText: String? = nil, label: String? = nil, labelColumns: [String] = [],
        labelSeparator: String = ",", id: String? = nil, weight: String? = nil
    ) {
        self.text = text
        self.secondText = secondText
        self.label = label
        self.labelColumns = labelColumns
        self.labelSeparator = labelSeparator
        self.id = id
        self.weight = weight
    }

    /// The columns that are read for a task.
    func needed(for task: TextTask) -> [String] {
        let labels = task == .unlabelled ? [] : [label].compactMap { $0 } + labelColumns
        return [text] + [secondText, id, weight].compactMap { $0 } + labels
    }
}
