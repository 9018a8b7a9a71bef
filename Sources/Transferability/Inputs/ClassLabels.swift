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
        // A dictionary and no table: the largest label may be any number.
        let present = Set(labels).sorted()
        guard present.count > 1 else { throw TransferabilityError.oneClass(label: first) }
        let places = Dictionary(uniqueKeysWithValues: zip(present, present.indices))
        values = labels.map { places[$0]! }
        originals = present
        self.classes = present.count
        var counts = [Int](repeating: 0, count: present.count)
        for label in values { counts[label] += 1 }
        self.counts = counts
    }

    /// The labels as the kernels read them.
    var narrow: [Int32] { values.map(Int32.init(truncatingIfNeeded:)) }

    /// Numbers of the examples, class by class, in order.
    var members: [[Int]] {
        var members = [[Int]](repeating: [], count: classes)
        for (row, label) in values.enumerated() { members[label].append(row) }
        return members
    }
}
