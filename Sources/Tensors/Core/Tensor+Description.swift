extension Tensor: CustomStringConvertible {
    /// Shape, type and elements, large tensors abbreviated: `float32 [2, 2] [[1, 2], [3, 4]]`.
    public var description: String {
        let kind = device == .cpu ? "\(dtype) \(shape)" : "\(dtype) \(shape) on \(device)"
        if buffer.slot != nil { return "\(kind) (being captured: no values yet)" }
        if address == nil { return "\(kind) (no memory: over the limit)" }
        if count == 0 { return "\(kind) (empty)" }
        let element = elementText()
        return "\(kind) " + text(axis: 0, offset: 0, element)
    }

    private func elementText() -> (Int) -> String {
        switch dtype {
        case .bool:
            let values = array(of: Bool.self)
            return { values[$0] ? "true" : "false" }
        case .int64, .int32, .uint8:
            let values = array(of: Int64.self)
            return { String(values[$0]) }
        case .float64:
            let values = array(of: Double.self)
            return { Tensor.short(values[$0]) }
        default:
            let values = array(of: Float.self)
            return { Tensor.short(Double(values[$0])) }
        }
    }

    /// About five significant digits, without a needless ".0".
    private static func short(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
        if value == value.rounded(), value.magnitude < 1e7 { return String(Int(value)) }
        let magnitude = value.magnitude
        guard magnitude >= 1e-4, magnitude < 1e7 else { return "\(Float(value))" }
        var scale = 1.0
        while magnitude * scale < 1e4 { scale *= 10 }
        return "\((value * scale).rounded() / scale)"
    }

    private func text(axis: Int, offset: Int, _ element: (Int) -> String) -> String {
        if axis == rank { return element(offset) }
        let inner = shape.product((axis + 1)..<rank)
        let abbreviated = count > 1000 && shape[axis] > 6
        let shown =
            abbreviated
            ? [0, 1, 2, -1, shape[axis] - 3, shape[axis] - 2, shape[axis] - 1]
            : Array(0..<shape[axis])
        let parts = shown.map { index in
            index < 0 ? "…" : text(axis: axis + 1, offset: offset + index * inner, element)
        }
        let separator = axis == rank - 1 ? ", " : ",\n" + String(repeating: " ", count: axis + 1)
        return "[" + parts.joined(separator: separator) + "]"
    }
}
