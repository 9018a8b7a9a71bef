/// The parts of a k-fold cross-validation; each is made when it is asked for.
public struct TextFolds: RandomAccessCollection, Sendable {
    /// What one model learns from, and what it is judged by.
    public struct Fold: Sendable {
        /// What is learnt from.
        public let train: TextExamples
        /// What is judged by.
        public let validation: TextExamples
    }

    /// The examples that are divided.
    public let examples: TextExamples
    /// The fold in which each example is held out.
    public let foldOfExample: [Int]
    /// What was found of texts that occur more than once.
    public let duplicates: DuplicateReport
    private let folds: Int

    /// Always 0.
    public var startIndex: Int { 0 }
    /// How many folds there are.
    public var endIndex: Int { folds }

    /// A fold.
    public subscript(fold: Int) -> Fold {
        precondition(indices.contains(fold), "no such fold")
        let places = foldOfExample.indices
        return Fold(
            train: examples.selecting(places.filter { foldOfExample[$0] != fold }),
            validation: examples.selecting(places.filter { foldOfExample[$0] == fold }))
    }

    init(
        _ examples: TextExamples, _ foldOfExample: [Int], _ folds: Int, _ report: DuplicateReport
    ) {
        self.examples = examples
        self.foldOfExample = foldOfExample
        self.folds = folds
        duplicates = report
    }
}

extension TextTable {
    /// Divides the examples into k parts whose sizes, and whose numbers of each class, differ by one at
    /// most; each part is held out once.
    ///
    /// Of texts that occur several times the first occurrence is kept.
    ///
    /// - Parameters:
    ///   - count: how many, 2 or more.
    ///   - seed: another seed gives another division.
    ///   - stratified: whether classes are divided in proportion.
    ///   - removingDuplicates: whether to.
    /// - Throws: `DatasetError` if there are fewer examples than folds.
    public func folds(
        _ count: Int, seed: UInt64, stratified: Bool = true, removingDuplicates: Bool = true
    ) throws -> TextFolds {
        let (examples, duplicates) = withoutDuplicates(removing: removingDuplicates)
        guard count >= 2, count <= examples.count else {
            throw DatasetError(
                .tooFewExamples(
                    "\(examples.count) different texts cannot be divided into \(count) folds. Give "
                        + "2 folds or more, and at least as many examples."), source: source)
        }
        let strata = Strata(stratified ? examples.targets : .none, count: examples.count)
        return TextFolds(examples, strata.dealt(folds: count, seed: seed), count, duplicates)
    }
}

extension TextSplit {
    /// Divides the examples to learn from into k parts for a cross-validation, as `TextTable.folds` does; the
    /// other parts of the split stay out of it.
    ///
    /// - Parameters:
    ///   - count: how many, 2 or more.
    ///   - limit: at most so many examples, each class in proportion; all if there are fewer.
    ///   - seed: another seed gives another division.
    /// - Throws: `DatasetError` if there are fewer examples than folds.
    public func folds(_ count: Int, limit: Int, seed: UInt64) throws -> TextFolds {
        var examples = train
        if examples.count > limit {
            let part = Double(limit) / Double(examples.count)
            let strata = Strata(examples.targets, count: examples.count)
            examples = examples.selecting(strata.divided([part], seed: seed)[0])
        }
        guard count >= 2, count <= examples.count else {
            throw DatasetError(
                .tooFewExamples(
                    "\(examples.count) examples to learn from cannot be divided into \(count) folds. "
                        + "Give at least as many examples, or fewer folds."), source: "train")
        }
        let strata = Strata(examples.targets, count: examples.count)
        return TextFolds(
            examples, strata.dealt(folds: count, seed: seed), count,
            DuplicateFinder(labels: labels).report)
    }

    /// The same problem with other examples to learn from, none held out.
    public func replacing(train: TextExamples) -> TextSplit {
        TextSplit(self, train: train, validation: train.selecting([]))
    }

    /// The same problem with a fold's examples, none to judge by.
    public func replacing(_ fold: TextFolds.Fold) -> TextSplit {
        TextSplit(self, train: fold.train, validation: fold.validation)
    }
}
