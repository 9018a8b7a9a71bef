import CHindsightKernels

extension Tensor {
    /// eˣ / Σ eˣ along `axis`.
    public func softmax(axis: Int = -1) -> Tensor { softmax(0, "softmax", axis) }

    /// The logarithm of the softmax along `axis`.
    public func logSoftmax(axis: Int = -1) -> Tensor { softmax(1, "logSoftmax", axis) }

    private func softmax(_ kind: Int, _ name: StaticString, _ axis: Int) -> Tensor {
        require(
            dtype.isDifferentiable, "\(name): needs float32 or float64, not \(dtype) \(shape)")
        if rank == 0 { return reshaped(1).softmax(kind, name, 0).reshaped([]) }
        let axis = shape.axis(axis, name)
        if axis != rank - 1 {
            return transposed(axis, -1).softmax(kind, name, -1).transposed(axis, -1)
        }
        let (rows, length) = (shape.product(0..<axis), shape[axis])
        let result = Tensor(uninitialized: shape, dtype, device, for: name)
        var call = hs_call(HS_OP_SOFTMAX, kind, dtype)
        call.n.0 = Int64(rows)
        call.n.1 = Int64(length)
        execute(&call, self, result)
        guard let tape = activeTape(self) else { return result }
        let link = tape.link(self)
        return tape.record(result) { pass, gradient in
            pass.add(to: link) {
                let back = Tensor(
                    uninitialized: result.shape, result.dtype, result.device, for: name)
                var call = hs_call(HS_OP_SOFTMAX_BACKWARD, kind, result.dtype)
                call.n.0 = Int64(rows)
                call.n.1 = Int64(length)
                execute(&call, result, gradient, back)
                return back
            }
        }
    }
}
