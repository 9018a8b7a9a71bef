import HindsightNeuralNetworks
import HindsightTensors

/// Fully connected layers with an activation between them.
public final class MultilayerPerceptron: Module {
    private let layers: Sequential
    /// Features of an output row.
    public let outputCount: Int

    /// Layers of these sizes.
    ///
    /// - Parameters:
    ///   - inputs: features of an input row.
    ///   - hidden: sizes of the hidden layers.
    ///   - outputs: features of an output row.
    ///   - activation: after each hidden layer.
    ///   - normalizes: layer normalisation before each activation.
    ///   - hiddenInitializer, outputInitializer: weights; PyTorch's default if not given.
    public init(
        _ inputs: Int, hidden: [Int], outputs: Int, activation: NetworkActivation = .relu,
        normalizes: Bool = false, hiddenInitializer: Initializer = .fanInUniform,
        outputInitializer: Initializer = .fanInUniform, random: inout RandomGenerator
    ) {
        var stages: [any Layer] = []
        var width = inputs
        for size in hidden {
            stages.append(
                Linear(width, size, initializer: hiddenInitializer, random: &random))
            if normalizes { stages.append(LayerNorm(size)) }
            stages.append(activation.layer)
            width = size
        }
        stages.append(Linear(width, outputs, initializer: outputInitializer, random: &random))
        layers = Sequential(stages)
        outputCount = outputs
    }

    /// `[rows, inputs]` to `[rows, outputs]`.
    public func callAsFunction(_ x: Tensor) -> Tensor { layers(x) }
}

/// What comes between the layers of a policy or value network.
public enum NetworkActivation: String, Sendable, Codable, CaseIterable {
    case relu
    case tanh

    var layer: any Layer {
        switch self {
        case .relu: ReLU()
        case .tanh: Tanh()
        }
    }
}

extension Module {
    /// Takes over all of another module's parameters, which are of the same shapes in the same order.
    func copyParameters(from other: some Module) {
        for (own, source) in zip(parameters.parameters, other.parameters.parameters) {
            own.variable.assign(source.value)
        }
    }
}

extension Module {
    /// Half the squared distance of all parameters from another module's (L2-SP; Li et al. 2018): a scalar that
    /// gradients flow through to this module.
    func distance(from start: some Module) -> Tensor {
        let terms = zip(parameters.parameters, start.parameters.parameters).map {
            sumSquaredError($0.value, $1.value.detached) * 0.5
        }
        return terms.dropFirst().reduce(terms[0]) { $0 + $1 }
    }
}

/// Moves networks toward others: target ← target + rate · (source - target); a rate of 1 copies.
final class TargetUpdate {
    private let pairs: [(target: Variable, source: Variable)]
    private let rate: Double

    /// - Parameters:
    ///   - pairs: what moves, and where to: parameters of the same shapes in the same order.
    ///   - rate: τ.
    init(_ pairs: [(target: any Module, source: any Module)], rate: Double) {
        self.pairs = pairs.flatMap { pair in
            zip(pair.target.parameters.parameters, pair.source.parameters.parameters).map {
                (target: $0.variable, source: $1.variable)
            }
        }
        self.rate = rate
    }

    func callAsFunction() {
        guard rate < 1 else {
            for (target, source) in pairs { target.assign(source.value) }
            return
        }
        VariableUpdate.interpolation(pairs, fraction: rate).perform()
    }
}
