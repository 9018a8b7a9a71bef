extension TextTable {
    /// Texts with one class each.
    ///
    /// - Parameters:
    ///   - texts: the texts.
    ///   - labels: the name of each one's class.
    ///   - vocabulary: the known classes, or nil for those that occur, sorted.
    /// - Throws: `DatasetError` if the arrays differ in length or there is but one class.
    public init(texts: [String], labels: [String], vocabulary: LabelVocabulary? = nil) throws {
        try Self.requireSame(texts.count, labels.count)
        let known = vocabulary ?? LabelVocabulary(sorting: Set(labels))
        let classes = try labels.enumerated().map { index, label in
            guard let place = known.index(of: label) else {
                throw DatasetError(
                    .unseenLabel(label, known: known.names), source: "the labels", line: index + 1)
            }
            return Int32(place)
        }
        try self.init(
            TextExamples(texts: TextColumn(texts), targets: .classes(classes)), .classification,
            known, source: "the texts", labelsAreGiven: vocabulary != nil)
    }

    /// Texts with any number of classes each.
    ///
    /// - Throws: `DatasetError` if the arrays differ in length or a label is not a known one.
    public init(texts: [String], labelSets: [[String]], vocabulary: LabelVocabulary? = nil) throws {
        try Self.requireSame(texts.count, labelSets.count)
        let known = vocabulary ?? LabelVocabulary(sorting: Set(labelSets.joined()))
        var sets = LabelSets()
        for (index, labels) in labelSets.enumerated() {
            sets.append(
                try labels.map { label in
                    guard let place = known.index(of: label) else {
                        throw DatasetError(
                            .unseenLabel(label, known: known.names), source: "the label sets",
                            line: index + 1)
                    }
                    return place
                })
        }
        try self.init(
            TextExamples(texts: TextColumn(texts), targets: .labelSets(sets)),
            .multiLabelClassification, known, source: "the texts",
            labelsAreGiven: vocabulary != nil)
    }

    /// Texts with a number each.
    ///
    /// - Throws: `DatasetError` if the arrays differ in length or a value is not finite.
    public init(texts: [String], values: [Float]) throws {
        try Self.requireSame(texts.count, values.count)
        if let bad = values.firstIndex(where: { !$0.isFinite }) {
            throw DatasetError(
                .notANumber(column: "values", found: "\(values[bad])"), source: "the values",
                line: bad + 1)
        }
        try self.init(
            TextExamples(texts: TextColumn(texts), targets: .values(values)), .regression, nil,
            source: "the texts", labelsAreGiven: false)
    }

    /// Texts of which nothing is known.
    ///
    /// - Throws: `DatasetError` if there are none.
    public init(texts: [String]) throws {
        try self.init(
            TextExamples(texts: TextColumn(texts)), .unlabelled, nil, source: "the texts",
            labelsAreGiven: false)
    }

    private static func requireSame(_ texts: Int, _ targets: Int) throws(DatasetError) {
        if texts != targets {
            throw DatasetError(
                .invalidArgument("\(texts) texts need as many targets, not \(targets)."),
                source: "the texts")
        }
    }
}
