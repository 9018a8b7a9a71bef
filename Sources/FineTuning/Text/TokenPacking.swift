import HindsightDatasets
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
    init(
        _ sequences: [[Int32]], _ indexes: [Int], slots: Int? = nil, pooling: Pooling
    ) throws(DatasetError) {
        let slots = slots ?? indexes.count
        let used = indexes.reduce(0) { $0 + sequences[$1].count }
        // An empty sequence's first row must exist too.
        let capacity = PackedTokens.capacity(for: slots > indexes.count ? used + 1 : used)
        let batch = try SequencePacker(capacity: capacity, maxSequences: slots)
            .pack(sequences, indexes)
        rows = TokenRows(
            ids: Tensor(batch.ids), positions: Tensor(batch.positions),
            offsets: Tensor(batch.offsets))
        meanWeights =
            pooling == .mean ? Pooling.meanWeights(offsets: batch.offsets, rows: capacity) : nil
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
    static func read(_ tensors: [Tensor], _ pooling: Pooling) -> (
        TokenRows, Tensor?, rest: [Tensor]
    ) {
        let rows = TokenRows(ids: tensors[0], positions: tensors[1], offsets: tensors[2])
        let isMean = pooling == .mean
        return (rows, isMean ? tensors[3] : nil, Array(tensors.dropFirst(isMean ? 4 : 3)))
    }
}
