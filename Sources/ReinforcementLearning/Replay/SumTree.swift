/// Priorities of slots, from which slots are drawn in proportion (Schaul et al. 2016): a binary tree of sums.
final class SumTree {
    private let leaves: Int
    private let sums: UnsafeMutablePointer<Double>
    /// The greatest priority ever set; new transitions get it.
    private(set) var greatest = 1.0

    init(_ count: Int) {
        var leaves = 1
        while leaves < count { leaves *= 2 }
        self.leaves = leaves
        sums = .allocate(capacity: 2 * leaves)
        sums.initialize(repeating: 0, count: 2 * leaves)
    }

    deinit { sums.deallocate() }

    /// The sum of all priorities.
    var total: Double { sums[1] }

    subscript(slot: Int) -> Double {
        get { sums[leaves + slot] }
        set {
            greatest = max(greatest, newValue)
            var node = leaves + slot
            sums[node] = newValue
            node /= 2
            // Summed anew on the way up: no rounding gathers.
            while node >= 1 {
                sums[node] = sums[2 * node] + sums[2 * node + 1]
                node /= 2
            }
        }
    }

    /// The slot that a number from 0 ..< `total` falls to.
    func slot(at sum: Double) -> Int {
        var (node, rest) = (1, sum)
        while node < leaves {
            node *= 2
            if rest >= sums[node], sums[node + 1] > 0 {
                rest -= sums[node]
                node += 1
            }
        }
        return node - leaves
    }

    /// The priorities of the first slots, and the greatest one.
    func saved(_ count: Int) -> [Double] {
        [greatest] + UnsafeBufferPointer(start: sums + leaves, count: count)
    }

    /// Puts saved priorities back.
    func restore(_ saved: [Double]) {
        for (slot, priority) in saved.dropFirst().prefix(leaves).enumerated() {
            sums[leaves + slot] = priority
        }
        for node in stride(from: leaves - 1, through: 1, by: -1) {
            sums[node] = sums[2 * node] + sums[2 * node + 1]
        }
        greatest = saved.first ?? 1
    }
}
