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
        var matrix = gram(within, rows: labels.values.count, columns: columns, ofRows: false)
        for i in matrix.indices { matrix[i] /= n }
        let lambda =
            try shrinkage
            ?? max(exponential(-10 * largestEigenvalue(matrix, size: columns)), 1e-10)
        self.shrinkage = lambda
        self.columns = columns
        let solved = try Self.solve(matrix, means, lambda, dimension: dimension, columns)
        coefficients = solved
        offsets = labels.counts.indices.map { c in
            let share = Double(labels.counts[c]) / n
            let place = c * columns
            let length = (place..<(place + columns)).reduce(0) {
                $0 + means[$1] * solved[$1]
            }
            return naturalLogarithm(share) - length / 2
        }
    }

    /// S⁻¹μᶜ of the shrunk covariance; zero where it is, since means without variance are no information.
    private static func solve(
        _ matrix: [Double], _ means: [Double], _ lambda: Double, dimension: Int, _ columns: Int
    ) throws -> [Double] {
        var shrunk = matrix
        var trace = 0.0
        for i in 0..<columns { trace += matrix[i * columns + i] }
        for i in shrunk.indices { shrunk[i] *= 1 - lambda }
        for i in 0..<columns { shrunk[i * columns + i] += lambda * trace / Double(dimension) }
        let count = means.count / columns
        var factor = shrunk
        if hs_cholesky64(columns, &factor) {
            var solution = means
            hs_solve_lower64(columns, factor, &solution, count)
            hs_solve_upper64(columns, factor, &solution, count)
            return solution
        }
        let eigen = try SymmetricEigen(shrunk, size: columns)
        var turned = productWithTransposed(
            means, eigen.vectors, rows: count, columns: columns, depth: columns)
        for place in turned.indices {
            let variance = eigen.values[place % columns]
            turned[place] = variance > 0 ? turned[place] / variance : 0
        }
        return product(turned, eigen.vectors, rows: count, columns: columns, depth: columns)
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
