import CHindsightKernels

// Reductions over some or all axes. The order of accumulation depends on the sizes alone.

extension Tensor {
    /// The sum over `axes` (all if none are given). Sums of integers and of `bool` are `int64`.
    public func sum(axes: Int..., keepingDimensions: Bool = false) -> Tensor {
        sum(axes: axes, keepingDimensions: keepingDimensions)
    }

    /// The sum over a list of axes (all if empty).
    public func sum(axes: [Int], keepingDimensions: Bool = false) -> Tensor {
        reduced(HS_SUM, "sum", axes, keepingDimensions) { [shape] gradient, _, _ in
            gradient.broadcast(to: shape)
        }
    }

    /// The mean over `axes` (all if none are given).
    public func mean(axes: Int..., keepingDimensions: Bool = false) -> Tensor {
        mean(axes: axes, keepingDimensions: keepingDimensions)
    }

    /// The mean over a list of axes (all if empty).
    public func mean(axes: [Int], keepingDimensions: Bool = false) -> Tensor {
        require(
            dtype.isDifferentiable, "mean: needs float32 or float64, not \(dtype) \(shape)")
        return reduced(HS_MEAN, "mean", axes, keepingDimensions) { [shape] gradient, _, _ in
            let parts = Double(shape.elementCount) / Double(Swift.max(gradient.count, 1))
            return (gradient * (1 / parts)).broadcast(to: shape)
        }
    }

    /// The largest element over `axes` (all if none are given); NaN if there is one. Equal largest
    /// elements share the gradient evenly.
    public func max(axes: Int..., keepingDimensions: Bool = false) -> Tensor {
        extreme(HS_REDUCE_MAX, "max", axes, keepingDimensions)
    }

    /// The smallest element over `axes` (all if none are given); NaN if there is one. Equal smallest
    /// elements share the gradient evenly.
    public func min(axes: Int..., keepingDimensions: Bool = false) -> Tensor {
        extreme(HS_REDUCE_MIN, "min", axes, keepingDimensions)
    }

    /// The largest element over a list of axes (all if empty).
    public func max(axes: [Int], keepingDimensions: Bool = false) -> Tensor {
        extreme(HS_REDUCE_MAX, "max", axes, keepingDimensions)
    }

    /// The smallest element over a list of axes (all if empty).
    public func min(axes: [Int], keepingDimensions: Bool = false) -> Tensor {
        extreme(HS_REDUCE_MIN, "min", axes, keepingDimensions)
    }

    private func extreme(
        _ kind: Int, _ name: StaticString, _ axes: [Int], _ keepingDimensions: Bool
    ) -> Tensor {
        let result = reduced(kind, name, axes, keepingDimensions) { [self] gradient, value, axes in
            let chosen = (self .== value).to(gradient.dtype)
            return chosen * (gradient / chosen.sum(axes: axes, keepingDimensions: true))
        }
        return dtype.isFloatingPoint ? result : result.to(dtype)
    }

    /// The product over `axes` (all if none are given).
    public func product(axes: Int..., keepingDimensions: Bool = false) -> Tensor {
        product(axes: axes, keepingDimensions: keepingDimensions)
    }

    /// The product over a list of axes (all if empty).
    public func product(axes: [Int], keepingDimensions: Bool = false) -> Tensor {
        reduced(HS_PROD, "product", axes, keepingDimensions) { [self] gradient, value, axes in
            let isZero = self .== 0
            let zeros = isZero.to(gradient.dtype).sum(axes: axes, keepingDimensions: true)
            let rest = self.masked(isZero, with: 1)
            let others = rest.reduced(HS_PROD, "product", axes, true) { _, _, _ in fatalError() }
            // With one zero, only that element has a gradient: the product of the others.
            let single = isZero .& (zeros .== 1).broadcast(to: shape)
            let none = (zeros .== 0).broadcast(to: shape)
            let zero = gradient.scalarOperand(0, "product")
            let slope = Tensor.where(
                none, value / rest, Tensor.where(single, others.broadcast(to: shape), zero))
            return gradient * slope
        }
    }

    /// log Σ eˣ over `axes` (all if none are given), without overflow.
    public func logSumExp(axes: Int..., keepingDimensions: Bool = false) -> Tensor {
        logSumExp(axes: axes, keepingDimensions: keepingDimensions)
    }

    /// log Σ eˣ over a list of axes (all if empty).
    public func logSumExp(axes: [Int], keepingDimensions: Bool = false) -> Tensor {
        require(
            dtype.isDifferentiable, "logSumExp: needs float32 or float64, not \(dtype) \(shape)")
        return reduced(HS_LOGSUMEXP, "logSumExp", axes, keepingDimensions) {
            [self] gradient, value, _ in
            (self - value).exp() * gradient
        }
    }

