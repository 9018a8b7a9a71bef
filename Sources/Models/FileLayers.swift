import HindsightNeuralNetworks
import HindsightTensors

/// Layers whose weights are read from a checkpoint; everything that does not fit is noted, so that it can be
/// reported at once.
struct FileLayers: LayerSource {
    /// The tensor of that name in the file, or nil; throws if it cannot be read.
    let read: (String) throws -> Tensor?
    /// The file's names for a path's tensor, the first that exists is taken.
    let names: (String) -> [String]
    /// Adapters beside the linear layers, or nil for none.
    let adapters: LowRankSettings?
    /// How the linear layers' weights are kept.
    let storage: DType
    /// Where adapters' first values come from.
    var random: RandomGenerator
    /// What was missing or wrong so far.
    private(set) var problems: [String] = []

    init(
        adapters: LowRankSettings?, storage: DType, random: RandomGenerator,
        names: @escaping (String) -> [String], read: @escaping (String) throws -> Tensor?
    ) {
        self.adapters = adapters
        self.storage = storage
        self.random = random
        self.names = names
        self.read = read
    }

    /// The tensor for a path, or zeros and a note if it is not there in that shape.
    private mutating func tensor(_ path: String, _ shape: Shape) throws -> Tensor {
        let candidates = names(path)
        for name in candidates {
            guard let tensor = try read(name) else { continue }
            guard tensor.shape == shape else {
                problems.append("\(name) is \(tensor.shape), config.json asks for \(shape)")
                return .zeros(shape)
            }
            return tensor.to(.float32)
        }
        problems.append("\(candidates[0]) \(shape) is missing")
        return .zeros(shape)
    }

    mutating func embedding(_ path: String, _ count: Int, _ features: Int) throws -> Embedding {
        Embedding(weight: try tensor("\(path).weight", [count, features]))
    }

    mutating func linear(
        _ path: String, _ inputs: Int, _ outputs: Int, _ activation: Activation?
    ) throws -> Linear {
        let layer = Linear(
            weight: try tensor("\(path).weight", [outputs, inputs]).to(storage),
            bias: try tensor("\(path).bias", [outputs]), activation: activation)
        guard let adapters, adapters.includes(path) else { return layer }
        return layer.adapting(
            LowRankAdapter(
                inputs: inputs, outputs: outputs, settings: adapters, weight: layer.weight.value,
                random: &random))
    }

    mutating func norm(_ path: String, _ features: Int, _ epsilon: Double) throws -> LayerNorm {
        LayerNorm(
            weight: try tensor("\(path).weight", [features]),
            bias: try tensor("\(path).bias", [features]), epsilon: epsilon)
    }
}
