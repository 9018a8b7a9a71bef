import HindsightDatasets
import HindsightRecipes

extension Recipe {
    /// The classes of new and old examples together; nil without old ones, or without classes.
    func labelsWithReplay() throws -> LabelVocabulary? {
        guard method != .linearProbe, let path = replay.data, task != .textRegression else {
            return nil
        }
        let new = try table(data.train, labels: nil).labels?.names ?? []
        let old = try table(path, labels: nil).labels?.names ?? []
        return LabelVocabulary(sorting: Set(new + old))
    }

    /// The old examples to learn from beside the new ones: none that occur among those.
    ///
    /// - Parameter split: the new examples; what is held out of them is not to be learnt.
    /// - Returns: nil if the recipe names none.
    /// - Throws: `DatasetError` with file and line.
    func replayed(_ split: TextSplit) throws -> TextExamples? {
        guard method != .linearProbe, let path = replay.data else { return nil }
        let old = try table(path, labels: split.labels).examples
        var known: Set<[String]> = []
        for part in [split.train, split.validation, split.test] {
            known.formUnion(part.contexts)
        }
        let contexts = old.contexts
        let kept = contexts.indices.filter { !known.contains(contexts[$0]) }
        return kept.isEmpty ? nil : old.selecting(kept)
    }
}

extension TextExamples {
    /// What each is predicted from: its text, and the second one if there is one.
    fileprivate var contexts: [[String]] {
        guard let secondTexts else { return texts.map { [$0] } }
        return zip(texts, secondTexts).map { [$0, $1] }
    }
}
