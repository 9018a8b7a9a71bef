import HindsightDatasets
import HindsightModels
import HindsightTensors

/// A token in 32 bits: its id in the lower 24, which hold every vocabulary that is allowed, and its segment
/// above them.
enum TokenCode {
    private static let idBits: Int32 = 24

    static func code(id: Int32, segment: Int32) -> Int32 { id | segment << idBits }
    static func id(_ code: Int32) -> Int32 { code & (1 << idBits - 1) }
    static func segment(_ code: Int32) -> Int32 { code >> idBits }
}

/// Token sequences packed one after another, without padding between them.
struct PackedTokens {
    let rows: TokenRows
    /// For `Pooling.mean`, else nil.
    let meanWeights: Tensor?

    /// - Parameters:
    ///   - sequences: all the sequences there are, as `TokenCode`s.
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
        let hasSegments = batch.ids.contains { TokenCode.segment($0) != 0 }
        rows = TokenRows(
            ids: Tensor(hasSegments ? batch.ids.map(TokenCode.id) : batch.ids),
            positions: Tensor(batch.positions),
            segments: hasSegments ? Tensor(batch.ids.map(TokenCode.segment)) : nil,
            offsets: Tensor(batch.offsets))
        meanWeights =
            pooling == .mean ? Pooling.meanWeights(offsets: batch.offsets, rows: capacity) : nil
    }

    /// The tensors in the order `read` takes them; segments are a second row of the ids.
    var tensors: [Tensor] {
        let ids = rows.segments.map { Tensor.stack([rows.ids, $0]) } ?? rows.ids
        return [ids, rows.positions, rows.offsets] + (meanWeights.map { [$0] } ?? [])
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
        let hasSegments = tensors[0].rank == 2
        let rows = TokenRows(
            ids: hasSegments ? tensors[0][0] : tensors[0], positions: tensors[1],
            segments: hasSegments ? tensors[0][1] : nil, offsets: tensors[2])
        let isMean = pooling == .mean
        return (rows, isMean ? tensors[3] : nil, Array(tensors.dropFirst(isMean ? 4 : 3)))
    }
}
