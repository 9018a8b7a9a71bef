/// Batches of examples' places, epoch after epoch in a new order, which can be saved and continued.
///
/// ```swift
/// var sampler = EpochSampler(count: split.train.count, batchSize: 32, seed: 0)
/// for batch in sampler.epoch(0) { … }     // one epoch, an ordinary sequence
/// let batch = sampler.nextBatch()         // or without end; `state` is all there is to save
/// ```
///
/// The order follows from seed and epoch alone and is the same on every machine.
public struct EpochSampler: Sendable {
    /// Where a sampler is, and what it must agree on to go on from there.
    public struct State: Sendable, Hashable, Codable {
        /// How many epochs are over.
        public var epoch: Int
        /// How many batches of the epoch were taken.
        public var position: Int
        /// The seed.
        public var seed: UInt64
        /// How many examples there are.
        public var count: Int
        /// How many examples a batch has.
        public var batchSize: Int
        /// Whether examples come in a new order in each epoch.
        public var isShuffled: Bool
        /// Whether a smaller last batch is left out.
        public var dropsLast: Bool
        /// A checksum of the weights, or nil.
        public var weights: UInt64?
    }

    /// How many epochs are over.
    public var epoch: Int { state.epoch }
    /// How many batches of this epoch were taken.
    public var position: Int { state.position }
    /// All there is to save.
    public private(set) var state: State
    /// How many batches an epoch has.
    public var batchesPerEpoch: Int {
        let (count, size) = (state.count, state.batchSize)
        return state.dropsLast ? count / size : (count + size - 1) / size
    }

    private let sums: [Double]?
    private var order: Epoch?

    /// - Parameters:
    ///   - count: how many examples there are, at least one (and a batch if the last one is dropped).
    ///   - batchSize: how many examples a batch has.
    ///   - seed: another seed gives other orders.
    ///   - shuffled: whether examples come in a new order in each epoch.
    ///   - dropsLast: whether the last batch of an epoch is left out if it is smaller.
    ///   - weights: how often to draw each example compared to others, finite and not negative; an epoch
    ///     then draws `count` examples with replacement. See `balancingWeights(_:)`.
    public init(
        count: Int, batchSize: Int, seed: UInt64, shuffled: Bool = true, dropsLast: Bool = false,
        weights: [Double]? = nil
    ) {
        precondition(
            batchSize > 0 && count >= (dropsLast ? batchSize : 1),
            "EpochSampler: \(count) examples cannot be taken in batches of \(batchSize)")
        precondition(
            weights.map { $0.count == count && $0.allSatisfy { $0 >= 0 && $0.isFinite } } ?? true,
            "EpochSampler: needs a finite weight of at least 0 for each of \(count) examples")
        sums = weights.map { weights in
            var sum = 0.0
            return weights.map { weight in
                sum += weight
                return sum
            }
        }
        precondition(
            sums.map { $0[count - 1] > 0 && $0[count - 1].isFinite } ?? true,
            "EpochSampler: the weights must have a finite sum above 0")
        state = State(
            epoch: 0, position: 0, seed: seed, count: count, batchSize: batchSize,
            isShuffled: shuffled, dropsLast: dropsLast, weights: weights.map(checksum))
    }

    /// Goes on from a saved state, exactly as if never stopped.
    ///
    /// - Throws: `DatasetError` if it was saved by a sampler with other settings.
    public mutating func restore(_ saved: State) throws(DatasetError) {
        var expected = state
        (expected.epoch, expected.position) = (saved.epoch, saved.position)
        let isPlace = saved.epoch >= 0 && (0..<batchesPerEpoch).contains(saved.position)
        guard saved == expected, isPlace else {
            throw DatasetError(
                .stateMismatch(
                    "saved with \(Self.describe(saved)), this sampler has "
                        + Self.describe(expected)), source: "EpochSampler")
        }
        state = saved
        order = nil
    }

    private static func describe(_ state: State) -> String {
        "\(state.count) examples, batches of \(state.batchSize), seed \(state.seed), "
            + (state.isShuffled ? "shuffled" : "in order")
            + (state.dropsLast ? ", last batch dropped" : "")
            + (state.weights.map { ", weights \($0)" } ?? "")
            + ", epoch \(state.epoch), batch \(state.position)"
    }

    /// The next batch; after the last one of an epoch comes the first one of the next epoch.
    public mutating func nextBatch() -> [Int] {
        let current = order ?? epoch(state.epoch)
        let batch = current[state.position]
        state.position += 1
        if state.position == batchesPerEpoch {
            state.position = 0
            state.epoch += 1
            order = nil
        } else {
            order = current
        }
        return batch
    }

    /// All batches of an epoch, whatever was taken before.
    public func epoch(_ epoch: Int) -> Epoch {
        var generator = SplitMix64(
            seed: state.seed, stream: UInt64(bitPattern: Int64(epoch)) &+ 0x5A_0000_0000)
        var order = Array(0..<state.count)
        if let sums {
            order = order.map { _ in
                let target = generator.nextUnit() * sums[sums.count - 1]
                return min(partition(sums, above: target), sums.count - 1)
            }
        } else if state.isShuffled {
            generator.shuffle(&order)
        }
        return Epoch(order: order, batchSize: state.batchSize, count: batchesPerEpoch)
    }

    /// Weights that draw every class equally often.
    public static func balancingWeights(_ classes: [Int32]) -> [Double] {
        var counts: [Int32: Int] = [:]
        for value in classes { counts[value, default: 0] += 1 }
        return classes.map { 1 / Double(counts[$0] ?? 1) }
    }
}

extension EpochSampler {
    /// The batches of one epoch.
    public struct Epoch: RandomAccessCollection, Sendable {
        /// The examples in the order in which they come.
        public let order: [Int]
        private let batchSize: Int
        /// How many batches there are.
        public let endIndex: Int

        init(order: [Int], batchSize: Int, count: Int) {
            self.order = order
            self.batchSize = batchSize
            endIndex = count
        }

        /// Always 0.
        public var startIndex: Int { 0 }

        /// A batch.
        public subscript(batch: Int) -> [Int] {
            precondition(indices.contains(batch), "EpochSampler: no such batch")
            return Array(order[(batch * batchSize)...].prefix(batchSize))
        }
    }
}

/// The first place whose number is greater than the target, by bisection.
private func partition(_ numbers: [Double], above target: Double) -> Int {
    var (low, high) = (0, numbers.count)
    while low < high {
        let middle = (low + high) / 2
        if numbers[middle] > target { high = middle } else { low = middle + 1 }
    }
    return low
}

/// FNV-1a over the bits of the numbers.
private func checksum(_ numbers: [Double]) -> UInt64 {
    numbers.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ $1.bitPattern) &* 0x100_0000_01B3 }
}
