import CHindsightKernels

// Operations that move elements without changing them.

extension Tensor {
    /// The same elements in the same order with other sizes; shares storage.
    ///
    /// - Parameter sizes: as many elements; one size may be -1, to be worked out.
    /// - Returns: a tensor of shape `sizes`.
    public func reshaped(_ sizes: Int...) -> Tensor {
        let known = Shape(sizes.filter { $0 != -1 }).elementCount
        let unknown = sizes.filter { $0 == -1 }.count
        require(unknown <= 1, "reshaped: more than one size is -1 in \(sizes)")
        require(
            unknown == 0 || (known > 0 && count % known == 0),
            "reshaped: shape \(shape) (\(count) elements) cannot become \(sizes)")
        return reshaped(Shape(sizes.map { $0 == -1 ? count / known : $0 }))
    }

    /// The same elements in the same order with another shape; shares storage.
    public func reshaped(_ target: Shape) -> Tensor {
        if target == shape { return self }
        require(
            target.elementCount == count,
            "reshaped: shape \(shape) (\(count) elements) cannot become \(target) "
                + "(\(target.elementCount) elements)")
        let result = Tensor(buffer: buffer, byteOffset: byteOffset, shape: target, dtype: dtype)
        guard let tape = activeTape(self) else { return result }
        let link = tape.link(self)
        let source = shape
        return tape.record(result) { pass, gradient in
            pass.add(to: link) { gradient.reshaped(source) }
        }
    }

    /// All elements in one dimension; shares storage.
    public func flattened() -> Tensor { reshaped(Shape(count)) }

    /// This tensor with a dimension of size 1 put in at `axis`.
    public func expandingDimension(at axis: Int) -> Tensor {
        let axis = axis < 0 ? axis + rank + 1 : axis
        require(
            axis >= 0 && axis <= rank,
            "expandingDimension: axis \(axis) does not exist for shape \(shape)")
        return reshaped(shape.inserting(1, at: axis))
    }

    /// This tensor without dimension `axis`, whose size must be 1.
    public func squeezed(axis: Int) -> Tensor {
        let axis = shape.axis(axis, "squeezed")
        require(
            shape[axis] == 1, "squeezed: axis \(axis) of shape \(shape) has size \(shape[axis])")
        return reshaped(shape.removing(axis))
    }

    /// A strided copy: element [i…] of the result is at `offset` + Σ i·stride in this tensor.
    func strided(
        _ target: Shape, _ strides: [Int], offset: Int = 0, _ name: StaticString
    ) -> Tensor {
        let result = Tensor(uninitialized: target, dtype, device, for: name)
        Tensor.copyStrided(
            from: self, offset, strides, to: result, 0, target.strides(broadcastTo: target), target)
        return result
    }

    /// Copies `sizes` elements between strided places of two tensors.
    static func copyStrided(
        from source: Tensor, _ sourceOffset: Int, _ sourceStrides: [Int], to target: Tensor,
        _ targetOffset: Int, _ targetStrides: [Int], _ sizes: Shape
    ) {
        guard sizes.elementCount > 0 else { return }
        var merged: [(size: Int, from: Int, to: Int)] = []
        for (index, size) in sizes.enumerated() where size != 1 {
            let (from, to) = (sourceStrides[index], targetStrides[index])
            if let last = merged.last, last.from == from * size, last.to == to * size {
                merged[merged.count - 1] = (last.size * size, from, to)
            } else {
                merged.append((size, from, to))
            }
        }
        if merged.isEmpty { merged = [(1, 1, 1)] }
        var call = hs_call(HS_OP_COPY_STRIDED, 0, source.dtype)
        call.withSizes { n in
            n[0] = Int64(merged.count)
            n[1] = Int64(source.dtype.byteCount)
            for (index, dimension) in merged.enumerated() {
                n[2 + index] = Int64(dimension.size)
                n[10 + index] = Int64(dimension.from)
                n[18 + index] = Int64(dimension.to)
            }
        }
        let from = source.shifted(sourceOffset), to = target.shifted(targetOffset)
        execute(&call, from, to)
    }

    /// The same buffer seen from `elements` further on; only good as an operand of a strided copy.
    private func shifted(_ elements: Int) -> Tensor {
        Tensor(
            buffer: buffer, byteOffset: byteOffset + elements * dtype.byteCount, shape: shape,
            dtype: dtype)
    }

