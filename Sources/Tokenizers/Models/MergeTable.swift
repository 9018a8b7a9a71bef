/// The merges of a byte-pair encoding and the two ways to apply them.
///
/// The pair with the least rank merges first, of equal ones the leftmost (Sennrich et al., 2016).
struct MergeTable: Sendable {
    private static let none = UInt64.max
    /// Longer words go through a heap: one pass over all pairs for each merge would be quadratic.
    private static let longestScanned = 48

    /// Rank (upper half) and merged id by the pair of ids.
    private var table: PairTable

    init(capacity: Int) { table = PairTable(capacity: capacity) }

    /// Adds the merge of a pair; one that is there gets the new rank.
    mutating func insert(_ left: Int32, _ right: Int32, rank: Int, id: Int32) {
        table.insert(
            UInt32(bitPattern: left), UInt32(bitPattern: right),
            UInt64(rank) << 32 | UInt64(UInt32(bitPattern: id)))
    }

    @inline(__always)
    private func merge(_ left: Int32, _ right: Int32) -> UInt64 {
        table.value(UInt32(bitPattern: left), UInt32(bitPattern: right)) ?? MergeTable.none
    }

    /// Merges the ids from a position to the end.
    func apply(to ids: inout Growable<Int32>, from start: Int, _ merges: inout Growable<UInt64>) {
        if ids.count - start <= MergeTable.longestScanned {
            scan(&ids, from: start, &merges)
        } else {
            applyByHeap(to: &ids, from: start)
        }
    }

    private func scan(
        _ ids: inout Growable<Int32>, from start: Int, _ merges: inout Growable<UInt64>
    ) {
        var count = ids.count - start
        guard count > 1 else { return }
        merges.truncate(to: 0)
        for index in 0..<count - 1 {
            merges.append(merge(ids[start + index], ids[start + index + 1]))
        }
        while true {
            var best = 0
            for index in 1..<max(1, count - 1) where merges[index] < merges[best] { best = index }
            let found = merges[best]
            if found == MergeTable.none { break }
            ids[start + best] = Int32(truncatingIfNeeded: found)
            count -= 1
            for index in best + 1..<max(best + 1, count) {
                ids[start + index] = ids[start + index + 1]
            }
            if count == 1 { break }
            for index in best..<max(best, count - 1) { merges[index] = merges[index + 1] }
            if best > 0 { merges[best - 1] = merge(ids[start + best - 1], ids[start + best]) }
            if best < count - 1 { merges[best] = merge(ids[start + best], ids[start + best + 1]) }
        }
        ids.truncate(to: start + count)
    }

    private struct Candidate: BitwiseCopyable {
        var merge: UInt64
        var position: Int32

        @inline(__always)
        static func < (left: Candidate, right: Candidate) -> Bool {
            (left.merge >> 32, left.position) < (right.merge >> 32, right.position)
        }
    }

    private struct Heap: ~Copyable {
        private var items = Growable<Candidate>()

        mutating func push(_ item: Candidate) {
            items.append(item)
            var child = items.count - 1
            while child > 0, items[child] < items[(child - 1) / 2] {
                let parent = (child - 1) / 2
                (items[child], items[parent]) = (items[parent], items[child])
                child = parent
            }
        }

        mutating func pop() -> Candidate? {
            guard items.count > 0 else { return nil }
            let top = items[0]
            let last = items.count - 1
            items[0] = items[last]
            items.truncate(to: last)
            var parent = 0
            while 2 * parent + 1 < last {
                var child = 2 * parent + 1
                if child + 1 < last, items[child + 1] < items[child] { child += 1 }
                guard items[child] < items[parent] else { break }
                (items[child], items[parent]) = (items[parent], items[child])
                parent = child
            }
            return top
        }
    }

    private func applyByHeap(to ids: inout Growable<Int32>, from start: Int) {
        let count = ids.count - start
        var next = Growable<Int32>(capacity: count)
        var previous = Growable<Int32>(capacity: count)
        var heap = Heap()
        for index in 0..<count {
            next.append(index + 1 < count ? Int32(index + 1) : -1)
            previous.append(Int32(index - 1))
        }
        for index in 0..<count - 1 {
            let found = merge(ids[start + index], ids[start + index + 1])
            if found != MergeTable.none {
                heap.push(Candidate(merge: found, position: Int32(index)))
            }
        }
        let gone: Int32 = -1
        while let top = heap.pop() {
            let position = Int(top.position)
            guard ids[start + position] != gone, next[position] >= 0 else { continue }
            let right = Int(next[position])
            // The pair may have changed since.
            guard merge(ids[start + position], ids[start + right]) == top.merge else { continue }
            ids[start + position] = Int32(truncatingIfNeeded: top.merge)
            ids[start + right] = gone
            next[position] = next[right]
            if next[right] >= 0 { previous[Int(next[right])] = Int32(position) }
            for left in [Int(previous[position]), position] where left >= 0 && next[left] >= 0 {
                let found = merge(ids[start + left], ids[start + Int(next[left])])
                if found != MergeTable.none {
                    heap.push(Candidate(merge: found, position: Int32(left)))
                }
            }
        }
        var written = start
        for index in start..<start + count where ids[index] != gone {
            ids[written] = ids[index]
            written += 1
        }
        ids.truncate(to: written)
    }
}
