/// Token sequences one after the other in a fixed number of places.
///
/// A captured step is replayed for every batch of the same capacity: only the numbers differ.
public struct PackedBatch: Sendable, Hashable {
    /// The tokens, `[capacity]`; 0 behind the last sequence.
    public let ids: [Int32]
    /// Where each sequence begins and, behind the last, where it ends: `[maxSequences + 1]`, the number
    /// of used places repeated to the end.
    public let offsets: [Int32]
    /// The place of each token in its sequence, `[capacity]`; 0 behind the last sequence.
    public let positions: [Int32]
    /// How many sequences there are.
    public let sequenceCount: Int
    /// Which sequence each one was.
    public let indexes: [Int]

    /// How many tokens fit.
    public var capacity: Int { ids.count }
    /// How many tokens there are.
    public var tokenCount: Int { Int(offsets[sequenceCount]) }
}

/// Packs token sequences into batches of a few fixed capacities. Nothing is cut or left out.
///
/// For training, `pack` puts exactly the examples of a batch into the smallest capacity that holds
/// them. For inference, `fill` finds which sequences fill batches best, whatever their order.
public struct SequencePacker: Sendable, Hashable {
    /// The tokens that a batch may hold, ascending.
    public let capacities: [Int]
    /// The sequences that a batch may hold.
    public let maxSequences: Int

    /// A packer for batches of one capacity.
    public init(capacity: Int, maxSequences: Int) {
        self.init(capacities: [capacity], maxSequences: maxSequences)
    }

    /// A packer for batches of several capacities; see `capacities(lengths:batchSize:)`.
    public init(capacities: [Int], maxSequences: Int) {
        precondition(
            capacities.allSatisfy { $0 > 0 && $0 <= Int(Int32.max) } && !capacities.isEmpty
                && maxSequences > 0, "SequencePacker: capacities and sequences must be above 0")
        self.capacities = Set(capacities).sorted()
        self.maxSequences = maxSequences
    }

    /// Packs these sequences, in this order, into one batch of the smallest capacity that holds them.
    ///
    /// - Parameters:
    ///   - sequences: all sequences.
    ///   - indexes: which of them.
    /// - Throws: `DatasetError` if they don't fit.
    public func pack(
        _ sequences: [[Int32]], _ indexes: [Int]
    ) throws(DatasetError) -> PackedBatch {
        let tokens = indexes.reduce(0) { $0 + sequences[$1].count }
        let largest = capacities[capacities.count - 1]
        for index in indexes { try check(sequences[index].count, index) }
        guard let capacity = capacities.first(where: { $0 >= tokens }),
            indexes.count <= maxSequences
        else {
            throw DatasetError(
                .batchTooLarge(
                    tokens: tokens, sequences: indexes.count, capacity: largest,
                    maxSequences: maxSequences), source: "SequencePacker")
        }
        var ids = [Int32](repeating: 0, count: capacity)
        var positions = ids
        var offsets = [Int32](repeating: Int32(tokens), count: maxSequences + 1)
        var place = 0
        for (row, index) in indexes.enumerated() {
            offsets[row] = Int32(place)
            for (position, id) in sequences[index].enumerated() {
                ids[place] = id
                positions[place] = Int32(position)
                place += 1
            }
        }
        return PackedBatch(
            ids: ids, offsets: offsets, positions: positions, sequenceCount: indexes.count,
            indexes: indexes)
    }

    /// Which sequences to put together so that batches of the largest capacity are well filled.
    ///
    /// First-fit decreasing (Johnson 1973) within a window; the least filled batch of a window is filled
    /// further in the next one. Every sequence is in exactly one batch.
    ///
    /// - Parameters:
    ///   - lengths: how many tokens each sequence has.
    ///   - window: how many sequences are looked at together.
    /// - Returns: The sequences' places for each batch; `pack` makes the batches.
    /// - Throws: `DatasetError` if a sequence is longer than the largest capacity.
    public func fill(lengths: [Int], window: Int = 1024) throws(DatasetError) -> [[Int]] {
        for (index, length) in lengths.enumerated() { try check(length, index) }
        var batches: [[Int]] = []
        var waiting: [Int] = []
        var next = 0
        while next < lengths.count {
            let end = min(next + max(window, 1), lengths.count)
            var bins = firstFit(waiting + Array(next..<end), lengths)
            next = end
            waiting = []
            if next < lengths.count, bins.count > 1,
                let least = bins.indices.min(by: { bins[$0].tokens < bins[$1].tokens })
            {
                waiting = bins.remove(at: least).members
            }
            batches += bins.map(\.members)
        }
        return batches
    }

    private struct Bin {
        var tokens = 0
        var members: [Int] = []
    }

    private func firstFit(_ indexes: [Int], _ lengths: [Int]) -> [Bin] {
        let largest = capacities[capacities.count - 1]
        var bins: [Bin] = []
        for index in indexes.sorted(by: { (-lengths[$0], $0) < (-lengths[$1], $1) }) {
            let fitting = bins.firstIndex {
                $0.tokens + lengths[index] <= largest && $0.members.count < maxSequences
            }
            let place = fitting ?? bins.count
            if place == bins.count { bins.append(Bin()) }
            bins[place].tokens += lengths[index]
            bins[place].members.append(index)
        }
        return bins
    }

    private func check(_ length: Int, _ index: Int) throws(DatasetError) {
        let largest = capacities[capacities.count - 1]
        if length > largest {
            throw DatasetError(
                .sequenceTooLong(index: index, length: length, capacity: largest),
                source: "SequencePacker")
        }
    }
}

extension SequencePacker {
    /// Up to four capacities for batches drawn at random: the mean of a batch's tokens, one and two
    /// standard deviations above it, and what holds any batch.
    ///
    /// - Parameters:
    ///   - lengths: how many tokens each sequence has.
    ///   - batchSize: how many sequences a batch has.
    ///   - multiple: capacities are multiples of this.
    public static func capacities(lengths: [Int], batchSize: Int, multiple: Int = 64) -> [Int] {
        let size = Double(max(min(batchSize, lengths.count), 1))
        let count = Double(max(lengths.count, 1))
        let mean = lengths.reduce(0) { $0 + Double($1) } / count
        let variance = lengths.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
        let deviation = (variance * size).squareRoot()
        let longest = lengths.sorted(by: >).prefix(batchSize).reduce(0, +)
        let wanted = [mean * size, mean * size + deviation, mean * size + 2 * deviation]
        let rounded = (wanted.map { min(Int($0.rounded(.up)), longest) } + [longest]).map {
            max(($0 + multiple - 1) / multiple, 1) * multiple
        }
        return Set(rounded).sorted()
    }
}
