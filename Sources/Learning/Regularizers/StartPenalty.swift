import HindsightNeuralNetworks
import HindsightTensors

/// L2-SP: weights are drawn to where they started instead of to zero (Li et al. 2018, "Explicit Inductive Bias
/// for Transfer Learning with Convolutional Networks", equation 3).
///
/// The penalty is α/2·Σ(w - w⁰)² over what was pretrained and β/2·Σw² over what was not. It is to be added to
/// the loss.
public struct StartPenalty: Sendable {
    private let drawn: [(parameter: Parameter, start: Tensor, factor: Double)]

    /// A penalty on leaving the weights a model has now.
    ///
    /// - Parameters:
    ///   - model: what is about to be trained; parameters that are not trainable have no part.
    ///   - alpha: the factor of the distance from the start, at least 0.
    ///   - beta: the factor of the squares of fresh weights, at least 0.
    ///   - isFresh: whether the parameter of that name has no start worth keeping.
    public init(
        _ model: some Module, alpha: Double, beta: Double,
        isFresh: (String) -> Bool = { _ in false }
    ) {
        require(
            alpha >= 0 && beta >= 0,
            "StartPenalty: alpha and beta must not be negative: \(alpha), \(beta)")
        let list = model.parameters
        drawn = zip(list.names, list.parameters).compactMap { name, parameter in
            guard parameter.isTrainable else { return nil }
            let value = parameter.value
            let fresh = isFresh(name)
            let factor = fresh ? beta : alpha
            guard factor > 0 else { return nil }
            return (parameter, fresh ? .zeros(like: value) : value, factor)
        }
    }

    /// The penalty on the weights as they are: a scalar; nil if nothing is penalised. Gradients flow to the
    /// parameters.
    public func callAsFunction() -> Tensor? {
        var sum: Tensor?
        for (parameter, start, factor) in drawn {
            let distance = sumSquaredError(parameter.value, start) * (factor / 2)
            sum = sum.map { $0 + distance } ?? distance
        }
        return sum
    }
}
