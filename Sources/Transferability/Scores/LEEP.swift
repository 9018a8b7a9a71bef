/// Log expected empirical prediction: how well the pretrained model's own classes predict the labels.
///
/// With θ(x)ᵢ the source model's probability of its class z and P̂(y, z) = 1/N Σ θ(x)_z [y], the score is
/// the mean over examples of ln Σ_z P̂(y|z) θ(x)_z, in nats.
///
/// Nguyen, Hassner, Seeger and Archambeau, "LEEP: A New Measure to Evaluate Transferability of Learned
/// Representations", ICML 2020.
public struct LEEP: TransferabilityScore {
    /// LEEP has no settings.
    public init() {}

    /// `leep`.
    public var name: String { "leep" }
    /// Labels and the source model's probabilities.
    public var needs: ScoreNeeds { [.labels, .sourceProbabilities] }

    /// The mean of ``logLikelihoods(_:_:)``.
    public func value(_ problem: TransferProblem) throws -> Double {
        let values = Self.logLikelihoods(
            try problem.requiredProbabilities(for: name), try problem.requiredLabels(for: name))
        return values.reduce(0, +) / Double(values.count)
    }

    /// Of each example, ln Σ_z P̂(y|z) θ(x)_z: what a bootstrap can resample.
    public static func logLikelihoods(
        _ probabilities: FeatureMatrix, _ labels: ClassLabels
    ) -> [Double] {
        let width = probabilities.columns
        var joint = FeatureDecomposition.classSums(
            probabilities.values, columns: width, labels)
        for z in 0..<width {
            var sum = 0.0
            for y in 0..<labels.classes { sum += joint[y * width + z] }
            // A source class that is never likely predicts nothing.
            let scale = sum > 0 ? 1 / sum : 0
            for y in 0..<labels.classes { joint[y * width + z] *= scale }
        }
        return probabilities.values.withUnsafeBufferPointer { values in
            joint.withUnsafeBufferPointer { joint in
                labels.values.indices.map { row in
                    let offset = labels.values[row] * width
                    var sum = 0.0
                    for z in 0..<width { sum += joint[offset + z] * values[row * width + z] }
                    return naturalLogarithm(sum)
                }
            }
        }
    }
}
