import HindsightTensors

/// A model and a file of weights that do not fit each other: every difference at once.
public struct WeightMismatch: Error, Sendable, Equatable, CustomStringConvertible {
    /// A tensor whose shape is not the one the model needs.
    public struct Misshapen: Sendable, Equatable {
        /// The tensor.
        public let name: String
        /// The shape the model needs.
        public let expected: [Int]
        /// The shape in the file.
        public let found: [Int]
    }

    /// A tensor the model needs and the file lacks.
    public struct Missing: Sendable, Equatable {
        /// The tensor.
        public let name: String
        /// The shape the model needs.
        public let shape: [Int]
    }

    /// A tensor in the file that the model has no place for.
    public struct Unexpected: Sendable, Equatable {
        /// The tensor.
        public let name: String
        /// Its shape in the file.
        public let shape: [Int]
    }

    /// The file or folder of the weights.
    public let path: String
    /// What the file lacks, in the model's order.
    public let missing: [Missing]
    /// What the model has no place for, in the file's order.
    public let unexpected: [Unexpected]
    /// What has another shape, in the model's order.
    public let misshapen: [Misshapen]

    /// What is shown to people: every tensor on a line of its own.
    public var description: String {
        var lines = ["\(path): the weights do not fit the model"]
        func list<Item>(_ items: [Item], _ title: String, _ line: (Item) -> String) {
            guard !items.isEmpty else { return }
            lines.append("  \(title) (\(items.count)):")
            lines += items.map { "    " + line($0) }
        }
        list(misshapen, "of another shape") {
            "\($0.name): the model needs \($0.expected), the file has \($0.found)"
        }
        list(missing, "missing in the file") { "\($0.name) \($0.shape)" }
        list(unexpected, "without a place in the model") { "\($0.name) \($0.shape)" }
        lines.append("  check that the configuration belongs to these weights")
        return lines.joined(separator: "\n")
    }
}

extension WeightSource {
    /// Checks that this holds exactly the tensors a model needs, in the shapes it needs.
    ///
    /// - Parameters:
    ///   - expected: the model's names and shapes.
    ///   - isOptional: whether a tensor the model names may be missing, as for a new head.
    ///   - isIgnored: whether a tensor the model does not name may be there, as for a pooler not used.
    /// - Throws: `WeightMismatch` with every difference.
    public func checkWeights(
        expected: [(name: String, shape: Shape)],
        optional isOptional: (String) -> Bool = { _ in false },
        ignoring isIgnored: (String) -> Bool = { _ in false }
    ) throws(WeightMismatch) {
        var known: Set<UTF8Key> = []
        var missing: [WeightMismatch.Missing] = []
        var misshapen: [WeightMismatch.Misshapen] = []
        for (name, shape) in expected {
            known.insert(UTF8Key(name))
            if let found = stored(name) {
                if !found.sizes.elementsEqual(shape) {
                    misshapen.append(
                        .init(name: name, expected: Array(shape), found: found.sizes))
                }
            } else if !isOptional(name) {
                missing.append(.init(name: name, shape: Array(shape)))
            }
        }
        let unexpected = tensors.filter { !known.contains(UTF8Key($0.name)) && !isIgnored($0.name) }
            .map { WeightMismatch.Unexpected(name: $0.name, shape: $0.sizes) }
        guard missing.isEmpty, misshapen.isEmpty, unexpected.isEmpty else {
            throw WeightMismatch(
                path: path, missing: missing, unexpected: unexpected, misshapen: misshapen)
        }
    }
}
