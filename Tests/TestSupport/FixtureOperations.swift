import Hindsight

/// The operation a fixture names, done by this engine: inputs to outputs.
public func perform(_ fixture: FixtureFile.Case, _ inputs: [Tensor]) -> [Tensor] {
    if let outputs = elementwise(fixture, inputs) { return [outputs] }
    if let outputs = reduction(fixture, inputs) { return [outputs] }
    if let outputs = layers(fixture, inputs) { return [outputs] }
    if let outputs = transformers(fixture, inputs) { return [outputs] }
    if let outputs = losses(fixture, inputs) { return [outputs] }
    if let outputs = movement(fixture, inputs) { return outputs }
    preconditionFailure("no operation for fixture \(fixture.name) (\(fixture.operation))")
}

private func elementwise(_ fixture: FixtureFile.Case, _ inputs: [Tensor]) -> Tensor? {
    let x = inputs[0]
    if fixture.attributes["axes"] != nil || fixture.attributes["axis"] != nil { return nil }
    switch fixture.operation {
    case "abs": return x.abs()
    case "sign": return x.sign()
    case "square": return x.squared()
    case "sqrt": return x.sqrt()
    case "rsqrt": return x.rsqrt()
    case "reciprocal": return x.reciprocal()
    case "exp": return x.exp()
    case "expm1": return x.expm1()
    case "log": return x.log()
    case "log1p": return x.log1p()
    case "sin": return x.sin()
    case "cos": return x.cos()
    case "tanh": return x.tanh()
    case "sigmoid": return x.sigmoid()
    case "silu": return x.silu()
    case "relu": return x.relu()
    case "leaky_relu": return x.leakyReLU(slope: fixture.number("slope"))
    case "elu": return x.elu(alpha: fixture.number("alpha"))
    case "gelu": return x.gelu()
    case "gelu_tanh": return x.geluTanh()
    case "softplus": return x.softplus()
    case "erf": return x.erf()
    case "floor": return x.floor()
    case "ceil": return x.ceil()
    case "round": return x.rounded()
    case "clamp": return x.clamped(fixture.number("low"), fixture.number("high"))
    case "neg": return -x
    case "where": return Tensor.where(inputs[0], inputs[1], inputs[2])
    default: return inputs.count == 2 ? pairwise(fixture.operation, x, inputs[1]) : nil
    }
}

private func pairwise(_ operation: String, _ a: Tensor, _ b: Tensor) -> Tensor? {
    switch operation {
    case "add": a + b
    case "sub": a - b
    case "mul": a * b
    case "div": a / b
    case "max": .maximum(a, b)
    case "min": .minimum(a, b)
    case "pow": .pow(a, b)
    case "eq": a .== b
    case "ne": a .!= b
    case "lt": a .< b
    case "le": a .<= b
    case "gt": a .> b
    case "ge": a .>= b
    default: nil
    }
}

private func reduction(_ fixture: FixtureFile.Case, _ inputs: [Tensor]) -> Tensor? {
    let x = inputs[0]
    let keep = fixture.flag("keepdim")
    switch fixture.operation {
    case "argmax", "argmin":
        let axis = fixture.numbers("axis")[0]
        let result = fixture.operation == "argmax" ? x.argmax(axis: axis) : x.argmin(axis: axis)
        return keep ? result.expandingDimension(at: axis) : result
    case "softmax": return x.softmax(axis: fixture.numbers("axis")[0])
    case "log_softmax": return x.logSoftmax(axis: fixture.numbers("axis")[0])
    default: break
    }
    guard fixture.attributes["axes"] != nil else { return nil }
    let axes = fixture.numbers("axes")
    switch fixture.operation {
    case "sum": return x.sum(axes: axes, keepingDimensions: keep)
    case "mean": return x.mean(axes: axes, keepingDimensions: keep)
    case "max": return x.max(axes: axes, keepingDimensions: keep)
    case "min": return x.min(axes: axes, keepingDimensions: keep)
    case "prod": return x.product(axes: axes, keepingDimensions: keep)
    case "logsumexp": return x.logSumExp(axes: axes, keepingDimensions: keep)
    case "var":
        return x.variance(
            axes: axes, correction: Int(fixture.number("correction")), keepingDimensions: keep)
    default: return nil
    }
}

private func layers(_ fixture: FixtureFile.Case, _ inputs: [Tensor]) -> Tensor? {
    switch fixture.operation {
    case "matmul":
        return inputs[0].matmul(
            inputs[1], transposeSelf: fixture.flag("transpose_a"),
            transposeOther: fixture.flag("transpose_b"))
    case "layer_norm":
        return layerNorm(
            inputs[0], weight: inputs.count > 1 ? inputs[1] : nil,
            bias: inputs.count > 2 ? inputs[2] : nil, epsilon: fixture.number("epsilon"))
    case "linear":
        let activations: [String: Activation] = [
            "relu": .relu, "gelu": .gelu, "gelu_tanh": .geluTanh, "tanh": .tanh,
            "sigmoid": .sigmoid, "silu": .silu,
        ]
        return linear(
            inputs[0], weight: inputs[1], bias: inputs.count > 2 ? inputs[2] : nil,
            activation: activations[fixture.attributes["activation"]!])
    default: return nil
    }
}

