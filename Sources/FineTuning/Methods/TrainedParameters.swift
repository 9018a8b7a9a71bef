import HindsightLearning
import HindsightModels
import HindsightNeuralNetworks
import HindsightTensors

/// The parameters that a run trains, now or later, and which of them are trained now.
struct TrainedParameters {
    private let names: [String]
    private let parameters: [Parameter]
    private let depths: [Int]
    private let deepest: Int

    /// Those of a model that are trainable.
    init(_ model: SequenceClassifier) {
        let list = model.parameters
        let chosen = zip(list.names, list.parameters).filter { $0.1.isTrainable }
        let layers = model.encoder.configuration.layerCount
        names = chosen.map(\.0)
        parameters = chosen.map(\.1)
        depths = names.map { FineTuningSettings.depth(of: $0, layers: layers) }
        deepest = layers + 1
    }

    /// Gradual unfreezing (Howard and Ruder 2018): trains the head and so many layers below it.
    func unfreeze(layersBelowHead count: Int) {
        for (parameter, depth) in zip(parameters, depths) {
            let isTrained = depth >= deepest - count
            // Setting a flag makes captured steps look whether they still hold.
            if parameter.isTrainable != isTrained { parameter.isTrainable = isTrained }
        }
    }

    /// Their tensors by name.
    var state: LearningState {
        var tensors: [String: Tensor] = [:]
        for (name, parameter) in zip(names, parameters) { tensors[name] = parameter.value }
        return LearningState(tensors: tensors)
    }

    /// Puts such tensors back; nothing is changed unless all of them fit.
    func restore(_ state: LearningState) throws {
        let assignments = try zip(names, parameters).map { name, parameter in
            let tensor = try state.tensor(name)
            guard tensor.shape == parameter.shape, tensor.dtype == parameter.variable.dtype else {
                throw LearningStateError.mismatch(
                    name, expected: "\(parameter.variable.dtype) \(parameter.shape)",
                    found: "\(tensor.dtype) \(tensor.shape)")
            }
            return (parameter, tensor)
        }
        for (parameter, tensor) in assignments { parameter.variable.assign(tensor) }
    }
}
