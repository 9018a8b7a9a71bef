/// Makes a table of a reader's records.
struct TableBuilder {
    private let reader: any RecordReader
    private let task: TextTask
    private let given: LabelVocabulary?
    private let labelReader: LabelReader?
    private let text: Int
    private let second: Int?
    private let id: Int?
    private let weight: Int?

    private var texts = TextColumn()
    private var seconds = TextColumn()
    private var ids = TextColumn()
    private var weights: [Float] = []
    private var lines: [Int] = []

    init(
        _ reader: any RecordReader, _ columns: TextColumns, _ task: TextTask,
        _ labels: LabelVocabulary?
    ) throws(DatasetError) {
        self.reader = reader
        self.task = task
        given = labels
        text = try reader.index(of: columns.text)
        second = try columns.secondText.map { name throws(DatasetError) in
            try reader.index(of: name)
        }
        id = try columns.id.map { name throws(DatasetError) in try reader.index(of: name) }
        weight = try columns.weight.map { name throws(DatasetError) in try reader.index(of: name) }
        labelReader =
            task == .unlabelled ? nil : try LabelReader(reader, columns, task, labels)
    }

    mutating func build() throws -> TextTable {
        while try reader.next() {
            texts.append(utf8: try reader.scalar(text, "a text").bytes)
            if let second { seconds.append(utf8: try reader.scalar(second, "a text").bytes) }
            if let id { ids.append(utf8: try reader.scalar(id, "an id").trimmed) }
            if let weight { weights.append(try readWeight(weight)) }
            try labelReader?.read()
            lines.append(reader.line)
        }
        let labels = labelReader?.vocabulary
        let examples = TextExamples(
            texts: texts, secondTexts: second == nil ? nil : seconds,
            targets: labelReader?.targets ?? .none, ids: id == nil ? nil : ids,
            weights: weight == nil ? nil : weights, lines: lines)
        return try TextTable(
            examples, task, labels, source: reader.source, labelsAreGiven: given != nil)
    }

    private func readWeight(_ column: Int) throws(DatasetError) -> Float {
        let value = try reader.number(column)
        if value < 0 {
            throw DatasetError(
                .wrongType(
                    column: reader.columns[column], expected: "a weight of at least 0",
                    found: "\(value)"), source: reader.source, line: reader.line)
        }
        return value
    }
}

extension RecordReader {
    /// A value that is a string, a number or a boolean.
    func scalar(_ column: Int, _ expected: String) throws(DatasetError) -> Field {
        let field = field(column)
        switch field.kind {
        case .string, .number, .boolean: return field
        case .missing, .null:
            throw DatasetError(
                .missingValue(column: columns[column]), source: source, line: line)
        case .list, .object:
            throw DatasetError(
                .wrongType(
                    column: columns[column], expected: expected,
                    found: field.kind == .list ? "a list" : "an object"), source: source, line: line
            )
        }
    }

    /// A finite decimal number that `Float` can hold.
    func number(_ column: Int) throws(DatasetError) -> Float {
        let text = try scalar(column, "a number").trimmed
        if let value = decimal(text) { return value }
        throw DatasetError(
            text.isEmpty
                ? .missingValue(column: columns[column])
                : .notANumber(
                    column: columns[column], found: String(decoding: text, as: UTF8.self)),
            source: source, line: line)
    }
}

/// A number in decimal notation, or nil if it is none, not finite, or too large.
func decimal(_ text: UnsafeBufferPointer<UInt8>) -> Float? {
    guard !text.isEmpty && text.count <= 400 else { return nil }
    for byte in text {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            continue
        default: return nil
        }
    }
    guard let value = Double(String(decoding: text, as: UTF8.self)) else { return nil }
    return Float(value).isFinite ? Float(value) : nil
}
