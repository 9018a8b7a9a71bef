import HindsightTensors

/// What is in a file of weights, tensor by tensor: what `hindsight models inspect` shows.
public struct WeightSummary: Sendable, Equatable {
    /// One tensor.
    public struct Row: Sendable, Equatable {
        /// The tensor's name.
        public let name: String
        /// The type of its elements in the file.
        public let type: StoredType
        /// Its sizes, outermost first.
        public let sizes: [Int]
        /// Its bytes in the file.
        public let byteCount: Int
        /// What its values are like; nil if not asked for, or if the type can't be computed with.
        public let statistics: Statistics?
    }

    /// What a tensor's values are like; NaN where there is no value to tell it from.
    public struct Statistics: Sendable, Equatable {
        /// The smallest value that is a number.
        public let minimum: Double
        /// The largest value that is a number.
        public let maximum: Double
        /// The mean of the values that are numbers.
        public let mean: Double
        /// How many values are not a number.
        public let nanCount: Int
    }

    /// The file or folder.
    public let path: String
    /// The tensors in the order of the files.
    public let rows: [Row]
    /// All elements of floating-point tensors.
    public let parameterCount: Int
    /// All bytes of tensors.
    public let byteCount: Int

    /// How many tensors, elements and bytes there are of each type, in the order of the format.
    public var totals: [(type: StoredType, tensors: Int, elements: Int, bytes: Int)] {
        StoredType.allCases.compactMap { type in
            let rows = rows.filter { $0.type == type }
            guard !rows.isEmpty else { return nil }
            let elements = rows.reduce(0) { $0 + $1.sizes.reduce(1, *) }
            return (type, rows.count, elements, rows.reduce(0) { $0 + $1.byteCount })
        }
    }

    /// Looks at all tensors.
    ///
    /// - Parameters:
    ///   - source: the weights.
    ///   - statistics: whether to read the values too.
    /// - Throws: the source's error for a tensor that can't be read.
    public init(of source: some WeightSource, statistics: Bool = false) throws {
        path = source.path
        parameterCount = source.parameterCount
        byteCount = source.byteCount
        rows = try source.tensors.map { tensor in
            let isReadable =
                statistics && tensor.type.isReadable
                && tensor.sizes.count <= Shape.maximumRank
            return Row(
                name: tensor.name, type: tensor.type, sizes: tensor.sizes,
                byteCount: tensor.byteCount,
                statistics: isReadable
                    ? Statistics(of: try source.storedTensor(tensor.name)) : nil)
        }
    }
}

extension WeightSummary.Statistics {
    /// Elements looked at together: bounds the memory this takes.
    private static var chunk: Int { 1 << 20 }

    /// The statistics of a tensor's elements, computed in double precision.
    public init(of tensor: Tensor) {
        let flat = tensor.flattened()
        var minimum = Double.infinity
        var maximum = -Double.infinity
        var sum = 0.0
        var nanCount = 0
        for start in stride(from: 0, to: flat.count, by: WeightSummary.Statistics.chunk) {
            let end = Swift.min(start + WeightSummary.Statistics.chunk, flat.count)
            let part = flat.slice(axis: 0, from: start, to: end).to(.float64)
            let isNaN = part .!= part
            nanCount += Int(isNaN.to(.float64).sum().scalar(as: Double.self))
            minimum = Swift.min(minimum, part.masked(isNaN, with: .infinity).min().scalar())
            maximum = Swift.max(maximum, part.masked(isNaN, with: -.infinity).max().scalar())
            sum += part.masked(isNaN, with: 0).sum().scalar(as: Double.self)
        }
        let count = flat.count - nanCount
        self.minimum = count > 0 ? minimum : .nan
        self.maximum = count > 0 ? maximum : .nan
        mean = count > 0 ? sum / Double(count) : .nan
        self.nanCount = nanCount
    }
}
