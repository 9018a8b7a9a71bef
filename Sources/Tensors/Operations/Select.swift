import CHindsightKernels

extension Tensor {
    /// Elements of `a` where `condition` is true, of `b` elsewhere; all three are broadcast.
    ///
    /// - Parameters:
    ///   - condition: `bool`.
    ///   - a: taken where true.
    ///   - b: taken where false; the element type of `a`.
    /// - Returns: the shape the three broadcast to, the element type of `a`.
    public static func `where`(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
        require(
            condition.dtype == .bool, "where: the condition must be bool, not \(condition.dtype)")
        require(
            a.dtype == b.dtype,
            "where: \(a.dtype) \(a.shape) and \(b.dtype) \(b.shape) have different element types")
        require(
            condition.device == a.device && a.device == b.device,
            "where: condition \(condition.shape) on \(condition.device), \(a.shape) on \(a.device) and "
                + "\(b.shape) on \(b.device)")
        guard let pair = a.shape.broadcast(with: b.shape),
            let shape = pair.broadcast(with: condition.shape)
        else {
            fatalError(
                "where: shapes \(condition.shape), \(a.shape) and \(b.shape) do not fit together")
        }
        let result = Tensor(uninitialized: shape, a.dtype, a.device, for: "where")
        let wide = condition.broadcast(to: shape)
        let wideA = a.count == 1 ? a.detached : a.detached.broadcast(to: shape)
        let wideB = b.count == 1 ? b.detached : b.detached.broadcast(to: shape)
        var call = hs_call(HS_OP_SELECT, 0, a.dtype)
        call.n.0 = Int64(shape.elementCount)
        call.n.1 = a.count == 1 ? 0 : 1
        call.n.2 = b.count == 1 ? 0 : 1
        execute(&call, wide, wideA, wideB, result)
        guard let tape = activeTape(a, b) else { return result }
        let (toA, toB) = (tape.link(a), tape.link(b))
        let (shapeA, shapeB) = (a.shape, b.shape)
        return tape.record(result) { pass, gradient in
            let zero = gradient.scalarOperand(0, "where")
            pass.add(to: toA) { Tensor.where(wide, gradient, zero).summed(to: shapeA) }
            pass.add(to: toB) { Tensor.where(wide, zero, gradient).summed(to: shapeB) }
        }
    }

    /// This tensor with `value` where `mask` is true.
    public func masked(_ mask: Tensor, with value: Double) -> Tensor {
        Tensor.where(mask, scalarOperand(value, "masked"), self)
    }
}
