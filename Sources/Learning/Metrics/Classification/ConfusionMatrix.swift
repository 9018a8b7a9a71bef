/// How often each class was taken for each other; only what happened is kept, so that many classes take
/// no more room than the examples.
public struct ConfusionMatrix: Sendable, Equatable, Codable {
    /// How often one class was predicted for another.
    public struct Cell: Sendable, Equatable, Codable {
        /// The true class.
        public let label: Int
        /// The predicted class.
        public let predicted: Int
        /// How many examples; at least one.
        public let count: Int
    }

    /// How many classes there are.
    public let classes: Int
    /// The cells that are not zero, by true class, then by predicted class.
    public let cells: [Cell]

    init(classes: Int, pairs: some Sequence<(label: Int, predicted: Int)>) {
        self.classes = classes
        var counts: [Int: Int] = [:]
        for pair in pairs { counts[pair.label * classes + pair.predicted, default: 0] += 1 }
        cells = counts.sorted { $0.key < $1.key }.map {
            Cell(label: $0.key / classes, predicted: $0.key % classes, count: $0.value)
        }
    }

    /// How many examples of class `label` were taken for class `predicted`; 0 for what is no class.
    public subscript(label label: Int, predicted predicted: Int) -> Int {
        var (low, high) = (0, cells.count)
        while low < high {
            let middle = (low + high) / 2
            if (cells[middle].label, cells[middle].predicted) < (label, predicted) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < cells.count, cells[low].label == label, cells[low].predicted == predicted else {
            return 0
        }
        return cells[low].count
    }

    /// The whole matrix: one row a true class, one column a predicted one. It takes classes² numbers.
    public var rows: [[Int]] {
        var rows = Array(repeating: Array(repeating: 0, count: classes), count: classes)
        for cell in cells { rows[cell.label][cell.predicted] = cell.count }
        return rows
    }

    /// The most frequent mistakes, most frequent first; of equals the one with the smaller classes.
    public func mostFrequentMistakes(_ limit: Int) -> [Cell] {
        let mistakes = cells.enumerated().filter { $0.element.label != $0.element.predicted }
        return mistakes.sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
            .prefix(max(limit, 0)).map(\.element)
    }
}
