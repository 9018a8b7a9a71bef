/// Numbers in ascending order, from which average ranks follow in one pass, however often each example
/// is there.
struct RankOrder {
    private let order: [Int32]
    /// Where each group of equal numbers begins in `order`, and where the last one ends.
    private let groups: [Int32]

    init(_ values: [Double]) {
        let order = (0..<Int32(values.count)).sorted {
            (values[Int($0)], $0) < (values[Int($1)], $1)
        }
        let starts = order.indices.filter {
            $0 == 0 || values[Int(order[$0])] != values[Int(order[$0 - 1])]
        }
        self.order = order
        groups = starts.map(Int32.init) + [Int32(values.count)]
    }

    /// Puts each example's rank, from 1, into `ranks`; equal ones share the average of theirs.
    func fill(_ ranks: inout [Double], _ weights: UnsafeBufferPointer<Int32>) {
        var below = 0
        var start = 0
        for group in 1..<groups.count {
            let end = Int(groups[group])
            var weight = 0
            for place in start..<end { weight &+= Int(weights[Int(order[place])]) }
            let rank = Double(below) + Double(weight + 1) / 2
            for place in start..<end { ranks[Int(order[place])] = rank }
            below &+= weight
            start = end
        }
    }
}
