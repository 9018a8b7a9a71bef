/// Texts and what is known about them, a structure of arrays.
public struct TextExamples: Sendable, Hashable {
    /// What is to be predicted.
    public enum Targets: Sendable, Hashable {
        /// Nothing is known.
        case none
        /// One class an example, as its place in the vocabulary.
        case classes([Int32])
        /// Any number of classes an example.
        case labelSets(LabelSets)
        /// A number an example.
        case values([Float])
    }

    /// The texts.
    public var texts: TextColumn
    /// The second text of each pair, if the task is about pairs.
    public var secondTexts: TextColumn?
    /// What is to be predicted, as many as texts.
    public var targets: Targets
    /// What each example is called, if a column said so.
    public var ids: TextColumn?
    /// How much each example counts, if a column said so; finite and not negative.
    public var weights: [Float]?
    /// The line each example began in, or its place, counted from 1.
    public var lines: [Int]

    /// Examples from their parts; lines are counted if not given.
    ///
    /// Every part must be as long as `texts`.
    public init(
        texts: TextColumn, secondTexts: TextColumn? = nil, targets: Targets = .none,
        ids: TextColumn? = nil, weights: [Float]? = nil, lines: [Int]? = nil
    ) {
        self.texts = texts
        self.secondTexts = secondTexts
        self.targets = targets
        self.ids = ids
        self.weights = weights
        self.lines = lines ?? Array(1..<(texts.count + 1))
        precondition(
            [secondTexts?.count, targets.count, ids?.count, weights?.count, self.lines.count]
                .allSatisfy { $0 == nil || $0 == texts.count },
            "TextExamples: parts differ in length")
    }

    /// How many examples there are.
    public var count: Int { texts.count }

    /// The classes, if every example has one.
    public var classes: [Int32]? {
        if case .classes(let classes) = targets { classes } else { nil }
    }

    /// The sets of classes, if every example has one.
    public var labelSets: LabelSets? {
        if case .labelSets(let sets) = targets { sets } else { nil }
    }

    /// The numbers, if every example has one.
    public var values: [Float]? { if case .values(let values) = targets { values } else { nil } }

    /// The examples at these places, in this order.
    public func selecting(_ indexes: [Int]) -> TextExamples {
        TextExamples(
            texts: texts.selecting(indexes), secondTexts: secondTexts?.selecting(indexes),
            targets: targets.selecting(indexes), ids: ids?.selecting(indexes),
            weights: weights.map { all in indexes.map { all[$0] } },
            lines: indexes.map { lines[$0] })
    }
}

extension TextExamples.Targets {
    /// How many there are, or nil if there are none at all.
    public var count: Int? {
        switch self {
        case .none: nil
        case .classes(let classes): classes.count
        case .labelSets(let sets): sets.count
        case .values(let values): values.count
        }
    }

    /// The targets at these places.
    public func selecting(_ indexes: [Int]) -> Self {
        switch self {
        case .none: .none
        case .classes(let classes): .classes(indexes.map { classes[$0] })
        case .labelSets(let sets): .labelSets(LabelSets(indexes.lazy.map { sets[$0] }))
        case .values(let values): .values(indexes.map { values[$0] })
        }
    }

    /// Whether two examples have the same target.
    func isEqual(_ index: Int, _ other: Self, _ otherIndex: Int) -> Bool {
        switch (self, other) {
        case (.classes(let a), .classes(let b)): a[index] == b[otherIndex]
        case (.labelSets(let a), .labelSets(let b)): a[index] == b[otherIndex]
        case (.values(let a), .values(let b)): a[index] == b[otherIndex]
        default: true
        }
    }

    /// An example's target for people to read.
    func describe(_ index: Int, _ labels: LabelVocabulary?) -> String {
        switch self {
        case .none: ""
        case .classes(let classes): labels?[Int(classes[index])] ?? "\(classes[index])"
        case .labelSets(let sets): sets[index].map { labels?[$0] ?? "\($0)" }.joined(separator: ",")
        case .values(let values): "\(values[index])"
        }
    }
}
