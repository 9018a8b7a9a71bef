import HindsightNeuralNetworks
import HindsightTensors

/// The logarithm of the entropy coefficient α (Haarnoja et al. 2018, section 5).
final class Temperature: Module {
    let logarithm: Parameter

    /// - Parameter initial: what α begins with, or always is.
    init(_ initial: Double) {
        logarithm = Parameter(Tensor([Float(max(initial, 1e-12))]).log())
    }

    /// α as a constant `[1]`.
    var coefficient: Tensor { logarithm.value.detached.exp() }

    /// The step of α toward a wanted entropy.
    ///
    /// - Parameters:
    ///   - logProbabilities: of actions that were drawn.
    ///   - entropy: the entropy to keep.
    ///   - optimizer: of this module.
    func updates(
        _ logProbabilities: Tensor, entropy: Double, _ optimizer: Adam
    ) throws -> [VariableUpdate] {
        let (_, gradients) = try valueAndGradients(of: parameters.trainable) {
            let gap = (logProbabilities + entropy).mean()
            return (logarithm.value * gap).sum() * -1
        }
        return optimizer.updates(gradients, gradientScale: nil)
    }
}
