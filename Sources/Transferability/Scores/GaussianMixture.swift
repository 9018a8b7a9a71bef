import CHindsightKernels

/// A mixture of Gaussians with full covariances, fitted by expectation maximisation.
///
/// It starts from the clusters of k-means (k-means++ start, at most 100 rounds), has 10⁻⁶ of the mean variance
/// added to each variance, and ends when the mean log-density changes by less than 10⁻³, or after 100
/// rounds. The same seed gives the same mixture.
///
/// Dempster, Laird and Rubin, "Maximum likelihood from incomplete data via the EM algorithm", 1977.
struct GaussianMixture {
    /// `[examples, components]`: how likely each example is of each component.
    let responsibilities: [Double]
    /// The mean over examples of the logarithm of the density.
    let logDensity: Double

    private static let floor = 1e-6
    private static let rounds = 100
    private static let tolerance = 1e-3

    /// - Parameters:
    ///   - x: `[examples, columns]`, centred.
    ///   - components: at most as many as examples.
    ///   - seed: what the start is drawn from.
    init(_ x: [Double], columns: Int, components: Int, seed: UInt64) throws {
        let rows = x.count / columns
        var random = ScoreRandom(seed: seed)
        let clusters = KMeans(x, columns: columns, clusters: components, &random).assignments
        var responsibilities = [Double](repeating: 0, count: rows * components)
        for (row, cluster) in clusters.enumerated() {
            responsibilities[row * components + cluster] = 1
        }
        let variance = x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
        // Where nothing varies any floor will do.
        let floor = variance > 0 ? Self.floor * variance : 1
        var parameters = Parameters(components: components, columns: columns)
        var densities = [Double](repeating: 0, count: rows)
        var before = -Double.infinity
        for _ in 0..<Self.rounds {
            try parameters.maximize(x, responsibilities, rows: rows, floor: floor)
            parameters.expect(x, rows: rows, &responsibilities, &densities)
            let mean = densities.reduce(0, +) / Double(rows)
            let change = (mean - before).magnitude
            before = mean
            if change < Self.tolerance { break }
        }
        self.responsibilities = responsibilities
        logDensity = before
    }

    /// Means and factors of the covariances' inverses.
    private struct Parameters {
        let components: Int
        let columns: Int
        var means: [Double]
        var covariances: [Double]
        var factors: [Double]
        var constants: [Double]
        var sums: [Double]

        init(components: Int, columns: Int) {
            self.components = components
            self.columns = columns
            means = [Double](repeating: 0, count: components * columns)
            covariances = [Double](repeating: 0, count: components * columns * columns)
            factors = covariances
            constants = [Double](repeating: 0, count: components)
            sums = constants
        }

        mutating func maximize(
            _ x: [Double], _ responsibilities: [Double], rows: Int, floor: Double
        ) throws {
            var responsibilities = responsibilities
            responsibilities.withUnsafeMutableBufferPointer { responsibilities in
                x.withUnsafeBufferPointer { x in
                    var mixture = hs_mixture64()
                    mixture.x = x.baseAddress
                    mixture.rows = rows
                    mixture.columns = columns
                    mixture.components = components
                    mixture.responsibilities = responsibilities.baseAddress
                    hs_mixture64_maximize(&mixture, floor, &sums, &means, &covariances)
                }
            }
            for c in 0..<components { try factorize(c, rows: rows) }
        }

        private mutating func factorize(_ c: Int, rows: Int) throws {
            let (size, start) = (columns * columns, c * columns * columns)
            let (isDefinite, logarithms) = covariances.withUnsafeMutableBufferPointer { matrices in
                factors.withUnsafeMutableBufferPointer { factors in
                    let matrix = matrices.baseAddress! + start
                    guard hs_cholesky64(columns, matrix) else { return (false, 0.0) }
                    hs_invert_lower64(columns, matrix, factors.baseAddress! + start)
                    var sum = 0.0
                    for j in 0..<columns { sum -= naturalLogarithm(matrix[j * columns + j]) }
                    return (true, sum)
                }
            }
            guard isDefinite, size > 0 else {
                throw TransferabilityError.noConvergence(what: "the mixture of NLEEP")
            }
            constants[c] =
                naturalLogarithm(sums[c] / Double(rows)) + logarithms
                - Double(columns) / 2 * naturalLogarithm(2 * .pi)
        }

        func expect(
            _ x: [Double], rows: Int, _ responsibilities: inout [Double],
            _ densities: inout [Double]
        ) {
            x.withUnsafeBufferPointer { x in
                means.withUnsafeBufferPointer { means in
                    factors.withUnsafeBufferPointer { factors in
                        constants.withUnsafeBufferPointer { constants in
                            responsibilities.withUnsafeMutableBufferPointer { result in
                                densities.withUnsafeMutableBufferPointer { densities in
                                    var mixture = hs_mixture64(
                                        x: x.baseAddress, rows: rows, columns: columns,
                                        components: components, means: means.baseAddress,
                                        factors: factors.baseAddress,
                                        constants: constants.baseAddress,
                                        responsibilities: result.baseAddress,
                                        log_densities: densities.baseAddress)
                                    hs_mixture64_expect(&mixture)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
