/// The classes of examples, numbered without gaps.
///
/// Classes without examples say nothing to any score, so that they are left out.
public struct ClassLabels: Sendable, Equatable {
    /// The class of each example, from 0 to ``classes`` - 1.
    public let values: [Int]
    /// How many classes have examples: at least two.
    public let classes: Int
    /// How many examples each class has.
    public let counts: [Int]
    /// The number that each class had before those without examples were left out.
    public let originals: [Int]

    /// Labels of examples.
    ///
    /// - Parameters:
    ///   - labels: one class an example, from 0.
    ///   - classes: how many classes there are; nil for one more than the largest label.
    /// - Throws: ``TransferabilityError`` if there are none, if one is outside the classes, or if all
    ///   are equal.
    public init(_ labels: [Int], classes: Int? = nil) throws {
        guard let first = labels.first else { throw TransferabilityError.empty(what: "labels") }
        for (row, label) in labels.enumerated()
        where label < 0 || classes.map({ label >= $0 }) ?? false {
            throw TransferabilityError.labelOutOfRange(
                row: row, label: label, classes: classes ?? min(labels.max()!, .max - 1) + 1)
        }
        let present = Self.present(labels)
        guard present.count > 1 else { throw TransferabilityError.oneClass(label: first) }
        if present.last! == present.count - 1 {
            values = labels
        } else {
            let places = Dictionary(uniqueKeysWithValues: zip(present, present.indices))
            values = labels.map { places[$0]! }
        }
        narrow = values.map { Int32(truncatingIfNeeded: $0) }
        originals = present
        self.classes = present.count
        var counts = [Int](repeating: 0, count: present.count)
        for label in values { counts[label] += 1 }
        self.counts = counts
    }

    /// The labels that occur, ascending. The largest may be any number, so that a table of all below it
    /// is only made where it is small.
    private static func present(_ labels: [Int]) -> [Int] {
        let most = labels.max() ?? 0
        guard most < 1 << 16 else { return Set(labels).sorted() }
        var occurs = [Bool](repeating: false, count: most + 1)
        for label in labels { occurs[label] = true }
        return occurs.indices.filter { occurs[$0] }
    }

    /// The labels as the kernels read them.
    let narrow: [Int32]

    /// Numbers of the examples, class by class, in order.
    var members: [[Int]] {
        var members = [[Int]](repeating: [], count: classes)
        for (row, label) in values.enumerated() { members[label].append(row) }
        return members
    }
}
