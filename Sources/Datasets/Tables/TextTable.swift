/// Labelled texts from a file, a folder or arrays.
///
/// ```swift
/// let table = try TextTable(
///     path: "reviews.csv", columns: .init(text: "text", label: "label"), task: .classification)
/// let split = try table.split(validation: 0.1, test: 0.1, seed: 0)
/// ```
public struct TextTable: Sendable {
    /// The texts and their targets.
    public var examples: TextExamples
    /// What is to be predicted.
    public let task: TextTask
    /// The names of the classes, if there are any.
    public let labels: LabelVocabulary?
    /// The file, or what else the texts came from.
    public let source: String

    /// How many examples there are.
    public var count: Int { examples.count }

    /// Reads a file: JSON Lines if the format says so or its name ends in `.jsonl` or `.ndjson`, otherwise
    /// delimited values.
    ///
    /// White space around labels, numbers and ids is ignored; texts are kept as they are.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - columns: which columns mean what.
    ///   - task: what is to be predicted.
    ///   - labels: the known classes; a label that is not among them is an error. Nil: those that occur,
    ///     sorted, of which there must be two.
    ///   - format: how the file is written.
    /// - Throws: `DatasetError` with file and line.
    public init(
        path: String, columns: TextColumns, task: TextTask, labels: LabelVocabulary? = nil,
        format: TextFormat = TextFormat()
    ) throws {
        let name = path.lowercased()
        let reader: any RecordReader =
            if format.isJSONLines ?? (name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson")) {
                try JSONLinesReader(
                    path: path, keys: unique(columns.needed(for: task)), format: format)
            } else {
                try CSVReader(path: path, format: format)
            }
        var builder = try TableBuilder(reader, columns, task, labels)
        self = try builder.build()
    }

    /// A table from its parts; the classes are checked unless they were given.
    init(
        _ examples: TextExamples, _ task: TextTask, _ labels: LabelVocabulary?, source: String,
        labelsAreGiven: Bool
    ) throws(DatasetError) {
        self.examples = examples
        self.task = task
        self.labels = labels
        self.source = source
        if examples.count == 0 { throw DatasetError(.noRecords, source: source) }
        if task == .classification, !labelsAreGiven, let labels, labels.count < 2 {
            throw DatasetError(.oneClass(labels.names.first ?? ""), source: source)
        }
    }
}

/// The names, each once, in their order.
private func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
}
