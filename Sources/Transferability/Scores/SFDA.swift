import CHindsightKernels

/// Self-challenging Fisher discriminant analysis: the mean log-posterior of a shrunk linear discriminant after
/// examples were mixed with the other classes as much as it was unsure of them.
///
/// 1. The discriminant has the within-class covariance S (divided by N) shrunk to
///    (1 − λ) S + λ tr(S)/D · I, λ = max(exp(−10 σ), 10⁻¹⁰) with σ the largest eigenvalue of S, and the
///    classes' shares as priors. Projections on all its directions give the posterior
///    softmax(xᵀS⁻¹μᶜ − ½ μᶜᵀS⁻¹μᶜ + ln qᶜ).
/// 2. ConfMix: x becomes p x + (1 − p) μ of all other classes' examples, with p the posterior of its class,
///    softened by a second softmax over the posteriors, as the authors' program does.
/// 3. The same discriminant with the same λ is fitted to the mixtures; the score is the mean log-posterior
///    of the labels.
///
/// λ is tied to the unit of the features, as in the paper: compare models whose features have a like scale.
///
/// Shao, Zhao, Ge, Zhang, Yang, Wang, Shan and Luo, "Not All Models Are Equal: Predicting Model Transferability in
/// a Self-challenging Fisher Space", ECCV 2022.
public struct SFDA: TransferabilityScore {
    /// Whether confidences are softened by a second softmax.
    public var softensConfidence: Bool

    /// SFDA with its setting.
    ///
    /// - Parameter softensConfidence: whether confidences are softened by a second softmax.
    public init(softensConfidence: Bool = true) { self.softensConfidence = softensConfidence }

    /// `sfda`.
    public var name: String { "sfda" }
    /// Labels.
    public var needs: ScoreNeeds { .labels }

    /// The mean log-posterior after mixing.
    public func value(_ problem: TransferProblem) throws -> Double {
        let labels = try problem.requiredLabels(for: name)
        let (x, columns) = try problem.features.compact()
        let first = try ShrunkDiscriminant(
            x, columns: columns, dimension: problem.features.columns, labels, shrinkage: nil)
        let mixed = mix(x, columns, labels, first.logPosteriors(x, labels))
        let second = try ShrunkDiscriminant(
            mixed, columns: columns, dimension: problem.features.columns, labels,
            shrinkage: first.shrinkage)
        let posteriors = second.logPosteriors(mixed, labels)
        let sum = labels.values.enumerated().reduce(0) {
            $0 + posteriors[$1.offset * labels.classes + $1.element]
        }
        return sum / Double(labels.values.count)
    }

    /// ConfMix.
    private func mix(
        _ x: [Double], _ columns: Int, _ labels: ClassLabels, _ logPosteriors: [Double]
    ) -> [Double] {
        let sums = FeatureDecomposition.classSums(x, columns: columns, labels)
        var others = [Double](repeating: 0, count: sums.count)
        for j in 0..<columns {
            var total = 0.0
            for c in 0..<labels.classes { total += sums[c * columns + j] }
            for c in 0..<labels.classes {
                others[c * columns + j] =
                    (total - sums[c * columns + j])
                    / Double(labels.values.count - labels.counts[c])
            }
        }
        let shares = labels.values.enumerated().map { row, label in
            confidence(
                logPosteriors[(row * labels.classes)..<((row + 1) * labels.classes)], label)
        }
        return [Double](unsafeUninitializedCapacity: x.count) { buffer, count in
            hs_mix64(
                x, shares.count, columns, labels.narrow, others, shares, buffer.baseAddress!)
            count = x.count
        }
    }

    private func confidence(_ logPosteriors: ArraySlice<Double>, _ label: Int) -> Double {
        let own = exponential(logPosteriors[logPosteriors.startIndex + label])
        guard softensConfidence else { return own }
        let sum = logPosteriors.reduce(0) { $0 + exponential(exponential($1)) }
        return exponential(own) / sum
    }
}