    /// This tensor with its dimensions in another order: dimension i of the result is `axes[i]` of this.
    public func transposed(_ axes: [Int]) -> Tensor {
        require(
            axes.count == rank && shape.axes(axes, "transposed").count == rank,
            "transposed: axes \(axes) are not an order of the dimensions of shape \(shape)")
        let order = axes.map { shape.axis($0, "transposed") }
        if order == Array(0..<rank) { return self }
        let steps = Tensor.steps(shape)
        let result = strided(Shape(order.map { shape[$0] }), order.map { steps[$0] }, "transposed")
        guard let tape = activeTape(self) else { return result }
        let link = tape.link(self)
        var inverse = order
        for (index, axis) in order.enumerated() { inverse[axis] = index }
        return tape.record(result) { pass, gradient in
            pass.add(to: link) { gradient.transposed(inverse) }
        }
    }

    /// This tensor with two dimensions exchanged: the last two if none are given.
    public func transposed(_ a: Int = -2, _ b: Int = -1) -> Tensor {
        var order = Array(0..<rank)
        order.swapAt(shape.axis(a, "transposed"), shape.axis(b, "transposed"))
        return transposed(order)
    }

    /// Row-major strides in elements.
    static func steps(_ shape: Shape) -> [Int] {
        var steps = [Int](repeating: 1, count: shape.rank)
        for index in shape.indices.reversed().dropFirst() {
            steps[index] = steps[index + 1] * shape[index + 1]
        }
        return steps
    }

    /// This tensor repeated along dimensions of size 1 (and new leading ones) until it has `target`'s
    /// shape.
    public func broadcast(to target: Shape) -> Tensor {
        if shape == target { return self }
        require(
            shape.broadcast(with: target) == target,
            "broadcast: shape \(shape) cannot become \(target)")
        let result = strided(target, shape.strides(broadcastTo: target), "broadcast")
        guard let tape = activeTape(self) else { return result }
        let link = tape.link(self)
        let source = shape
        return tape.record(result) { pass, gradient in
            pass.add(to: link) { gradient.summed(to: source) }
        }
    }

    /// Tensors put one after another along `axis`; their other sizes must be equal.
    public static func concatenate(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        guard let first = tensors.first else {
            fatalError("concatenate: no tensors are given")
        }
        let axis = first.shape.axis(axis, "concatenate")
        var total = 0
        for tensor in tensors {
            require(
                tensor.rank == first.rank && tensor.dtype == first.dtype
                    && tensor.shape.replacing(axis, with: 0)
                        == first.shape.replacing(axis, with: 0),
                "concatenate: \(first.dtype) \(first.shape) and \(tensor.dtype) \(tensor.shape) do "
                    + "not fit along axis \(axis)")
            total += tensor.shape[axis]
        }
        let shape = first.shape.replacing(axis, with: total)
        let result = Tensor(uninitialized: shape, first.dtype, first.device, for: "concatenate")
        let steps = Tensor.steps(shape)
        var start = 0
        for tensor in tensors {
            copyStrided(
                from: tensor, 0, Tensor.steps(tensor.shape), to: result, start * steps[axis], steps,
                tensor.shape)
            start += tensor.shape[axis]
        }
        guard let tape = ThreadContext.current.tape else { return result }
        let links = tensors.map { tape.link($0) }
        guard links.contains(where: { $0 >= 0 }) else { return result }
        let sizes = tensors.map { $0.shape[axis] }
        return tape.record(result) { pass, gradient in
            var start = 0
            for (link, size) in zip(links, sizes) {
                pass.add(to: link) { gradient.slice(axis: axis, from: start, to: start + size) }
                start += size
            }
        }
    }

    /// Tensors of equal shapes put beside each other along a new dimension `axis`.
    public static func stack(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        concatenate(tensors.map { $0.expandingDimension(at: axis) }, axis: axis)
    }

    /// The parts of this tensor along `axis` with those sizes, which must add up.
    public func split(sizes: [Int], axis: Int = 0) -> [Tensor] {
        let axis = shape.axis(axis, "split")
        require(
            sizes.reduce(0, +) == shape[axis] && sizes.allSatisfy { $0 >= 0 },
            "split: sizes \(sizes) do not add up to axis \(axis) of shape \(shape)")
        var start = 0
        return sizes.map { size in
            defer { start += size }
            return slice(axis: axis, from: start, to: start + size)
        }
    }

    /// This tensor with the order of elements along `axis` turned around.
    public func flipped(axis: Int) -> Tensor {
        slice(axis: axis, from: shape[shape.axis(axis, "flipped")] - 1, to: -1, step: -1)
    }
}
