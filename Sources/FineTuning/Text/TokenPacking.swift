import HindsightModels
import HindsightTensors

/// Token sequences packed one after another, without padding between them.
struct PackedTokens {
    let rows: TokenRows
    /// For `Pooling.mean`, else nil.
    let meanWeights: Tensor?

    /// - Parameters:
    ///   - sequences: all the sequences there are.
    ///   - indexes: which of them to pack, in order.
    ///   - slots: how many sequences the batch has room for; those it has not are empty.
    ///   - pooling: whether weights for the mean are needed.
    init(_ sequences: [[Int32]], _ indexes: [Int], slots: Int? = nil, pooling: Pooling) {
        let slots = slots ?? indexes.count
        let used = indexes.reduce(0) { $0 + sequences[$1].count }
        // An empty sequence's first row must exist too.
        let capacity = PackedTokens.capacity(for: slots > indexes.count ? used + 1 : used)
        var ids = [Int32](repeating: 0, count: capacity)
        var positions = ids
        var offsets = [Int32](repeating: Int32(used), count: slots + 1)
        var next = 0
        for (slot, index) in indexes.enumerated() {
            offsets[slot] = Int32(next)
            for (position, id) in sequences[index].enumerated() {
                ids[next] = id
                positions[next] = Int32(position)
                next += 1
            }
        }
        rows = TokenRows(
            ids: Tensor(ids), positions: Tensor(positions), offsets: Tensor(offsets))
        meanWeights =
            pooling == .mean ? Pooling.meanWeights(offsets: offsets, rows: capacity) : nil
    }

    /// The tensors in the order `Inputs` reads them.
    var tensors: [Tensor] {
        [rows.ids, rows.positions, rows.offsets] + (meanWeights.map { [$0] } ?? [])
    }

    /// Rounds up to one of eight sizes an octave, so that batches of about the same size share a captured
    /// plan, at the price of some 6 % of empty rows.
    static func capacity(for used: Int) -> Int {
        guard used > 8 else { return max(used, 1) }
        let octave = 1 << (Int.bitWidth - 1 - used.leadingZeroBitCount)
        let grain = max(8, octave / 8)
        return (used + grain - 1) / grain * grain
    }

    /// What was packed, out of a captured function's inputs.
    static func read(_ tensors: [Tensor], _ pooling: Pooling) -> (TokenRows, Tensor?, rest: [Tensor]) {
        let rows = TokenRows(ids: tensors[0], positions: tensors[1], offsets: tensors[2])
        let isMean = pooling == .mean
        return (rows, isMean ? tensors[3] : nil, Array(tensors.dropFirst(isMean ? 4 : 3)))
    }
}
