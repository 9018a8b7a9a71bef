/// Any number of classes for each example, in compressed rows.
public struct LabelSets: Sendable, Hashable {
    private var classes: [Int32] = []
    private var ends: [Int] = []

    /// No examples.
    public init() {}

    /// The classes of each example.
    public init(_ sets: some Sequence<[Int]>) { for set in sets { append(set) } }

    /// How many examples there are.
    public var count: Int { ends.count }

    /// The classes of an example, ascending.
    public subscript(index: Int) -> [Int] {
        classes[(index == 0 ? 0 : ends[index - 1])..<ends[index]].map(Int.init)
    }

    /// Adds an example; the order of its classes and repetitions don't matter.
    public mutating func append(_ set: some Sequence<Int>) {
        var last: Int32?
        for value in set.sorted() where Int32(value) != last {
            classes.append(Int32(value))
            last = Int32(value)
        }
        ends.append(classes.count)
    }

    /// 1 where an example has a class, otherwise 0: `[examples, classes]`, row by row.
    ///
    /// - Parameters:
    ///   - indexes: which examples.
    ///   - classCount: how many classes there are.
    public func multiHot(_ indexes: some Collection<Int>, classCount: Int) -> [Float] {
        var result = [Float](repeating: 0, count: indexes.count * classCount)
        for (row, index) in indexes.enumerated() {
            for value in self[index] { result[row * classCount + value] = 1 }
        }
        return result
    }
}
