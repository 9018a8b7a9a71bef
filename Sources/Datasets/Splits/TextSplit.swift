/// Examples to learn from, to choose by, and to judge by.
public struct TextSplit: Sendable {
    /// What is learnt from.
    public let train: TextExamples
    /// What settings and the best model are chosen by; may be empty.
    public let validation: TextExamples
    /// What the result is judged by; may be empty.
    public let test: TextExamples
    /// What is to be predicted.
    public let task: TextTask
    /// The names of the classes, if there are any.
    public let labels: LabelVocabulary?
    /// Counts, balance, lengths and duplicates.
    public let report: DataReport

    /// A split from files of their own.
    ///
    /// A text that occurs in several of them stays only in the test examples, or else in the validation
    /// examples: what is held out is as it was given. In each the first occurrence stays. All must have
    /// been read with the same task and classes; read the held-out ones with `labels: train.labels`.
    ///
    /// - Parameters:
    ///   - train: what is learnt from.
    ///   - validation: what is chosen by.
    ///   - test: what is judged by.
    ///   - removingDuplicates: whether to; if not, they are only counted.
    /// - Throws: `DatasetError` if tasks or classes differ, or nothing is left to learn from.
    public init(
        train: TextTable, validation: TextTable? = nil, test: TextTable? = nil,
        removingDuplicates: Bool = true
    ) throws {
        for other in [validation, test].compactMap({ $0 }) { try train.requireSameKind(other) }
        var finder = DuplicateFinder(labels: train.labels)
        func cleaned(_ table: TextTable?, _ part: String) -> TextExamples {
            guard let table else { return train.examples.selecting([]) }
            let kept = finder.unique(table.examples, name: "\(table.source) (\(part))")
            return removingDuplicates ? table.examples.selecting(kept) : table.examples
        }
        let testExamples = cleaned(test, "test")
        let validationExamples = cleaned(validation, "validation")
        try self.init(
            cleaned(train, "train"), validationExamples, testExamples, train, finder.report,
            removingDuplicates)
    }

    init(_ other: TextSplit, train: TextExamples, validation: TextExamples) {
        self.train = train
        self.validation = validation
        test = train.selecting([])
        task = other.task
        labels = other.labels
        report = other.report
    }

    init(
        _ train: TextExamples, _ validation: TextExamples, _ test: TextExamples, _ table: TextTable,
        _ duplicates: DuplicateReport, _ removed: Bool
    ) throws(DatasetError) {
        self.train = train
        self.validation = validation
        self.test = test
        task = table.task
        labels = table.labels
        report = DataReport(
            [("train", train), ("validation", validation), ("test", test)], labels: table.labels,
            duplicates: duplicates, duplicatesAreRemoved: removed)
        if train.count == 0 {
            throw DatasetError(
                .tooFewExamples(
                    "no example is left to learn from. Give more examples, smaller held-out "
                        + "fractions, or files that don't contain the same texts."),
                source: table.source)
        }
    }
}

extension TextTable {
    /// Divides the examples at random, each class in proportion.
    ///
    /// First, of texts that occur several times, only the first occurrence is kept, so that no two parts
    /// share one. Then each part gets its fraction of the examples, rounded, and of each class its share
    /// by the largest remainder; of each class at least one example stays in `train`. Numbers are
    /// divided in proportion by ten quantiles, several labels by the rarest one of each example. The
    /// result is the same on every machine. Examples keep their order.
    ///
    /// - Parameters:
    ///   - validation: the fraction to choose by, 0 for none.
    ///   - test: the fraction to judge by, 0 for none.
    ///   - seed: another seed gives another division.
    ///   - stratified: whether classes are divided in proportion.
    ///   - removingDuplicates: whether to; if not, they are only counted.
    /// - Throws: `DatasetError` if the fractions leave nothing to learn from, or a part is empty.
    public func split(
        validation: Double = 0, test: Double = 0, seed: UInt64, stratified: Bool = true,
        removingDuplicates: Bool = true
    ) throws -> TextSplit {
        let (examples, duplicates) = withoutDuplicates(removing: removingDuplicates)
        let parts = try divided(examples, [test, validation], seed, stratified)
        return try TextSplit(
            examples.selecting(parts[2]), examples.selecting(parts[1]),
            examples.selecting(parts[0]), self, duplicates, removingDuplicates)
    }

    /// Divides the examples into `train` and `validation`, beside test examples of their own.
    ///
    /// Texts of the test examples are removed from the others; for the rest see
    /// `split(validation:test:seed:)`.
    public func split(
        validation: Double, test: TextTable, seed: UInt64, stratified: Bool = true,
        removingDuplicates: Bool = true
    ) throws -> TextSplit {
        try requireSameKind(test)
        var finder = DuplicateFinder(labels: labels)
        func cleaned(_ examples: TextExamples, _ name: String) -> TextExamples {
            let kept = finder.unique(examples, name: name)
            return removingDuplicates ? examples.selecting(kept) : examples
        }
        let held = cleaned(test.examples, "\(test.source) (test)")
        let own = cleaned(examples, source)
        let parts = try divided(own, [validation], seed, stratified)
        return try TextSplit(
            own.selecting(parts[1]), own.selecting(parts[0]), held, self, finder.report,
            removingDuplicates)
    }

    /// The examples without texts that came before, and what was found.
    func withoutDuplicates(removing: Bool) -> (TextExamples, DuplicateReport) {
        var finder = DuplicateFinder(labels: labels)
        let kept = finder.unique(examples, name: source)
        return (removing ? examples.selecting(kept) : examples, finder.report)
    }

    private func divided(
        _ examples: TextExamples, _ fractions: [Double], _ seed: UInt64, _ stratified: Bool
    ) throws(DatasetError) -> [[Int]] {
        guard fractions.allSatisfy({ $0 >= 0 && $0 < 1 }), fractions.reduce(0, +) < 1 else {
            throw DatasetError(
                .invalidArgument(
                    "held-out fractions must be at least 0 and together less than 1, not "
                        + "\(fractions). Give 0.1 for a tenth."), source: source)
        }
        let strata = Strata(stratified ? examples.targets : .none, count: examples.count)
        let parts = strata.divided(fractions, seed: seed)
        for (part, fraction) in zip(parts, fractions) where fraction > 0 && part.isEmpty {
            throw DatasetError(
                .tooFewExamples(
                    "\(examples.count) different texts are too few to hold out \(fraction) of them. "
                        + "Give more examples or a larger fraction."), source: source)
        }
        return parts
    }

    func requireSameKind(_ other: TextTable) throws(DatasetError) {
        let pairs = (examples.secondTexts == nil) == (other.examples.secondTexts == nil)
        guard other.task == task, other.labels == labels, pairs else {
            throw DatasetError(
                .invalidArgument(
                    "\(source) and this have different tasks, classes or text columns. Read both "
                        + "with the same columns and task, and this with the labels of the other."),
                source: other.source)
        }
    }
}
