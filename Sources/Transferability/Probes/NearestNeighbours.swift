/// How distances between examples are measured.
public enum NeighbourDistance: String, Sendable, Codable, CaseIterable {
    /// The length of the difference.
    case euclidean
    /// The angle: Euclidean between features scaled to unit length.
    case cosine
}

/// Leave-one-out accuracy of k-nearest-neighbours classification.
///
/// Each example is classified by the most frequent class among its k nearest other examples; of equally
/// frequent classes the one whose nearest member is nearest wins, of equally near examples the first.
///
/// Cover and Hart, "Nearest neighbor pattern classification", IEEE Transactions on Information Theory 13, 1967.
public struct NearestNeighbours: TransferabilityScore {
    /// How many neighbours vote.
    public var neighbours: Int
    /// How distances are measured.
    public var distance: NeighbourDistance

    /// The most neighbours that can vote.
    public static let mostNeighbours = 1000

    /// A vote of the nearest examples.
    ///
    /// - Parameters:
    ///   - neighbours: how many vote; all other examples if there are fewer.
    ///   - distance: how distances are measured.
    public init(neighbours: Int = 5, distance: NeighbourDistance = .euclidean) {
        self.neighbours = neighbours
        self.distance = distance
    }

    /// `knn_accuracy`.
    public var name: String { "knn_accuracy" }
    /// Labels.
    public var needs: ScoreNeeds { .labels }

    /// The share of examples whose neighbours name their class.
    public func value(_ problem: TransferProblem) throws -> Double {
        let labels = try problem.requiredLabels(for: name)
        let predictions = try predictions(problem)
        let right = zip(predictions, labels.values).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
        return Double(right) / Double(labels.values.count)
    }

    /// The class that each example's neighbours name, numbered as in ``ClassLabels/values``.
    ///
    /// - Throws: ``TransferabilityError`` without labels, or if ``neighbours`` is outside 1...1000.
    public func predictions(_ problem: TransferProblem) throws -> [Int] {
        let labels = try problem.requiredLabels(for: name)
        let (lists, keep) = try lists(problem)
        var votes = [Int](repeating: 0, count: labels.classes)
        return (0..<problem.examples).map { row in
            let members = lists[(row * keep)..<((row + 1) * keep)].map { labels.values[Int($0)] }
            for member in members { votes[member] += 1 }
            // The first of the most frequent: members come nearest first.
            var best = members[0]
            for member in members where votes[member] > votes[best] { best = member }
            for member in members { votes[member] = 0 }
            return best
        }
    }

    /// Numbers of each example's nearest others, nearest first.
    private func lists(_ problem: TransferProblem) throws -> (numbers: [UInt32], keep: Int) {
        guard 1...Self.mostNeighbours ~= neighbours else {
            throw TransferabilityError.badSetting(
                name: "neighbours", value: "\(neighbours)", expected: "1 to \(Self.mostNeighbours)")
        }
        let (rows, columns) = (problem.features.rows, problem.features.columns)
        let keep = min(neighbours, rows - 1)
        let x = vectors(problem.features)
        let search = NeighbourSearch(x, rows: rows, columns: columns, keep: keep)
        return (search.neighbours(), keep)
    }

    private func vectors(_ features: FeatureDecomposition) -> [Double] {
        guard distance == .cosine else { return features.centred }
        let columns = features.columns
        var x = features.features.values
        for row in 0..<features.rows {
            let range = (row * columns)..<((row + 1) * columns)
            let largest = x[range].reduce(0) { max($0, $1.magnitude) }
            guard largest > 0 else { continue }
            for i in range { x[i] /= largest }
            let scale = 1 / x[range].reduce(0) { $0 + $1 * $1 }.squareRoot()
            for i in range { x[i] *= scale }
        }
        return FeatureDecomposition.centre(x, columns: columns)
    }
}
