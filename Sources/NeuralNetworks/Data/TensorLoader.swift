import HindsightTensors

/// Batches of tensors that belong together row by row: inputs and targets, say.
///
/// ```swift
/// var loader = TensorLoader([x, y], batchSize: 32, shuffling: RandomGenerator(seed: 0))
/// for epoch in 0..<10 {
///     for batch in loader.epoch() { try step(batch) }
/// }
/// ```
public struct TensorLoader: Sendable {
    /// What the batches are made of; all have the same first size.
    public let tensors: [Tensor]
    /// Rows of a batch.
    public let batchSize: Int
    /// Whether a last batch with fewer rows is left out.
    public let dropsLast: Bool
    /// Where the order comes from, or nil to keep the rows' own; its state is what to save.
    public private(set) var random: RandomGenerator?

    /// Batches of these tensors' rows.
    ///
    /// - Parameters:
    ///   - tensors: at least one, all with the same number of rows.
    ///   - batchSize: rows of a batch.
    ///   - random: shuffles each epoch; nil for the rows' own order.
    ///   - dropsLast: leave out a last batch with fewer rows.
    public init(
        _ tensors: [Tensor], batchSize: Int, shuffling random: RandomGenerator? = nil,
        dropsLast: Bool = false
    ) {
        require(batchSize >= 1, "TensorLoader: a batch size of \(batchSize)")
        require(!tensors.isEmpty, "TensorLoader: no tensors are given")
        for tensor in tensors {
            require(
                tensor.rank >= 1 && tensor.shape[0] == tensors[0].shape.first,
                "TensorLoader: shapes \(tensors.map(\.shape)) do not have the same first size")
        }
        self.tensors = tensors
        self.batchSize = batchSize
        self.random = random
        self.dropsLast = dropsLast
    }

    /// The number of rows.
    public var rowCount: Int { tensors[0].shape[0] }

    /// The number of batches in an epoch.
    public var batchCount: Int {
        dropsLast ? rowCount / batchSize : (rowCount + batchSize - 1) / batchSize
    }

    /// All rows once, in batches; in a new order each time if shuffling.
    public mutating func epoch() -> Epoch {
        let count = rowCount
        let order = random?.permutation(count)
        return Epoch(loader: self, order: order.map { Tensor($0) })
    }

    /// The batches of one epoch, made one at a time.
    public struct Epoch: Sequence, IteratorProtocol, Sendable {
        private let loader: TensorLoader
        private let order: Tensor?
        private var next_ = 0

        fileprivate init(loader: TensorLoader, order: Tensor?) {
            self.loader = loader
            self.order = order
        }

        /// How many batches there are in all.
        public var underestimatedCount: Int { loader.batchCount - next_ }

        /// The next batch, or nil after the last.
        public mutating func next() -> [Tensor]? {
            guard next_ < loader.batchCount else { return nil }
            let start = next_ * loader.batchSize
            let rows = start..<Swift.min(start + loader.batchSize, loader.rowCount)
            next_ += 1
            guard let order else { return loader.tensors.map { $0[rows] } }
            let chosen = order[rows]
            return loader.tensors.map { $0.rows(chosen) }
        }
    }
}
