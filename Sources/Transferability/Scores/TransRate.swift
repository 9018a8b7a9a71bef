/// How much the coding rate of the features falls when the classes are known: R(F) − R(F|Y).
///
/// With centred features Z (N × D), scaled so that a row's mean squared length is 1,
///
///     R(Z) = ½ ln det(I + ZᵀZ/(N ε)),   R(Z|Y) = Σᶜ nᶜ/N · R(Zᶜ)
///
/// in nats, Zᶜ the rows of class c, not centred again. A determinant is that of the smaller Gram matrix.
///
/// Huang, Huang, Rong, Yang and Wei, "Frustratingly Easy Transferability Estimation", ICML 2022.
public struct TransRate: TransferabilityScore {
    /// The squared distortion ε at which features are coded.
    public var distortion: Double

    /// TransRate with its distortion.
    ///
    /// - Parameter distortion: ε, more than 0; rows have a mean squared length of 1.
    public init(distortion: Double = 1e-4) { self.distortion = distortion }

    /// `transrate`.
    public var name: String { "transrate" }
    /// Labels.
    public var needs: ScoreNeeds { .labels }

    /// R(F) − R(F|Y).
    public func value(_ problem: TransferProblem) throws -> Double {
        let labels = try problem.requiredLabels(for: name)
        guard distortion > 0, distortion.isFinite else {
            throw TransferabilityError.badSetting(
                name: "distortion", value: "\(distortion)", expected: "more than 0")
        }
        let features = problem.features
        let eigen = try features.eigen()
        let total = eigen.values.reduce(0) { $0 + max(0, $1) }
        guard total > 0 else { return 0 }
        let n = Double(features.rows)
        // Gram matrices are multiplied by n/total, and divided by count · ε.
        let scale = n / total / distortion
        let whole = eigen.values.reduce(0) {
            $0 + naturalLogarithm(onePlus: max(0, $1) * scale / n)
        }
        let (x, columns) = try features.compact()
        var parts = 0.0
        for members in labels.members {
            let count = Double(members.count)
            parts += count / n * (try Self.rate(x, columns, members, scale: scale / count))
        }
        return (whole - parts) / 2
    }

    /// ln det(I + scale · ZᵀZ) of some rows.
    private static func rate(
        _ x: [Double], _ columns: Int, _ members: [Int], scale: Double
    ) throws -> Double {
        let rows = gathered(x, columns: columns, members)
        let ofRows = members.count < columns
        let size = min(members.count, columns)
        var matrix = gram(rows, rows: members.count, columns: columns, ofRows: ofRows)
        for i in matrix.indices { matrix[i] *= scale }
        for i in 0..<size { matrix[i * size + i] += 1 }
        guard let result = logDeterminant(matrix, size: size) else {
            throw TransferabilityError.noConvergence(what: "the coding rate of a class")
        }
        return result
    }
}

/// Some rows of a matrix, in that order.
func gathered(_ x: [Double], columns: Int, _ rows: [Int]) -> [Double] {
    [Double](unsafeUninitializedCapacity: rows.count * columns) { buffer, count in
        x.withUnsafeBufferPointer { x in
            for (place, row) in rows.enumerated() {
                buffer.baseAddress!.advanced(by: place * columns).initialize(
                    from: x.baseAddress! + row * columns, count: columns)
            }
        }
        count = rows.count * columns
    }
}
