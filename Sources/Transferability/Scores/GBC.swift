/// Which covariances the classes' Gaussians have.
public enum ClassCovariance: String, Sendable, Codable, CaseIterable {
    /// A variance of its own in each direction.
    case diagonal
    /// One variance in all directions.
    case spherical
}

/// Gaussian Bhattacharyya coefficient: minus the overlap of the classes, Σ over ordered pairs of exp(−D_B).
///
/// Each class is a Gaussian in the 64 directions of greatest variance, with
///
///     D_B = ⅛ (μ₁ − μ₂)ᵀ Σ⁻¹ (μ₁ − μ₂) + ½ ln(|Σ| / √(|Σ₁| |Σ₂|)),  Σ = (Σ₁ + Σ₂)/2.
///
/// Covariances are spherical as the paper recommends, or diagonal; a variance is at least 10⁻⁶ of the mean
/// variance, so that a class of one example has one.
///
/// Pándy, Agostinelli, Uijlings, Ferrari and Mensink, "Transferability Estimation using Bhattacharyya Class
/// Separability", CVPR 2022.
public struct GBC: TransferabilityScore {
    /// The classes' covariances.
    public var covariance: ClassCovariance
    /// How many directions of greatest variance count.
    public var dimensions: Int

    /// GBC with its settings.
    ///
    /// - Parameters:
    ///   - covariance: of the classes.
    ///   - dimensions: at least 1.
    public init(covariance: ClassCovariance = .spherical, dimensions: Int = 64) {
        self.covariance = covariance
        self.dimensions = dimensions
    }

    /// `gbc`.
    public var name: String { "gbc" }
    /// Labels.
    public var needs: ScoreNeeds { .labels }

    /// The smallest variance as a share of the mean variance.
    private static let floor = 1e-6

    /// −Σ exp(−D_B) over ordered pairs of different classes.
    public func value(_ problem: TransferProblem) throws -> Double {
        let labels = try problem.requiredLabels(for: name)
        guard dimensions > 0 else {
            throw TransferabilityError.badSetting(
                name: "dimensions", value: "\(dimensions)", expected: "at least 1")
        }
        let classes = labels.classes
        let pairs = Double(classes * (classes - 1))
        let eigen = try problem.features.eigen()
        let rank = eigen.count(above: problem.features.rounding)
        // Classes that all lie in one point overlap wholly.
        guard rank > 0 else { return -pairs }
        let (means, variances) = try gaussians(problem.features, labels, min(dimensions, rank))
        var sum = 0.0
        for a in 0..<classes {
            for b in 0..<a {
                sum += exponential(-Self.distance(means[a], variances[a], means[b], variances[b]))
            }
        }
        return -2 * sum
    }

    private func gaussians(
        _ features: FeatureDecomposition, _ labels: ClassLabels, _ width: Int
    ) throws -> (means: [[Double]], variances: [[Double]]) {
        let x = try features.leadingCoordinates(width)
        let eigen = try features.eigen()
        let floor =
            Self.floor * eigen.values[..<width].reduce(0, +) / Double(features.rows * width)
        var means = [[Double]](
            repeating: [Double](repeating: 0, count: width), count: labels.classes)
        var variances = means
        for (label, members) in labels.members.enumerated() {
            let count = Double(members.count)
            for row in members {
                for j in 0..<width { means[label][j] += x[row * width + j] / count }
            }
            for row in members {
                for j in 0..<width {
                    let difference = x[row * width + j] - means[label][j]
                    variances[label][j] += difference * difference / count
                }
            }
            if covariance == .spherical {
                let mean = variances[label].reduce(0, +) / Double(width)
                variances[label] = [Double](repeating: mean, count: width)
            }
            for j in 0..<width { variances[label][j] = max(variances[label][j], floor) }
        }
        return (means, variances)
    }

    private static func distance(
        _ meanA: [Double], _ varianceA: [Double], _ meanB: [Double], _ varianceB: [Double]
    ) -> Double {
        var (far, wide) = (0.0, 0.0)
        for j in meanA.indices {
            let middle = (varianceA[j] + varianceB[j]) / 2
            let difference = meanA[j] - meanB[j]
            far += difference * difference / middle
            // Each root for itself: products of small variances could underflow.
            wide += naturalLogarithm(
                middle / (varianceA[j].squareRoot() * varianceB[j].squareRoot()))
        }
        return far / 8 + wide / 2
    }
}