    /// The variance over `axes` (all if none are given).
    ///
    /// - Parameters:
    ///   - axes: negative axes count from the end.
    ///   - correction: what is taken off the number of elements to get the divisor: 1 for the unbiased
    ///     estimate, 0 for the mean squared deviation. Where that leaves nothing to divide by, as with
    ///     one element and 1, the result is NaN (infinite if the deviations are not all 0).
    ///   - keepingDimensions: leave the axes in the shape, with size 1.
    /// - Returns: this shape without the axes.
    public func variance(axes: Int..., correction: Int = 1, keepingDimensions: Bool = false)
        -> Tensor
    {
        variance(axes: axes, correction: correction, keepingDimensions: keepingDimensions)
    }

    /// The variance over a list of axes (all if empty).
    ///
    /// - Parameters:
    ///   - axes: negative axes count from the end.
    ///   - correction: what is taken off the number of elements to get the divisor; NaN or infinity come
    ///     from one that leaves nothing to divide by.
    ///   - keepingDimensions: leave the axes in the shape, with size 1.
    /// - Returns: this shape without the axes.
    public func variance(axes: [Int], correction: Int = 1, keepingDimensions: Bool = false)
        -> Tensor
    {
        let axes = shape.axes(axes, "variance")
        let deviation = self - mean(axes: axes, keepingDimensions: true)
        let sum = deviation.squared().sum(axes: axes, keepingDimensions: keepingDimensions)
        let parts = axes.reduce(1) { $0 * shape[$1] }
        return sum * (1 / Double(Swift.max(parts - correction, 0)))
    }

    /// A reduction and its gradient.
    ///
    /// - Parameter pullback: computes the input's gradient from the output's and the output, both with
    ///   reduced dimensions kept, and the axes.
    func reduced(
        _ kind: Int, _ name: StaticString, _ axes: [Int], _ keepingDimensions: Bool,
        _ pullback: @escaping (Tensor, Tensor, [Int]) -> Tensor
    ) -> Tensor {
        requireArithmetic(name)
        let axes = shape.axes(axes, name)
        var kept = shape
        var target = Shape()
        for index in shape.indices {
            if axes.contains(index) {
                kept[index] = 1
                if keepingDimensions { target.append(1) }
            } else {
                target.append(shape[index])
            }
        }
        let value = reduceContiguous(kind, name, axes, target)
        guard let tape = activeTape(self) else { return value }
        let link = tape.link(self)
        return tape.record(value) { pass, gradient in
            pass.add(to: link) { pullback(gradient.reshaped(kept), value.reshaped(kept), axes) }
        }
    }

    /// The value alone. Axes that are not next to each other are moved to the end first.
    private func reduceContiguous(
        _ kind: Int, _ name: StaticString, _ axes: [Int], _ target: Shape
    ) -> Tensor {
        if axes.isEmpty {
            return kind == HS_SUM && !dtype.isFloatingPoint ? detached.to(.int64) : detached
        }
        let first = axes[0], last = axes[axes.count - 1]
        if last - first + 1 != axes.count {
            let others = shape.indices.filter { !axes.contains($0) }
            let moved = detached.transposed(others + axes)
            return moved.reduceContiguous(
                kind, name, Array(others.count..<rank), target)
        }
        let length = shape.product(first..<(last + 1))
        require(
            length > 0 || (kind != HS_REDUCE_MAX && kind != HS_REDUCE_MIN),
            "\(name): shape \(shape) has no elements along axes \(axes)")
        let result = Tensor(
            uninitialized: target, dtype.isFloatingPoint ? dtype : .int64, device, for: name)
        var call = hs_call(HS_OP_REDUCE, kind, dtype)
        call.n.0 = Int64(shape.product(0..<first))
        call.n.1 = Int64(length)
        call.n.2 = Int64(shape.product((last + 1)..<rank))
        execute(&call, self, result)
        return result
    }

    /// The sum that undoes a broadcast from `target` to this tensor's shape.
    @inline(__always)
    func summed(to target: Shape) -> Tensor {
        shape == target ? self : summedSlowly(to: target)
    }

    @inline(never)
    private func summedSlowly(to target: Shape) -> Tensor {
        let axes = shape.indices.filter { index in
            let place = rank - index
            return place > target.rank || (target[target.rank - place] == 1 && shape[index] != 1)
        }
        return sum(axes: axes).reshaped(target)
    }

    /// The index of the largest element along `axis` (the first of equals; NaN counts as largest):
    /// `int64`.
    public func argmax(axis: Int = -1) -> Tensor { argReduce(0, "argmax", axis) }

    /// The index of the smallest element along `axis` (the first of equals; NaN counts as smallest):
    /// `int64`.
    public func argmin(axis: Int = -1) -> Tensor { argReduce(1, "argmin", axis) }

    private func argReduce(_ kind: Int, _ name: StaticString, _ axis: Int) -> Tensor {
        requireArithmetic(name)
        let axis = shape.axis(axis, name)
        require(
            shape[axis] > 0, "\(name): shape \(shape) has no elements along axis \(axis)")
        let result = Tensor(uninitialized: shape.removing(axis), .int64, device, for: name)
        var call = hs_call(HS_OP_ARG_REDUCE, kind, dtype)
        call.n.0 = Int64(shape.product(0..<axis))
        call.n.1 = Int64(shape[axis])
        call.n.2 = Int64(shape.product((axis + 1)..<rank))
        execute(&call, self, result)
        return result
    }
}
