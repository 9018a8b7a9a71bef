import Hindsight

final class Regressor: Module {
    let hidden: Linear
    let output: Linear

    init(random: inout RandomGenerator) {
        hidden = Linear(10, 64, activation: .relu, random: &random)
        output = Linear(64, 1, random: &random)
    }

    func callAsFunction(_ x: Tensor) -> Tensor { output(hidden(x)) }
}

var random = RandomGenerator(seed: 0)
let model = Regressor(random: &random)
print(model.parameters.names)  // ["hidden.weight", "hidden.bias", "output.weight", "output.bias"]
