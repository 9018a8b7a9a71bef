import CHindsightKernels

/// Fisher's linear discriminant with a shrunk within-class covariance, for ``SFDA``.
struct ShrunkDiscriminant {
    /// λ.
    let shrinkage: Double
    /// S⁻¹μᶜ, `[classes, columns]`.
    private let coefficients: [Double]
    /// ln qᶜ − ½ μᶜᵀS⁻¹μᶜ.
    private let offsets: [Double]
    private let columns: Int

    /// - Parameters:
    ///   - x: `[examples, columns]`.
    ///   - dimension: of the features, of which x may be the part in which examples differ.
    ///   - shrinkage: λ; nil for that of the paper.
    init(
        _ x: [Double], columns: Int, dimension: Int, _ labels: ClassLabels, shrinkage: Double?
    ) throws {
        let n = Double(labels.values.count)
        var means = FeatureDecomposition.classSums(x, columns: columns, labels)
        for place in means.indices { means[place] /= Double(labels.counts[place / columns]) }
        let within = [Double](unsafeUninitializedCapacity: x.count) { buffer, count in
            hs_mix64(
                x, labels.values.count, columns, labels.narrow, means, nil, buffer.baseAddress!)
            count = x.count
        }
        let eigen = try SymmetricEigen(
            gram(within, rows: labels.values.count, columns: columns, ofRows: false),
            size: columns)
        let variances = eigen.values.map { max(0, $0) / n }
        let lambda = shrinkage ?? max(exponential(-10 * variances[0]), 1e-10)
        let mean = variances.reduce(0, +) / Double(dimension)
        let shrunk = variances.map { (1 - lambda) * $0 + lambda * mean }
        self.shrinkage = lambda
        self.columns = columns
        (coefficients, offsets) = Self.solve(means, eigen, shrunk, labels)
    }

    /// Where there is no variance at all the means are no information: coefficients are zero.
    private static func solve(
        _ means: [Double], _ eigen: SymmetricEigen, _ variances: [Double], _ labels: ClassLabels
    ) -> (coefficients: [Double], offsets: [Double]) {
        let size = eigen.size
        var turned = productWithTransposed(
            means, eigen.vectors, rows: labels.classes, columns: size, depth: size)
        var offsets = labels.counts.map {
            naturalLogarithm(Double($0) / Double(labels.values.count))
        }
        for place in turned.indices {
            let value = turned[place]
            let variance = variances[place % size]
            turned[place] = variance > 0 ? value / variance : 0
            offsets[place / size] -= value * turned[place] / 2
        }
        let coefficients = product(
            turned, eigen.vectors, rows: labels.classes, columns: size, depth: size)
        return (coefficients, offsets)
    }

    /// ln of the posteriors, `[examples, classes]`.
    func logPosteriors(_ x: [Double], _ labels: ClassLabels) -> [Double] {
        let (rows, classes) = (labels.values.count, labels.classes)
        var logits = productWithTransposed(
            x, coefficients, rows: rows, columns: classes, depth: columns)
        logits.withUnsafeMutableBufferPointer { logits in
            for row in 0..<rows {
                let base = row * classes
                var most = -Double.infinity
                for c in 0..<classes {
                    logits[base + c] += offsets[c]
                    most = max(most, logits[base + c])
                }
                var sum = 0.0
                for c in 0..<classes { sum += exponential(logits[base + c] - most) }
                let total = most + naturalLogarithm(sum)
                for c in 0..<classes { logits[base + c] -= total }
            }
        }
        return logits
    }
}
