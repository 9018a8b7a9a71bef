import CHindsightKernels

/// A matrix of features with what several scores need of it, each part computed once.
///
/// Eigenvalues are those of the smaller of the two Gram matrices: FᵀF with N ≥ D, F Fᵀ with N < D. Both have
/// the same nonzero eigenvalues σ = s², the squares of F's singular values.
public final class FeatureDecomposition: Sendable {
    /// The features themselves.
    public let features: FeatureMatrix
    private let centredFeatures = Once<[Double]>()
    private let centredEigen = Once<SymmetricEigen>()
    private let rawEigen = Once<SymmetricEigen>()
    private let coordinateValues = Once<[Double]>()

    /// Gram matrices are of that size at most: 2 GiB.
    static let largestGram = 16_384

    /// Features to be decomposed.
    ///
    /// - Throws: ``TransferabilityError/tooLarge(what:limit:found:)`` if there are more than 16,384 of both
    ///   examples and features.
    public init(_ features: FeatureMatrix) throws {
        let size = min(features.rows, features.columns)
        guard size <= Self.largestGram else {
            throw TransferabilityError.tooLarge(
                what: "the smaller of the numbers of examples and features",
                limit: "\(Self.largestGram)", found: "\(size)")
        }
        self.features = features
    }

    /// How many examples there are.
    public var rows: Int { features.rows }
    /// How many features an example has.
    public var columns: Int { features.columns }
    /// Centred features `[rows, columns]`.
    var centred: [Double] {
        centredFeatures.get { Self.centre(features.values, columns: features.columns) }
    }
    /// N < D: the Gram matrix is that of the rows.
    var isDual: Bool { rows < columns }
    /// Of the Gram matrices.
    var size: Int { min(rows, columns) }
    /// The smallest share of the largest eigenvalue that is no rounding.
    var rounding: Double { Double(max(rows, columns)) * Double.ulpOfOne }

    /// Eigenvalues σ and eigenvectors of the centred Gram matrix: of features (N ≥ D) or of examples.
    func eigen() throws -> SymmetricEigen {
        try centredEigen.get {
            try SymmetricEigen(
                gram(centred, rows: rows, columns: columns, ofRows: isDual), size: size)
        }
    }

    /// The same of the features as they are.
    func eigenOfUncentred() throws -> SymmetricEigen {
        try rawEigen.get {
            try SymmetricEigen(
                gram(features.values, rows: rows, columns: columns, ofRows: isDual), size: size)
        }
    }

    /// The examples in the directions of greatest variance, `[rows, size]`: distances between them are
    /// those of the features.
    func coordinates() throws -> [Double] {
        let eigen = try eigen()
        return coordinateValues.get { turned(eigen, size) }
    }

    /// The first of the ``coordinates()``, `[rows, width]`.
    func leadingCoordinates(_ width: Int) throws -> [Double] {
        let eigen = try eigen()
        guard let all = coordinateValues.known else { return turned(eigen, width) }
        guard width < size else { return all }
        return [Double](unsafeUninitializedCapacity: rows * width) { buffer, count in
            for row in 0..<rows {
                for j in 0..<width { buffer[row * width + j] = all[row * size + j] }
            }
            count = rows * width
        }
    }

    private func turned(_ eigen: SymmetricEigen, _ width: Int) -> [Double] {
        guard isDual else {
            return productWithTransposed(
                centred, eigen.vectors, rows: rows, columns: width, depth: columns)
        }
        let limit = rounding * eigen.largest
        let roots = eigen.values.map { $0 > limit ? $0.squareRoot() : 0 }
        return [Double](unsafeUninitializedCapacity: rows * width) { buffer, count in
            for row in 0..<rows {
                for j in 0..<width {
                    buffer[row * width + j] = eigen.vectors[j * rows + row] * roots[j]
                }
            }
            count = rows * width
        }
    }

    /// Centred features in as few columns as hold them: themselves, or coordinates where N < D.
    func compact() throws -> (values: [Double], columns: Int) {
        isDual ? (try coordinates(), size) : (centred, columns)
    }

    /// x less its column means.
    static func centre(_ x: [Double], columns: Int) -> [Double] {
        [Double](unsafeUninitializedCapacity: x.count) { buffer, count in
            hs_centre64(x, x.count / columns, columns, buffer.baseAddress!)
            count = x.count
        }
    }
}
