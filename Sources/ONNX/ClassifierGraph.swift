import HindsightModels
import HindsightTensors

/// The graph of an encoder of the BERT family with its head, in operators of opset 17.
///
/// Inputs are `input_ids`, `attention_mask` and, where the family has segments, `token_type_ids`: int64
/// `[batch, length]`. The output is `logits`: float32 `[batch, outputs]`. Texts are padded on the right.
struct ClassifierGraph {
    private var builder = GraphBuilder()
    private let model: SequenceClassifier
    private let tensors: [String: Tensor]
    private var configuration: BERTConfiguration { model.encoder.configuration }

    init(_ model: SequenceClassifier) {
        self.model = model
        tensors = model.mergedTensors
    }

    /// Puts all together.
    mutating func graph() -> Onnx_GraphProto {
        let sizes = ["batch", "length"]
        let ids = builder.addInput("input_ids", .int64, sizes)
        let mask = builder.addInput("attention_mask", .int64, sizes)
        var x = embeddings(ids)
        let present = builder.add("Cast", mask, attributes: [.integer("to", 1)])
        // Added to scores: 0 where there is a token, far below every score where there is none.
        let absent = builder.add("Sub", builder.constant(1), present)
        let bias = builder.add(
            "Unsqueeze", builder.add("Mul", absent, builder.constant(-1e9)),
            builder.constant([1, 2]))
        for layer in 0..<configuration.layerCount {
            x = encoderLayer("encoder.layers.\(layer)", x, bias)
        }
        var pooled = pool(x, present)
        if let transform = model.transform {
            pooled = linear("transform", pooled)
            if let activation = transform.activation { pooled = activate(activation, pooled) }
        }
        let logits = linear("classifier", pooled)
        builder.addOutput(
            "logits", .float32,
            [.dimParam("batch"), .dimValue(Int64(model.outputCount))], of: logits)
        builder.setName("hindsight")
        return builder.graph
    }

    private mutating func weights(_ path: String) -> String {
        builder.addWeights(model.exportedName(path), tensors[path]!)
    }

    private mutating func embeddings(_ ids: String) -> String {
        let path = "encoder.embeddings"
        let words = builder.add("Gather", weights("\(path).words.weight"), ids)
        let shape = builder.add("Shape", ids)
        let length = builder.add("Gather", shape, builder.constant([1], isScalar: true))
        let first = configuration.firstPosition
        let start = builder.constant([first], isScalar: true)
        let places = builder.add(
            "Range", start, builder.add("Add", length, start),
            builder.constant([1], isScalar: true))
        let positions = builder.add("Gather", weights("\(path).positions.weight"), places)
        var x = builder.add("Add", words, positions)
        if configuration.segmentKinds > 0 {
            let kinds = builder.addInput("token_type_ids", .int64, ["batch", "length"])
            let segments = builder.add("Gather", weights("\(path).segments.weight"), kinds)
            x = builder.add("Add", x, segments)
        }
        return norm("\(path).norm", x)
    }

    private mutating func norm(_ path: String, _ x: String) -> String {
        let (scale, shift) = (weights("\(path).weight"), weights("\(path).bias"))
        return builder.add(
            "LayerNormalization", x, scale, shift,
            attributes: [.integer("axis", -1), .float("epsilon", configuration.normEpsilon)])
    }

    /// x · Wᵀ + b, with the weights stored as `MatMul` takes them.
    private mutating func linear(_ path: String, _ x: String) -> String {
        let weight = builder.addWeights(
            model.exportedName("\(path).weight") + ".transposed",
            tensors["\(path).weight"]!.transposed())
        let product = builder.add("MatMul", x, weight)
        return builder.add("Add", product, weights("\(path).bias"))
    }

    private mutating func encoderLayer(_ path: String, _ x: String, _ bias: String) -> String {
        let heads = configuration.headCount
        let size = configuration.hiddenSize / heads
        let split = builder.constant([0, 0, heads, size])
        func byHead(_ part: String, _ axes: [Int], _ graph: inout ClassifierGraph) -> String {
            let rows = graph.linear("\(path).\(part)", x)
            let parts = graph.builder.add("Reshape", rows, split)
            return graph.builder.add("Transpose", parts, attributes: [.integers("perm", axes)])
        }
        let query = byHead("query", [0, 2, 1, 3], &self)
        let key = byHead("key", [0, 2, 3, 1], &self)
        let value = byHead("value", [0, 2, 1, 3], &self)
        let scale = builder.constant(1 / Float(size).squareRoot())
        let scores = builder.add("Mul", builder.add("MatMul", query, key), scale)
        let shares = builder.add(
            "Softmax", builder.add("Add", scores, bias), attributes: [.integer("axis", -1)])
        let mixed = builder.add(
            "Transpose", builder.add("MatMul", shares, value),
            attributes: [.integers("perm", [0, 2, 1, 3])])
        let joined = builder.add(
            "Reshape", mixed, builder.constant([0, 0, configuration.hiddenSize]))
        let attended = norm(
            "\(path).attentionNorm",
            builder.add("Add", linear("\(path).attentionOutput", joined), x))
        let inner = activate(configuration.activation, linear("\(path).intermediate", attended))
        return norm(
            "\(path).outputNorm", builder.add("Add", linear("\(path).output", inner), attended))
    }

    private mutating func activate(_ activation: Activation, _ x: String) -> String {
        switch activation {
        case .relu: return builder.add("Relu", x)
        case .tanh: return builder.add("Tanh", x)
        case .sigmoid: return builder.add("Sigmoid", x)
        case .silu: return builder.add("Mul", x, builder.add("Sigmoid", x))
        case .gelu:
            let scaled = builder.add("Mul", x, builder.constant(Float(0.5).squareRoot()))
            let grown = builder.add("Add", builder.add("Erf", scaled), builder.constant(1))
            return builder.add("Mul", builder.add("Mul", x, builder.constant(0.5)), grown)
        case .geluTanh:
            let cube = builder.add("Mul", builder.add("Mul", x, x), x)
            let bent = builder.add("Add", x, builder.add("Mul", cube, builder.constant(0.044715)))
            // √(2/π)
            let scaled = builder.add("Mul", bent, builder.constant(0.797_884_56))
            let grown = builder.add("Add", builder.add("Tanh", scaled), builder.constant(1))
            return builder.add("Mul", builder.add("Mul", x, builder.constant(0.5)), grown)
        }
    }

    /// One vector a text: the first token's, or the mean of those that are present.
    private mutating func pool(_ x: String, _ present: String) -> String {
        guard model.pooling == .mean else {
            return builder.add(
                "Gather", x, builder.constant([0], isScalar: true),
                attributes: [.integer("axis", 1)])
        }
        let weights = builder.add("Unsqueeze", present, builder.constant([2]))
        let axes = builder.constant([1])
        let keep = [Onnx_AttributeProto.integer("keepdims", 0)]
        let sum = builder.add(
            "ReduceSum", builder.add("Mul", x, weights), axes, attributes: keep)
        return builder.add(
            "Div", sum, builder.add("ReduceSum", weights, axes, attributes: keep))
    }
}
