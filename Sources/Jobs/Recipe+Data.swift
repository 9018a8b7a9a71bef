import HindsightDatasets
import HindsightRecipes

extension Recipe {
    /// What is to be predicted, as the tables call it.
    var textTask: TextTask {
        switch task {
        case .textClassification: .classification
        case .textMultiLabel: .multiLabelClassification
        case .textRegression: .regression
        }
    }

    /// Which columns mean what.
    var textColumns: TextColumns {
        TextColumns(
            text: data.text, secondText: data.pair, label: data.label,
            labelSeparator: data.labelSeparator, id: data.id, weight: data.weight)
    }

    /// How the files are written.
    var textFormat: TextFormat {
        var format = TextFormat()
        switch data.encoding {
        case .utf8: format.encoding = .automatic
        case .latin1: format.encoding = .latin1
        case .windows1252: format.encoding = .windows1252
        case .utf16: format.encoding = .utf16LittleEndian
        }
        switch data.format {
        case .jsonl: format.isJSONLines = true
        case .csv, .tsv: format.isJSONLines = false
        case .auto, .folder: format.isJSONLines = nil
        }
        format.malformedText = data.onInvalidText == .replace ? .replace : .fail
        format.delimiter =
            data.delimiter?.unicodeScalars.first ?? (data.format == .tsv ? "\t" : nil)
        return format
    }

    /// A file's or folder's examples.
    ///
    /// - Parameters:
    ///   - path: where it was found.
    ///   - labels: the classes that are known already; nil for those that occur.
    ///   - task: what is asked for; the recipe's if nil.
    /// - Throws: `DatasetError` with file and line.
    func table(_ path: String, labels: LabelVocabulary?, task: TextTask? = nil) throws -> TextTable
    {
        if data.format == .folder || FilePaths.isFolder(path) {
            return try TextTable(folder: path, labels: labels)
        }
        return try TextTable(
            path: path, columns: textColumns, task: task ?? textTask, labels: labels,
            format: textFormat)
    }

    /// The examples to learn from, to choose by and to judge by.
    ///
    /// - Parameter labels: the classes that are known already; nil for those that occur in training.
    /// - Throws: `DatasetError` with file and line.
    func split(labels: LabelVocabulary? = nil) throws -> TextSplit {
        let labels = try labels ?? labelsWithReplay()
        let train = try table(data.train, labels: labels)
        let seed = UInt64(self.seed)
        func file(_ held: HeldOut?) throws -> TextTable? {
            guard case .file(let path)? = held else { return nil }
            return try table(path, labels: train.labels)
        }
        func fraction(_ held: HeldOut?) -> Double {
            if case .fraction(let part)? = held { part } else { 0 }
        }
        let (validation, test) = (try file(data.validation), try file(data.test))
        switch (validation, test) {
        case (let validation?, let test?):
            return try TextSplit(
                train: train, validation: validation, test: test,
                removingDuplicates: data.removeDuplicates)
        case (nil, let test?):
            return try train.split(
                validation: fraction(data.validation), test: test, seed: seed,
                removingDuplicates: data.removeDuplicates)
        case (let validation?, nil):
            let rest = try train.split(
                validation: 0, test: fraction(data.test), seed: seed,
                removingDuplicates: data.removeDuplicates)
            return try TextSplit(
                train: train.replacing(rest.train), validation: validation,
                test: rest.test.count > 0 ? train.replacing(rest.test) : nil,
                removingDuplicates: data.removeDuplicates)
        case (nil, nil):
            return try train.split(
                validation: fraction(data.validation), test: fraction(data.test), seed: seed,
                removingDuplicates: data.removeDuplicates)
        }
    }
}

extension TextTable {
    /// The same table with other examples.
    fileprivate func replacing(_ examples: TextExamples) -> TextTable {
        var table = self
        table.examples = examples
        return table
    }
}

extension Recipe {
    /// Reads the data as a run would, and says what is in it.
    ///
    /// - Throws: `DatasetError` with file and line.
    public func dataReport() throws -> DataReport { try split().report }
}
