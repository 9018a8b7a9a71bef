/// Reads the target of each record.
final class LabelReader {
    private let reader: any RecordReader
    private let task: TextTask
    private let columns: [Int]
    private let separator: [UInt8]
    private let areIndicators: Bool
    private let given: LabelVocabulary?
    private var interner = TextInterner()

    private var classes: [Int32] = []
    private var sets = LabelSets()
    private var values: [Float] = []

    init(
        _ reader: any RecordReader, _ columns: TextColumns, _ task: TextTask,
        _ labels: LabelVocabulary?
    ) throws(DatasetError) {
        self.reader = reader
        self.task = task
        areIndicators = !columns.labelColumns.isEmpty
        separator = Array(columns.labelSeparator.utf8)
        try Self.check(columns, task, reader.source)
        var places: [Int] = []
        for name in areIndicators ? columns.labelColumns : [columns.label ?? ""] {
            places.append(try reader.index(of: name))
        }
        self.columns = places
        given = areIndicators ? try Self.indicators(columns, labels, reader.source) : labels
        for name in given?.names ?? [] {
            var name = name
            _ = name.withUTF8 { interner.number(of: $0) }
        }
    }

    private static func check(
        _ columns: TextColumns, _ task: TextTask, _ source: String
    ) throws(DatasetError) {
        let problem: String? =
            if columns.label == nil && columns.labelColumns.isEmpty {
                "a label column is needed for \(task.rawValue)."
            } else if columns.label != nil && !columns.labelColumns.isEmpty {
                "give either a label column or label columns of 0 and 1, not both."
            } else if !columns.labelColumns.isEmpty && task != .multiLabelClassification {
                "label columns of 0 and 1 are for multiLabelClassification."
            } else if columns.labelSeparator.isEmpty {
                "the label separator must not be empty."
            } else {
                nil
            }
        if let problem { throw DatasetError(.invalidArgument(problem), source: source) }
    }

    /// The label columns are the vocabulary; known labels must be the same ones.
    private static func indicators(
        _ columns: TextColumns, _ known: LabelVocabulary?, _ source: String
    ) throws(DatasetError) -> LabelVocabulary {
        let own = try LabelVocabulary(columns.labelColumns)
        if let known, known != own {
            throw DatasetError(
                .invalidArgument(
                    "the label columns are \(listed(own.names)), known labels are "
                        + "\(listed(known.names)). Name the same ones in the same order."),
                source: source)
        }
        return own
    }

    /// Reads the record's target.
    func read() throws(DatasetError) {
        switch task {
        case .classification: classes.append(Int32(try label(text(columns[0]))))
        case .multiLabelClassification:
            sets.append(areIndicators ? try indicated() : try separated())
        case .regression: values.append(try reader.number(columns[0]))
        case .unlabelled: break
        }
    }

    private func text(_ column: Int) throws(DatasetError) -> UnsafeBufferPointer<UInt8> {
        let text = try reader.scalar(column, "a label").trimmed
        if text.isEmpty { throw error(.missingValue(column: reader.columns[column])) }
        return text
    }

    private func label(_ text: UnsafeBufferPointer<UInt8>) throws(DatasetError) -> Int {
        if let given {
            if let known = interner.known(text) { return known }
            throw error(
                .unseenLabel(String(decoding: text, as: UTF8.self), known: given.names))
        }
        return interner.number(of: text).number
    }

    private func indicated() throws(DatasetError) -> [Int] {
        var found: [Int] = []
        for (index, column) in columns.enumerated() {
            let text = try text(column)
            if text.elementsEqual("1".utf8) || text.elementsEqual("true".utf8) {
                found.append(index)
            } else if !text.elementsEqual("0".utf8) && !text.elementsEqual("false".utf8) {
                throw error(
                    .wrongType(
                        column: reader.columns[column], expected: "0 or 1",
                        found: String(decoding: text, as: UTF8.self)))
            }
        }
        return found
    }

    /// The labels of a list, or of a text with separators; no text or null is no label.
    private func separated() throws(DatasetError) -> [Int] {
        let field = reader.field(columns[0])
        var found: [Int] = []
        if field.kind == .list {
            for index in field.items {
                let item = reader.item(index)
                guard item.kind == .string || item.kind == .number || item.kind == .boolean else {
                    throw error(
                        .wrongType(
                            column: reader.columns[columns[0]], expected: "a list of labels",
                            found: item.string))
                }
                found.append(try label(item.trimmed))
            }
            return found
        }
        if field.kind == .null { return [] }
        let text = try reader.scalar(columns[0], "labels").bytes
        var rest = text[...]
        while true {
            let part = next(&rest)
            let name = trimmedSpace(UnsafeBufferPointer(rebasing: part))
            if !name.isEmpty { found.append(try label(name)) }
            if rest.startIndex == rest.endIndex { return found }
        }
    }

    /// Cuts off what comes before the next separator, and the separator.
    private func next(
        _ rest: inout Slice<UnsafeBufferPointer<UInt8>>
    ) -> Slice<UnsafeBufferPointer<UInt8>> {
        var place = rest.startIndex
        while place < rest.endIndex {
            if rest[place] == separator[0] && rest[place...].starts(with: separator) {
                let part = rest[..<place]
                rest = rest[(place + separator.count)...]
                return part
            }
            place += 1
        }
        defer { rest = rest[rest.endIndex...] }
        return rest
    }

    private func error(_ problem: DatasetError.Problem) -> DatasetError {
        DatasetError(problem, source: reader.source, line: reader.line)
    }

    /// The names of the classes: those given, or those that occurred, sorted.
    var vocabulary: LabelVocabulary? {
        if task == .regression { return nil }
        return given ?? LabelVocabulary(sorting: Set(interner.texts))
    }

    /// The targets of all records.
    var targets: TextExamples.Targets {
        guard task != .regression else { return .values(values) }
        let places = places
        if task == .classification { return .classes(classes.map { places[Int($0)] }) }
        if given != nil { return .labelSets(sets) }
        return .labelSets(
            LabelSets((0..<sets.count).lazy.map { [sets] in sets[$0].map { Int(places[$0]) } }))
    }

    /// The place in the vocabulary of each label, by the order in which they occurred.
    private var places: [Int32] {
        let names = vocabulary
        return interner.texts.map { Int32(names?.index(of: $0) ?? 0) }
    }
}
