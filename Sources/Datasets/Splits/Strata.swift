/// Examples in groups that every part of a split should have in proportion.
///
/// Classes; for several labels the rarest one of an example; for numbers ten quantiles.
struct Strata {
    /// The examples of each group, ascending.
    let members: [[Int]]

    init(_ targets: TextExamples.Targets, count: Int) {
        switch targets {
        case .none: members = [Array(0..<count)]
        case .classes(let classes): members = Self.grouped(classes.map(Int.init))
        case .values(let values): members = Self.grouped(Self.quantiles(values))
        case .labelSets(let sets):
            var frequencies: [Int: Int] = [:]
            for index in 0..<sets.count {
                for label in sets[index] { frequencies[label, default: 0] += 1 }
            }
            members = Self.grouped(
                (0..<sets.count).map { index in
                    let rarest = sets[index].min {
                        (frequencies[$0] ?? 0, $0) < (frequencies[$1] ?? 0, $1)
                    }
                    return rarest.map { $0 + 1 } ?? 0
                })
        }
    }

    private static func grouped(_ groups: [Int]) -> [[Int]] {
        var members = [[Int]](repeating: [], count: (groups.max() ?? 0) + 1)
        for (index, group) in groups.enumerated() { members[group].append(index) }
        return members
    }

    private static func quantiles(_ values: [Float]) -> [Int] {
        var groups = [Int](repeating: 0, count: values.count)
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        for (rank, index) in order.enumerated() { groups[index] = rank * 10 / values.count }
        return groups
    }

    /// Divides each group, shuffled, into held-out parts of these fractions and the rest.
    ///
    /// A part has the fraction of all examples, rounded; the groups' shares are rounded by the largest
    /// remainder. Of each group at least one example stays in the rest.
    ///
    /// - Returns: The held-out parts and, last, the rest; each ascending.
    func divided(_ fractions: [Double], seed: UInt64) -> [[Int]] {
        var generator = SplitMix64(seed: seed)
        var rest = members
        for group in rest.indices { generator.shuffle(&rest[group]) }
        let total = members.reduce(0) { $0 + $1.count }
        var parts: [[Int]] = []
        for fraction in fractions {
            let shares = largestRemainder(
                members.map { Double($0.count) * fraction },
                total: Int((Double(total) * fraction).rounded()),
                atMost: rest.map { max($0.count - 1, 0) })
            var part: [Int] = []
            for (group, share) in shares.enumerated() {
                part += rest[group].suffix(share)
                rest[group].removeLast(share)
            }
            parts.append(part.sorted())
        }
        return parts + [rest.joined().sorted()]
    }

    /// Deals the shuffled groups out to folds, going on from group to group where it left off.
    ///
    /// - Returns: The fold of each example.
    func dealt(folds: Int, seed: UInt64) -> [Int] {
        var generator = SplitMix64(seed: seed)
        var fold = [Int](repeating: 0, count: members.reduce(0) { $0 + $1.count })
        var next = 0
        for group in members {
            var shuffled = group
            generator.shuffle(&shuffled)
            for index in shuffled {
                fold[index] = next
                next = (next + 1) % folds
            }
        }
        return fold
    }
}

/// Whole shares with a given sum, as near to the quotas as can be (Hamilton's method); ties go to the
/// first.
func largestRemainder(_ quotas: [Double], total: Int, atMost limits: [Int]) -> [Int] {
    var shares = zip(quotas, limits).map { min(Int($0 + 1e-9), $1) }
    let remainder = zip(quotas, shares).map { $0 - Double($1) }
    let order = quotas.indices.sorted { (-remainder[$0], $0) < (-remainder[$1], $1) }
    var missing = total - shares.reduce(0, +)
    while missing > 0 {
        let before = missing
        for index in order where missing > 0 && shares[index] < limits[index] {
            shares[index] += 1
            missing -= 1
        }
        if missing == before { break }
    }
    return shares
}
