import HindsightNeuralNetworks
import HindsightTensors

/// An exponential moving average of a model's weights over the steps (Polyak and Juditsky 1992; Tarvainen and
/// Valpola 2017): what predicts better than the weights of any one step.
///
/// average += (1 - d)·(weights - average) after step t, where d = min(decay, (1 + t)/(10 + t)), so that the
/// start is soon forgotten.
public final class MovingAverage {
    private let pairs: [(name: String, parameter: Parameter, average: Variable)]
    private let decay: Double

    /// An average that begins as the weights are now.
    ///
    /// - Parameters:
    ///   - model: whose trainable parameters to average.
    ///   - decay: how much of the average stays each step, below 1.
    public init(_ model: some Module, decay: Double) {
        require((0..<1).contains(decay), "MovingAverage: the decay must be in 0..<1, not \(decay)")
        self.decay = decay
        let list = model.parameters
        pairs = zip(list.names, list.parameters).compactMap { name, parameter in
            parameter.isTrainable ? (name, parameter, Variable(parameter.value)) : nil
        }
    }

    /// What of the average stays at a step, counted from 1.
    public func decay(atStep step: Int) -> Double {
        min(decay, Double(1 + step) / Double(10 + step))
    }

    /// Takes the weights after a step into the average, in one pass over all of them.
    ///
    /// - Parameter step: how many steps were taken, this one included.
    public func update(step: Int) {
        guard !pairs.isEmpty else { return }
        VariableUpdate.interpolation(
            pairs.map { ($0.average, $0.parameter.variable) }, fraction: 1 - decay(atStep: step)
        ).perform()
    }

    /// The averages of the parameters.
    public var averages: [(parameter: Parameter, value: Tensor)] {
        pairs.map { ($0.parameter, $0.average.value) }
    }

    /// The averages under the parameters' names.
    public var state: LearningState {
        var tensors: [String: Tensor] = [:]
        for pair in pairs { tensors[pair.name] = pair.average.value }
        return LearningState(tensors: tensors)
    }

    /// Goes on from saved averages; nothing is changed unless all fit.
    ///
    /// - Throws: `LearningStateError`.
    public func restore(_ state: LearningState) throws {
        let found = try pairs.map { pair in
            let tensor = try state.tensor(pair.name)
            guard tensor.shape == pair.average.shape, tensor.dtype == pair.average.dtype else {
                throw LearningStateError.mismatch(
                    pair.name, expected: "\(pair.average.dtype) \(pair.average.shape)",
                    found: "\(tensor.dtype) \(tensor.shape)")
            }
            return (pair.average, tensor)
        }
        for (average, tensor) in found { average.assign(tensor) }
    }
}

/// Does something with other values in the places of parameters, and puts the parameters' own back.
///
/// - Parameters:
///   - values: what to put where; for each parameter its shape and element type.
///   - body: what to do meanwhile.
/// - Returns: what `body` returns.
public func withValues<Result>(
    _ values: [(parameter: Parameter, value: Tensor)], _ body: () throws -> Result
) rethrows -> Result {
    let own = values.map(\.parameter.value)
    for (parameter, value) in values { parameter.variable.assign(value) }
    defer {
        for (place, value) in zip(values, own) { place.parameter.variable.assign(value) }
    }
    return try body()
}
