import CHindsightKernels

/// How much of the features' variance lies between classes: tr(cov(F)⁺ cov(E[F|y])).
///
/// Both covariances are over the N examples with the same divisor, so that the score is the share of the
/// class indicators that lies in the column space of the centred features: between 0 and classes − 1. With
/// as many features as examples it says nothing any more; ``RegularizedHScore`` does.
///
/// Bao, Li, Huang, Zhang, Zheng, Zamir and Guibas, "An Information-Theoretic Approach to Transferability in
/// Task Transfer Learning", ICIP 2019.
public struct HScore: TransferabilityScore {
    /// The H-score has no settings.
    public init() {}

    /// `h_score`.
    public var name: String { "h_score" }
    /// Labels.
    public var needs: ScoreNeeds { .labels }

    /// tr(cov(F)⁺ cov(E[F|y])).
    public func value(_ problem: TransferProblem) throws -> Double {
        try problem.features.classShareOfColumnSpace(problem.requiredLabels(for: name))
    }
}

/// The H-score with a shrunk covariance of the features: (1 − α) tr(Σ_α⁻¹ cov(E[F|y])).
///
/// Σ_α = (1 − α) Σ + α tr(Σ)/D · I with Ledoit and Wolf's α; covariances divide by N.
///
/// Ibrahim, Ponomareva and Mazumder, "Newer is not always better: Rethinking transferability metrics, their
/// peculiarities, stability and performance", ECML 2022; Ledoit and Wolf, "A well-conditioned estimator for
/// large-dimensional covariance matrices", Journal of Multivariate Analysis 88, 2004.
public struct RegularizedHScore: TransferabilityScore {
    /// The score has no settings.
    public init() {}

    /// `h_score_regularized`.
    public var name: String { "h_score_regularized" }
    /// Labels.
    public var needs: ScoreNeeds { .labels }

    /// (1 − α) tr(Σ_α⁻¹ cov(E[F|y])).
    public func value(_ problem: TransferProblem) throws -> Double {
        let labels = try problem.requiredLabels(for: name)
        let features = problem.features
        let eigen = try features.eigen()
        guard eigen.largest > 0 else { return 0 }
        let (alpha, mean) = try Self.shrinkage(features)
        guard alpha < 1 else { return 0 }
        let n = Double(features.rows)
        let energies = try features.classEnergies(labels)
        var sum = 0.0
        for (place, energy) in energies.enumerated() {
            let variance = max(0, eigen.values[place % features.size]) / n
            let shrunk = (1 - alpha) * variance + alpha * mean
            guard energy > 0, shrunk > 0 else { continue }
            sum += energy / (n * Double(labels.counts[place / features.size])) / shrunk
        }
        return (1 - alpha) * sum
    }

    /// Ledoit and Wolf's α, and the mean variance tr(Σ)/D.
    static func shrinkage(_ features: FeatureDecomposition) throws -> (alpha: Double, mean: Double)
    {
        let (n, d) = (Double(features.rows), Double(features.columns))
        let variances = try features.eigen().values.map { max(0, $0) / n }
        let mean = variances.reduce(0, +) / d
        let squares = variances.reduce(0) { $0 + $1 * $1 }
        let dispersion = squares / d - mean * mean
        guard dispersion > 0 else { return (0, mean) }
        var fourth = 0.0
        features.centred.withUnsafeBufferPointer { x in
            for row in 0..<features.rows {
                let start = x.baseAddress! + row * features.columns
                let length = hs_dot64(start, start, features.columns)
                fourth += length * length
            }
        }
        // Σ |x xᵀ - S|² = Σ |x|⁴ - N |S|².
        let noise = (fourth / n - squares) / n / d
        return (min(max(noise, 0), dispersion) / dispersion, mean)
    }
}
