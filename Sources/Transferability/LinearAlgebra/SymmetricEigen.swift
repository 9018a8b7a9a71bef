import CHindsightKernels

/// Eigenvalues and eigenvectors of a symmetric matrix.
struct SymmetricEigen: Sendable {
    /// Descending.
    let values: [Double]
    /// `[size, size]`: row i is the unit eigenvector of value i.
    let vectors: [Double]

    var size: Int { values.count }
    var largest: Double { max(values.first ?? 0, 0) }

    /// Decomposes a matrix `[size, size]` by Householder's tridiagonal form and QL with implicit shifts.
    ///
    /// - Throws: ``TransferabilityError/noConvergence(what:)``, which finite input never does.
    init(_ matrix: [Double], size: Int) throws {
        var matrix = matrix
        var values = [Double](repeating: 0, count: size)
        var vectors = [Double](repeating: 0, count: size * size)
        var work = [Double](repeating: 0, count: 3 * size)
        guard hs_eigen64(size, &matrix, &values, &vectors, &work) else {
            throw TransferabilityError.noConvergence(what: "the eigenvalues of the features")
        }
        self.init(ascending: values, vectors: vectors)
    }

    private init(ascending values: [Double], vectors: [Double]) {
        let size = values.count
        self.values = values.reversed()
        self.vectors = [Double](unsafeUninitializedCapacity: size * size) { buffer, count in
            for row in 0..<size {
                for column in 0..<size {
                    buffer[row * size + column] = vectors[(size - 1 - row) * size + column]
                }
            }
            count = size * size
        }
    }

    /// How many values are more than `share` of the largest.
    func count(above share: Double) -> Int {
        let limit = share * largest
        return values.firstIndex { !($0 > limit) } ?? size
    }
}

/// The largest eigenvalue of a symmetric matrix `[size, size]`.
func largestEigenvalue(_ matrix: [Double], size: Int) throws -> Double {
    var matrix = matrix
    var values = [Double](repeating: 0, count: size)
    var work = [Double](repeating: 0, count: 3 * size)
    guard hs_eigen64(size, &matrix, &values, nil, &work) else {
        throw TransferabilityError.noConvergence(what: "the eigenvalues of the features")
    }
    return values.last ?? 0
}

/// ln det of a symmetric positive definite matrix; nil if it is not positive definite.
func logDeterminant(_ matrix: [Double], size: Int) -> Double? {
    var factor = matrix
    guard hs_cholesky64(size, &factor) else { return nil }
    var sum = 0.0
    for i in 0..<size { sum += naturalLogarithm(factor[i * size + i]) }
    return 2 * sum
}