private func losses(_ fixture: FixtureFile.Case, _ inputs: [Tensor]) -> Tensor? {
    guard let name = fixture.attributes["reduction"] else { return nil }
    let (a, b) = (inputs[0], inputs[1])
    let reduction: Reduction? = name == "mean" ? .mean : name == "sum" ? .sum : nil
    switch fixture.operation {
    case "mse":
        guard let reduction else { return (a - b).squared() }
        return reduction == .sum ? sumSquaredError(a, b) : meanSquaredError(a, b)
    case "l1":
        guard let reduction else { return (a - b).abs() }
        return meanAbsoluteError(a, b, reduction: reduction)
    case "huber":
        let delta = fixture.number("delta")
        return pointwise(reduction, a) { huberLoss($0, $1, delta: delta, reduction: $2) }(b)
    case "smooth_l1":
        // Huber's loss divided by its delta.
        let beta = fixture.number("beta")
        return pointwise(reduction, a) {
            huberLoss($0, $1, delta: beta, reduction: $2) * (1 / beta)
        }(b)
    case "binary_cross_entropy_with_logits":
        return pointwise(reduction, a) {
            binaryCrossEntropy(logits: $0, targets: $1, reduction: $2)
        }(b)
    case "cross_entropy":
        let smoothing = fixture.attributes["label_smoothing"].map { Double($0)! } ?? 0
        let ignoring = fixture.attributes["ignore_index"].map { Int($0)! }
        guard let reduction else {
            return crossEntropyRows(
                logits: a, targets: b, labelSmoothing: smoothing, ignoring: ignoring)
        }
        return crossEntropy(
            logits: a, targets: b, labelSmoothing: smoothing, ignoring: ignoring,
            reduction: reduction)
    default: return nil
    }
}

/// The loss as asked for; without a reduction, that of each element by itself.
private func pointwise(
    _ reduction: Reduction?, _ a: Tensor, _ loss: @escaping (Tensor, Tensor, Reduction) -> Tensor
) -> (Tensor) -> Tensor {
    { b in
        if let reduction { return loss(a, b, reduction) }
        let (flatA, flatB) = (a.flattened(), b.flattened())
        let rows = (0..<a.count).map { loss(flatA[$0..<($0 + 1)], flatB[$0..<($0 + 1)], .sum) }
        return rows.isEmpty ? a * 0 : Tensor.stack(rows).reshaped(a.shape)
    }
}

private func movement(_ fixture: FixtureFile.Case, _ inputs: [Tensor]) -> [Tensor]? {
    let x = inputs[0]
    switch fixture.operation {
    case "transpose":
        let axes = fixture.numbers("axes")
        return [x.transposed(axes[0], axes[1])]
    case "permute": return [x.transposed(fixture.numbers("axes"))]
    case "flip": return [fixture.numbers("axes").reduce(x) { $0.flipped(axis: $1) }]
    case "reshape": return [x.reshaped(Shape(fixture.numbers("shape")))]
    case "broadcast_to": return [x.broadcast(to: Shape(fixture.numbers("shape")))]
    case "concatenate": return [Tensor.concatenate(inputs, axis: fixture.numbers("axis")[0])]
    case "stack": return [Tensor.stack(inputs, axis: fixture.numbers("axis")[0])]
    case "split": return x.split(sizes: fixture.numbers("sizes"), axis: fixture.numbers("axis")[0])
    case "slice":
        let (start, end, step) = (
            fixture.numbers("start"), fixture.numbers("end"), fixture.numbers("step")
        )
        return [
            x.shape.indices.reduce(x) {
                $0.slice(axis: $1, from: start[$1], to: end[$1], step: step[$1])
            }
        ]
    case "gather": return [x.gathered(axis: fixture.numbers("axis")[0], inputs[1])]
    case "scatter_add":
        return [x.scatterAdding(axis: fixture.numbers("axis")[0], inputs[1], inputs[2])]
    case "gather_rows": return [x.rows(inputs[1])]
    case "scatter_add_rows": return [x.addingRows(inputs[1], inputs[2])]
    case "one_hot": return [x.oneHot(classes: Int(fixture.number("classes")))]
    case "sort", "topk": return ordered(fixture, x)
    default: return nil
    }
}

private func ordered(_ fixture: FixtureFile.Case, _ x: Tensor) -> [Tensor] {
    let axis = fixture.numbers("axis")[0]
    let moved = x.transposed(axis, -1)
    let result =
        fixture.operation == "sort"
        ? moved.sorted(descending: fixture.flag("descending"))
        : moved.topK(Int(fixture.number("k")), largest: fixture.flag("largest"))
    return [result.values.transposed(axis, -1), result.indices.transposed(axis, -1)]
}
