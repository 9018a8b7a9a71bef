/// Mean and variance of numbers seen so far, place by place (Welford 1962).
public struct RunningStatistics: Sendable, Hashable, Codable {
    /// How many rows were seen.
    public private(set) var count = 0
    /// The mean of each place.
    public private(set) var means: [Double]
    private var squares: [Double]

    /// Nothing seen yet of rows of so many numbers.
    public init(width: Int) {
        means = [Double](repeating: 0, count: width)
        squares = means
    }

    /// The population's variance of each place; 1 before two rows were seen.
    public var variances: [Double] {
        squares.map { count > 1 ? $0 / Double(count) : 1 }
    }

    /// Takes a row in; rows of another width are ignored.
    public mutating func add(_ row: [Float]) {
        guard row.count == means.count else { return }
        count += 1
        for (place, number) in row.enumerated() {
            let difference = Double(number) - means[place]
            means[place] += difference / Double(count)
            squares[place] += difference * (Double(number) - means[place])
        }
    }

    /// A row with mean 0 and variance 1, clipped.
    public func normalized(_ row: [Float], clip: Float) -> [Float] {
        let variances = variances
        return row.indices.map { place in
            let scaled =
                (Double(row[place]) - means[place]) / (variances[place] + 1e-8).squareRoot()
            return min(max(Float(scaled), -clip), clip)
        }
    }
}
