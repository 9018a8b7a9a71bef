import HindsightTensors

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Puts a graph of ONNX operators together, node after node.
struct GraphBuilder {
    private(set) var graph = Onnx_GraphProto()
    private var counts: [String: Int] = [:]

    /// The types of inputs and outputs (`TensorProto.DataType`).
    enum ElementType: Int32 {
        case float32 = 1
        case int64 = 7
    }

    /// Adds an input whose sizes have names.
    mutating func addInput(_ name: String, _ type: ElementType, _ sizes: [String]) -> String {
        graph.input.append(info(name, type, sizes.map { .dimParam($0) }))
        return name
    }

    /// Makes a value an output under a name: sizes are names, or numbers where they are fixed.
    mutating func addOutput(
        _ name: String, _ type: ElementType,
        _ sizes: [Onnx_TensorShapeProto.Dimension.OneOf_Value], of value: String
    ) {
        var node = Onnx_NodeProto()
        (node.opType, node.name) = ("Identity", "output")
        (node.input, node.output) = ([value], [name])
        graph.node.append(node)
        graph.output.append(info(name, type, sizes))
    }

    private func info(
        _ name: String, _ type: ElementType, _ sizes: [Onnx_TensorShapeProto.Dimension.OneOf_Value]
    ) -> Onnx_ValueInfoProto {
        var info = Onnx_ValueInfoProto()
        info.name = name
        info.type.tensorType.elemType = type.rawValue
        info.type.tensorType.shape.dim = sizes.map { size in
            var dimension = Onnx_TensorShapeProto.Dimension()
            dimension.value = size
            return dimension
        }
        return info
    }

    /// Adds weights.
    mutating func addWeights(_ name: String, _ tensor: Tensor) -> String {
        var message = Onnx_TensorProto()
        message.name = name
        message.dims = tensor.shape.map(Int64.init)
        message.dataType = ElementType.float32.rawValue
        message.rawData = tensor.to(.float32).withUnsafeBytes { Data($0) }
        graph.initializer.append(message)
        return name
    }

    /// Adds a constant number.
    mutating func constant(_ value: Float) -> String {
        var message = Onnx_TensorProto()
        message.name = fresh("constant")
        message.dataType = ElementType.float32.rawValue
        message.floatData = [value]
        graph.initializer.append(message)
        return message.name
    }

    /// Adds constant integers: a list, or one number without dimensions.
    mutating func constant(_ values: [Int], isScalar: Bool = false) -> String {
        var message = Onnx_TensorProto()
        message.name = fresh("constant")
        message.dims = isScalar ? [] : [Int64(values.count)]
        message.dataType = ElementType.int64.rawValue
        message.int64Data = values.map(Int64.init)
        graph.initializer.append(message)
        return message.name
    }

    /// Adds a node and gives the name of its output.
    mutating func add(
        _ operation: String, _ inputs: String..., attributes: [Onnx_AttributeProto] = []
    ) -> String {
        var node = Onnx_NodeProto()
        node.opType = operation
        node.name = fresh(operation)
        node.input = inputs
        node.output = [node.name + "_output"]
        node.attribute = attributes
        graph.node.append(node)
        return node.output[0]
    }

    mutating func setName(_ name: String) { graph.name = name }

    private mutating func fresh(_ kind: String) -> String {
        counts[kind, default: 0] += 1
        return "\(kind)_\(counts[kind, default: 0])"
    }
}

extension Onnx_AttributeProto {
    static func integer(_ name: String, _ value: Int) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        (attribute.name, attribute.i, attribute.type) = (name, Int64(value), .int)
        return attribute
    }

    static func integers(_ name: String, _ values: [Int]) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        (attribute.name, attribute.ints, attribute.type) = (name, values.map(Int64.init), .ints)
        return attribute
    }

    static func float(_ name: String, _ value: Double) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        (attribute.name, attribute.f, attribute.type) = (name, Float(value), .float)
        return attribute
    }
}
