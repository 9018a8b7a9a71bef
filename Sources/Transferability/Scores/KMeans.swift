import CHindsightKernels

/// Clusters by Lloyd's algorithm from a k-means++ start.
///
/// Lloyd, "Least squares quantization in PCM", 1982; Arthur and Vassilvitskii, "k-means++: The Advantages of
/// Careful Seeding", SODA 2007. Equally near centres: the first; a cluster that loses all its members keeps
/// its centre.
struct KMeans {
    /// The cluster of each example.
    private(set) var assignments: [Int]
    private let x: [Double]
    private let columns: Int
    private let clusters: Int
    private var rows: Int { assignments.count }

    /// - Parameters:
    ///   - x: `[examples, columns]`.
    ///   - clusters: at most as many as examples.
    ///   - rounds: the most rounds.
    init(
        _ x: [Double], columns: Int, clusters: Int, _ random: inout ScoreRandom, rounds: Int = 100
    ) {
        self.x = x
        self.columns = columns
        self.clusters = clusters
        assignments = [Int](repeating: -1, count: x.count / columns)
        var centres = start(&random)
        for _ in 0..<rounds {
            let nearest = nearest(centres)
            guard nearest != assignments else { return }
            assignments = nearest
            move(&centres)
        }
    }

    /// Each centre an example, drawn by its squared distance from the centres so far.
    private func start(_ random: inout ScoreRandom) -> [Double] {
        var centres: [Double] = []
        var distances = [Double](repeating: .infinity, count: rows)
        var chosen = random.index(below: rows)
        while true {
            let centre = Array(x[(chosen * columns)..<((chosen + 1) * columns)])
            centres += centre
            guard centres.count < clusters * columns else { return centres }
            chosen = draw(&distances, centre, &random)
        }
    }

    private func draw(
        _ distances: inout [Double], _ centre: [Double], _ random: inout ScoreRandom
    ) -> Int {
        x.withUnsafeBufferPointer { x in
            for row in distances.indices {
                let distance = hs_distance64(x.baseAddress! + row * columns, centre, columns)
                distances[row] = min(distances[row], distance)
            }
        }
        let total = distances.reduce(0, +)
        guard total > 0 else { return random.index(below: distances.count) }
        let target = random.uniform() * total
        var sum = 0.0
        for (row, distance) in distances.enumerated() {
            sum += distance
            if sum > target { return row }
        }
        return distances.count - 1
    }

    /// By |c|² − 2 x·c, whose differences are those of the squared distances.
    private func nearest(_ centres: [Double]) -> [Int] {
        let products = productWithTransposed(
            x, centres, rows: rows, columns: clusters, depth: columns)
        let squares = centres.withUnsafeBufferPointer { centres in
            (0..<clusters).map { c -> Double in
                let centre = centres.baseAddress! + c * columns
                return hs_dot64(centre, centre, columns)
            }
        }
        return products.withUnsafeBufferPointer { products in
            squares.withUnsafeBufferPointer { squares in
                (0..<rows).map { row in
                    var (best, least) = (0, Double.infinity)
                    for c in 0..<clusters {
                        let value = squares[c] - 2 * products[row * clusters + c]
                        if value < least { (best, least) = (c, value) }
                    }
                    return best
                }
            }
        }
    }

    private func move(_ centres: inout [Double]) {
        var sums = [Double](repeating: 0, count: centres.count)
        var counts = [Int](repeating: 0, count: clusters)
        x.withUnsafeBufferPointer { x in
            for (row, cluster) in assignments.enumerated() {
                counts[cluster] += 1
                for j in 0..<columns { sums[cluster * columns + j] += x[row * columns + j] }
            }
        }
        for place in centres.indices where counts[place / columns] > 0 {
            centres[place] = sums[place] / Double(counts[place / columns])
        }
    }
}
