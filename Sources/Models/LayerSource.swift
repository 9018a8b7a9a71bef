import HindsightNeuralNetworks
import HindsightTensors

/// Where a model's layers come from: a file of weights, or a random generator.
///
/// Paths are the model's own property paths, such as `layers.0.query`; what a file calls them, the
/// source knows.
protocol LayerSource {
    /// A table of `count` vectors.
    mutating func embedding(_ path: String, _ count: Int, _ features: Int) throws -> Embedding
    /// A linear layer with a bias.
    mutating func linear(
        _ path: String, _ inputs: Int, _ outputs: Int, _ activation: Activation?
    ) throws -> Linear
    /// Layer normalisation with scale and shift.
    mutating func norm(_ path: String, _ features: Int, _ epsilon: Double) throws -> LayerNorm
}

extension LayerSource {
    mutating func linear(_ path: String, _ inputs: Int, _ outputs: Int) throws -> Linear {
        try linear(path, inputs, outputs, nil)
    }
}

/// Fresh layers, as BERT's authors draw them: normal weights, zero biases.
struct FreshLayers: LayerSource {
    let deviation: Double
    var random: RandomGenerator

    mutating func embedding(_ path: String, _ count: Int, _ features: Int) -> Embedding {
        Embedding(weight: random.normal([count, features]) * deviation)
    }

    mutating func linear(
        _ path: String, _ inputs: Int, _ outputs: Int, _ activation: Activation?
    ) -> Linear {
        Linear(
            weight: random.normal([outputs, inputs]) * deviation,
            bias: .zeros([outputs]), activation: activation)
    }

    func norm(_ path: String, _ features: Int, _ epsilon: Double) -> LayerNorm {
        LayerNorm(features, epsilon: epsilon)
    }
}
