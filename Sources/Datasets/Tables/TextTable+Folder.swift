#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension TextTable {
    /// Reads a folder with one folder a class and one text a file: `folder/<label>/*.txt`.
    ///
    /// Files are taken in the order of their names; hidden ones, and those that don't end in `.txt`,
    /// are passed over. The path below the folder is the example's id.
    ///
    /// - Parameters:
    ///   - folder: the folder.
    ///   - labels: the known classes, or nil for the names of the folders, sorted.
    ///   - format: the encoding, and how long a text may be; the rest means nothing here.
    /// - Throws: `DatasetError`.
    public init(
        folder: String, labels: LabelVocabulary? = nil, format: TextFormat = TextFormat()
    ) throws {
        var (texts, ids, names) = (TextColumn(), TextColumn(), [String]())
        for label in try entries(folder) where isFolder(folder + "/" + label) {
            let files = try entries(folder + "/" + label).filter { $0.hasSuffix(".txt") }
            for file in files {
                let path = "\(folder)/\(label)/\(file)"
                if let labels, labels.index(of: label) == nil {
                    throw DatasetError(.unseenLabel(label, known: labels.names), source: path)
                }
                try readWhole(path, format) { texts.append(utf8: $0) }
                ids.append(label + "/" + file)
                names.append(label)
            }
        }
        let known = labels ?? LabelVocabulary(sorting: Set(names))
        let classes = names.map { Int32(known.index(of: $0) ?? 0) }
        let lines = [Int](repeating: 1, count: texts.count)
        try self.init(
            TextExamples(texts: texts, targets: .classes(classes), ids: ids, lines: lines),
            .classification, known, source: folder, labelsAreGiven: labels != nil)
    }
}

/// What a folder contains, without hidden entries, ordered by the names' UTF-8.
private func entries(_ folder: String) throws(DatasetError) -> [String] {
    do {
        return try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { !$0.hasPrefix(".") }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
        throw DatasetError(.cannotOpen("\(error)"), source: folder)
    }
}

private func isFolder(_ path: String) -> Bool {
    var isDirectory: Bool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
}

/// Calls a function with the whole text of a file.
private func readWhole(
    _ path: String, _ format: TextFormat, _ body: (UnsafeBufferPointer<UInt8>) -> Void
) throws {
    let buffer = RecordBuffer(try ByteSource(path: path), format)
    while !buffer.isComplete { try buffer.refill() }
    body(UnsafeBufferPointer(start: buffer.base, count: buffer.end))
}
