import HindsightFineTuning
import HindsightModels
import HindsightNeuralNetworks
import HindsightTensors

extension TextModel {
    /// Forgets all that was pretrained: weights as BERT begins with, normal with deviation 0.02, biases zero and
    /// norms one (Devlin et al. 2018).
    func forget(seed: UInt64) {
        var random = RandomGenerator(seed: seed)
        let list = network.parameters
        for (name, parameter) in zip(list.names, list.parameters) {
            let shape = parameter.shape
            if name.hasSuffix(".bias") {
                parameter.variable.assign(Tensor.zeros(shape))
            } else if name.lowercased().contains("norm.") {
                parameter.variable.assign(Tensor.ones(shape))
            } else {
                parameter.variable.assign(random.normal(shape, deviation: 0.02))
            }
        }
    }
}
