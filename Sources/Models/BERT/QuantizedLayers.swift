import HindsightNeuralNetworks
import HindsightTensors

/// A linear layer's weight as 8-bit integers, with its bias and activation.
struct QuantizedLinear: Sendable {
    let weight: QuantizedWeight
    let bias: Tensor?
    let activation: Activation?

    init(_ linear: Linear, named name: String) throws {
        weight = try QuantizedWeight(linear.effectiveWeight, named: name)
        bias = linear.bias.map { $0.value.detached.to(.float32) }
        activation = linear.activation
    }

    func callAsFunction(
        _ x: Tensor, adding residual: Tensor? = nil, norm: QuantizedLinearNorm? = nil
    ) -> Tensor {
        quantizedLinear(
            x, weight: weight, bias: bias, activation: activation, residual: residual, norm: norm)
    }
}

extension QuantizedWeight {
    init(_ weight: Tensor, named name: String) throws {
        do { try self.init(weight) } catch var error as QuantizationError {
            error.layer = name
            throw error
        }
    }
}

extension Linear {
    /// What the layer multiplies by, its adapter included.
    fileprivate var effectiveWeight: Tensor {
        let own = weight.value.to(.float32)
        guard let adapter, adapter.isEnabled else { return own }
        return adapter.merged(into: own)
    }
}

extension QuantizedLinearNorm {
    init(_ norm: LayerNorm) {
        let size = norm.weight?.value.shape ?? []
        self.init(
            weight: norm.weight?.value.detached ?? .ones(size),
            bias: norm.bias?.value.detached ?? .zeros(size), epsilon: norm.epsilon)
    }
}

/// Queries, keys and values as one product.
struct QuantizedProjections: Sendable {
    private let weight: QuantizedWeight
    private let bias: Tensor
    private let size: Int
    /// Where the next of the three begins.
    private let step: Int

    init(_ layer: BERTLayer, named name: String) throws {
        let linears = [layer.query, layer.key, layer.value]
        size = layer.query.weight.shape[0]
        let inputs = layer.query.weight.shape[1]
        step = (size + QuantizedWeight.panel - 1) / QuantizedWeight.panel * QuantizedWeight.panel
        var weights: [Float] = []
        var biases: [Float] = []
        for linear in linears {
            weights += linear.effectiveWeight.array(of: Float.self)
            weights += [Float](repeating: 0, count: (step - size) * inputs)
            let own = linear.bias?.value.to(.float32).array(of: Float.self)
            biases += own ?? [Float](repeating: 0, count: size)
            biases += [Float](repeating: 0, count: step - size)
        }
        weight = try QuantizedWeight(
            Tensor(weights, shape: [3 * step, inputs]), named: "\(name).query, key or value")
        bias = Tensor(biases, shape: [3 * step])
    }

    /// Queries of the rows that ask, keys and values of all.
    func callAsFunction(_ x: Tensor, asking: Tensor?) -> (Tensor, Tensor, Tensor) {
        guard step == size else {
            return (one(0, asking ?? x), one(1, x), one(2, x))
        }
        guard let asking else {
            let all = quantizedLinear(x, weight: weight, bias: bias, parts: 3)
            return (all[0], all[1], all[2])
        }
        let rest = quantizedLinear(
            x, weight: weight, outputs: size..<(3 * size),
            bias: bias.slice(axis: 0, from: size, to: 3 * size), parts: 2)
        return (one(0, asking), rest[0], rest[1])
    }

    private func one(_ index: Int, _ x: Tensor) -> Tensor {
        let begin = index * step
        return quantizedLinear(
            x, weight: weight, outputs: begin..<(begin + size),
            bias: bias.slice(axis: 0, from: begin, to: begin + size))
    }
}

/// A layer of the encoder with 8-bit products; attention and normalisation are those of `float32`.
struct QuantizedLayer: Sendable {
    private let projections: QuantizedProjections
    private let attentionOutput: QuantizedLinear
    private let attentionNorm: QuantizedLinearNorm
    private let intermediate: QuantizedLinear
    private let output: QuantizedLinear
    private let outputNorm: QuantizedLinearNorm
    private let headCount: Int

    init(_ layer: BERTLayer, heads: Int, named name: String) throws {
        projections = try QuantizedProjections(layer, named: name)
        attentionOutput = try QuantizedLinear(
            layer.attentionOutput, named: "\(name).attentionOutput")
        attentionNorm = QuantizedLinearNorm(layer.attentionNorm)
        intermediate = try QuantizedLinear(layer.intermediate, named: "\(name).intermediate")
        output = try QuantizedLinear(layer.output, named: "\(name).output")
        outputNorm = QuantizedLinearNorm(layer.outputNorm)
        headCount = heads
    }

    func callAsFunction(_ x: Tensor, _ offsets: Tensor, askedBy firsts: Tensor? = nil) -> Tensor {
        let (q, k, v) = projections(x, asking: firsts)
        let mixed = attention(
            query: q, key: k, value: v, heads: headCount, spans: .packed(offsets: offsets),
            firstRowsOnly: firsts != nil)
        let attended = attentionOutput(mixed, adding: firsts ?? x, norm: attentionNorm)
        return output(intermediate(attended), adding: attended, norm: outputNorm)
    }
}
