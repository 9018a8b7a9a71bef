import CHindsightKernels

extension Tensor {
    /// The elements as another type: floats to integers truncate toward zero and saturate, anything to
    /// `bool` is "not zero". Gradients flow between `float32` and `float64`.
    public func to(_ target: DType) -> Tensor {
        if target == dtype { return self }
        let result = Tensor(uninitialized: shape, target, device, for: "to")
        var call = hs_call(HS_OP_CONVERT, Int(target.rawValue), dtype)
        call.n.0 = Int64(count)
        execute(&call, self, result)
        guard let tape = activeTape(self), target.isDifferentiable else { return result }
        let link = tape.link(self)
        let source = dtype
        return tape.record(result) { pass, gradient in
            pass.add(to: link) { gradient.to(source) }
        }
    }

    /// The elements on another device. Floating-point elements become `float64` on the reference
    /// device, and `float32` on the way back to the CPU.
    public func to(_ target: Device) -> Tensor {
        if target == device { return self }
        require(
            ThreadContext.current.recorder == nil,
            "to(\(target)): a captured step runs on one device")
        let natural =
            dtype.isFloatingPoint ? (target == .reference ? DType.float64 : .float32) : dtype
        let converted = to(natural)
        let result = Tensor(uninitialized: shape, natural, target, for: "to")
        if let from = converted.address, let into = result.address {
            into.copyMemory(from: from, byteCount: result.byteCount)
        }
        guard let tape = activeTape(converted) else { return result }
        let link = tape.link(converted)
        let source = device
        return tape.record(result) { pass, gradient in
            pass.add(to: link) { gradient.to(source).to(natural) }
        }
    }
}
