/// What there is to know about examples before learning from them.
public struct DataReport: Sendable, Hashable, Codable {
    /// One part of a split.
    public struct Part: Sendable, Hashable, Codable {
        /// `train`, `validation` or `test`.
        public let name: String
        /// How many examples there are.
        public let count: Int
        /// How many texts have nothing but white space.
        public let emptyTexts: Int
        /// How many examples each class has, in the order of the vocabulary.
        public let classCounts: [Int]?
        /// The numbers to be predicted.
        public let values: Summary?
        /// The lengths of the texts, in words.
        public let words: Summary?
    }

    /// What is known of some numbers.
    public struct Summary: Sendable, Hashable, Codable {
        /// The smallest.
        public let minimum: Double
        /// The middle one.
        public let median: Double
        /// Their mean.
        public let mean: Double
        /// 95 of 100 are not greater.
        public let percentile95: Double
        /// The greatest.
        public let maximum: Double

        /// Of at least one number.
        init?(_ numbers: [Double]) {
            let sorted = numbers.sorted()
            guard let first = sorted.first, let last = sorted.last else { return nil }
            minimum = first
            maximum = last
            median = sorted[(sorted.count - 1) / 2]
            percentile95 = sorted[(sorted.count * 95 + 99) / 100 - 1]
            mean = sorted.reduce(0, +) / Double(sorted.count)
        }
    }

    /// Train, validation and test.
    public let parts: [Part]
    /// The names of the classes.
    public let classes: [String]?
    /// Texts that occur more than once.
    public let duplicates: DuplicateReport
    /// Whether those were removed.
    public let duplicatesAreRemoved: Bool

    init(
        _ parts: [(String, TextExamples)], labels: LabelVocabulary?, duplicates: DuplicateReport,
        duplicatesAreRemoved: Bool
    ) {
        self.parts = parts.map { Part($0.0, $0.1, labels?.count) }
        classes = labels?.names
        self.duplicates = duplicates
        self.duplicatesAreRemoved = duplicatesAreRemoved
    }

    /// What a person should look at before learning.
    public var warnings: [String] {
        var result: [String] = []
        for part in parts where part.count > 0 {
            if part.emptyTexts > 0 { result.append("\(part.name): \(part.emptyTexts) empty texts") }
            for (place, count) in (part.classCounts ?? []).enumerated() where count == 0 {
                result.append("\(part.name): no example of \(quoted(classes?[place] ?? ""))")
            }
            if let most = part.classCounts?.max(), Double(most) > 0.9 * Double(part.count) {
                result.append(
                    "\(part.name): one class has \(most) of \(part.count) examples; judge by F1 or "
                        + "MCC rather than by accuracy")
            }
        }
        if duplicates.conflicting > 0 {
            result.append(
                "\(duplicates.conflicting) repeated texts have another target than the one that "
                    + (duplicatesAreRemoved ? "stays" : "came first"))
        }
        return result
    }
}

extension DataReport.Part {
    init(_ name: String, _ examples: TextExamples, _ classCount: Int?) {
        self.name = name
        count = examples.count
        let lengths = examples.texts.indices.map { index in
            examples.texts.withUTF8(at: index, wordCount)
        }
        emptyTexts = lengths.count { $0 == 0 }
        words = DataReport.Summary(lengths.map(Double.init))
        values = examples.values.flatMap { DataReport.Summary($0.map(Double.init)) }
        classCounts = classCount.map { count in
            var counts = [Int](repeating: 0, count: count)
            for place in examples.classes ?? [] { counts[Int(place)] += 1 }
            if let sets = examples.labelSets {
                for index in 0..<sets.count { for place in sets[index] { counts[place] += 1 } }
            }
            return counts
        }
    }
}

/// How many stretches of other than white space (ASCII) there are.
private func wordCount(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var (count, afterSpace) = (0, true)
    for byte in text {
        let space = isSpace(byte)
        if afterSpace && !space { count += 1 }
        afterSpace = space
    }
    return count
}
