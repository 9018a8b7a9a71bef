/// What was found of texts that occur more than once.
///
/// Texts are the same if they agree but for case and white space.
public struct DuplicateReport: Sendable, Hashable, Codable {
    /// One of them.
    public struct Occurrence: Sendable, Hashable, Codable {
        /// Where the text was removed, and its line.
        public let removed: String
        /// The line it was removed from.
        public let removedLine: Int
        /// Where it stays.
        public let kept: String
        /// The line where it stays.
        public let keptLine: Int
        /// The text where it stays, shortened.
        public let text: String
        /// Both targets, if they differ.
        public let conflict: [String]?
    }

    /// How many were removed because the same part has the text before.
    public var within = 0
    /// How many were removed because another part has the text.
    public var across = 0
    /// Of all these, how many have another target than the one that stays.
    public var conflicting = 0
    /// The first ten without and the first ten with another target.
    public var occurrences: [Occurrence] = []
}

/// Removes texts that came before.
struct DuplicateFinder {
    private struct Place {
        let part: Int
        let index: Int
    }

    private var interner = TextInterner()
    private var places: [Place] = []
    private var parts: [(name: String, examples: TextExamples)] = []
    private let labels: LabelVocabulary?
    private(set) var report = DuplicateReport()

    init(labels: LabelVocabulary?) { self.labels = labels }

    /// The places of the examples whose texts came neither before in this part nor in an earlier one.
    mutating func unique(_ examples: TextExamples, name: String) -> [Int] {
        parts.append((name, examples))
        var kept: [Int] = []
        var key: [UInt8] = []
        for index in 0..<examples.count {
            key.removeAll(keepingCapacity: true)
            examples.texts.withUTF8(at: index) { appendNormalized($0, to: &key) }
            if let seconds = examples.secondTexts {
                key.append(0)
                seconds.withUTF8(at: index) { appendNormalized($0, to: &key) }
            }
            let (number, isNew) = key.withUnsafeBufferPointer { interner.number(of: $0) }
            if isNew {
                places.append(Place(part: parts.count - 1, index: index))
                kept.append(index)
            } else {
                note(Place(part: parts.count - 1, index: index), places[number])
            }
        }
        return kept
    }

    private mutating func note(_ removed: Place, _ kept: Place) {
        let (from, to) = (parts[removed.part], parts[kept.part])
        let agrees = from.examples.targets.isEqual(
            removed.index, to.examples.targets, kept.index)
        if removed.part == kept.part { report.within += 1 } else { report.across += 1 }
        if !agrees { report.conflicting += 1 }
        guard report.occurrences.count(where: { ($0.conflict == nil) == agrees }) < 10 else {
            return
        }
        report.occurrences.append(
            DuplicateReport.Occurrence(
                removed: from.name, removedLine: from.examples.lines[removed.index], kept: to.name,
                keptLine: to.examples.lines[kept.index],
                text: shortened(to.examples.texts[kept.index]),
                conflict: agrees
                    ? nil
                    : [
                        from.examples.targets.describe(removed.index, labels),
                        to.examples.targets.describe(kept.index, labels),
                    ]))
    }
}

/// Adds a text in lower case, with white space as single spaces and none at the ends.
func appendNormalized(_ text: UnsafeBufferPointer<UInt8>, to result: inout [UInt8]) {
    let start = result.count
    var needsSpace = false
    func begin(_ result: inout [UInt8]) {
        if needsSpace && result.count > start { result.append(Byte.space) }
        needsSpace = false
    }
    guard text.allSatisfy({ $0 < 0x80 }) else {
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            if scalar.properties.isWhitespace {
                needsSpace = true
            } else {
                begin(&result)
                result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
            }
        }
        return
    }
    for byte in text {
        if isSpace(byte) {
            needsSpace = true
        } else {
            begin(&result)
            result.append(byte >= 65 && byte <= 90 ? byte | 0x20 : byte)
        }
    }
}
