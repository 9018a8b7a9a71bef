/// LEEP with clusters of the features in place of the source model's classes, so that any model has a score.
///
/// The features are projected on the directions that hold 80 % of their variance, a mixture of five Gaussians a
/// class is fitted (full covariances; see ``GaussianMixture``), and ``LEEP`` is computed of its
/// responsibilities. There are at most as many Gaussians as examples.
///
/// Li, Jia, Sang, Zhu, Green, Wang and Gong, "Ranking Neural Checkpoints", CVPR 2021.
public struct NLEEP: TransferabilityScore {
    /// The share of the variance that is kept.
    public var varianceShare: Double
    /// How many Gaussians a class.
    public var componentsPerClass: Int
    /// What the mixture's start is drawn from.
    public var seed: UInt64

    /// NLEEP with its settings.
    ///
    /// - Parameters:
    ///   - varianceShare: the share of the variance that is kept, more than 0 and at most 1.
    ///   - componentsPerClass: at least 1.
    ///   - seed: what the mixture's start is drawn from.
    public init(varianceShare: Double = 0.8, componentsPerClass: Int = 5, seed: UInt64 = 0) {
        self.varianceShare = varianceShare
        self.componentsPerClass = componentsPerClass
        self.seed = seed
    }

    /// `nleep`.
    public var name: String { "nleep" }
    /// Labels.
    public var needs: ScoreNeeds { .labels }

    /// The mean over examples of ln Σ P̂(y|component) · responsibility.
    public func value(_ problem: TransferProblem) throws -> Double {
        let labels = try problem.requiredLabels(for: name)
        guard varianceShare > 0, varianceShare <= 1, componentsPerClass > 0 else {
            throw TransferabilityError.badSetting(
                name: "varianceShare or componentsPerClass",
                value: "\(varianceShare), \(componentsPerClass)",
                expected: "a share between 0 and 1, and at least one component")
        }
        let (wanted, overflows) = componentsPerClass.multipliedReportingOverflow(
            by: labels.classes)
        let components = overflows ? problem.examples : min(wanted, problem.examples)
        let (x, columns) = try leading(problem.features)
        let mixture = try GaussianMixture(x, columns: columns, components: components, seed: seed)
        let values = LEEP.logLikelihoods(
            FeatureMatrix(unchecked: mixture.responsibilities, columns: components), labels)
        return values.reduce(0, +) / Double(values.count)
    }

    /// The first coordinates that hold more than the share of the variance.
    private func leading(_ features: FeatureDecomposition) throws -> ([Double], Int) {
        let eigen = try features.eigen()
        let rank = eigen.count(above: features.rounding)
        let total = eigen.values[..<rank].reduce(0, +)
        var (kept, width) = (0.0, 0)
        while width < rank, width == 0 || kept / total <= varianceShare {
            kept += eigen.values[width]
            width += 1
        }
        // Constant features have one coordinate, which is zero.
        width = max(width, 1)
        return (try features.leadingCoordinates(width), width)
    }
}
