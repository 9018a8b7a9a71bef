import CHindsightKernels

// Gathering and scattering by index tensors. Indices are int64 (int32 is converted); one that does not
// exist reads as zero and writes nowhere in a captured step, and stops the program eagerly.

extension Tensor {
    private static func checked(_ indices: Tensor, below limit: Int, _ name: StaticString) -> Tensor
    {
        require(
            indices.dtype == .int64 || indices.dtype == .int32,
            "\(name): indices must be int64 or int32, not \(indices.dtype) \(indices.shape)")
        let wide = indices.to(.int64)
        guard wide.buffer.slot == nil, let address = wide.address else { return wide }
        let values = address.assumingMemoryBound(to: Int64.self)
        let bad = hs_first_outside(values, Int64(wide.count), 0, Int64(limit))
        require(
            bad < 0,
            "\(name): index \(bad < 0 ? 0 : values[Int(bad)]) at place \(bad) of indices "
                + "\(indices.shape) is outside 0..<\(limit)")
        return wide
    }

    /// Rows of this table: element [i…] of the result is row `indices[i…]` of the first dimension.
    ///
    /// - Parameter indices: integers from 0 to `shape[0]` - 1, of any shape.
    /// - Returns: shape of `indices` + `shape[1...]`.
    public func rows(_ indices: Tensor) -> Tensor {
        require(rank >= 1, "rows: a scalar has no rows")
        let wide = Tensor.checked(indices, below: shape[0], "rows")
        let width = shape.product(1..<rank)
        var target = indices.shape
        for size in shape.dropFirst() { target.append(size) }
        let result = Tensor(uninitialized: target, dtype, device, for: "rows")
        var call = hs_call(HS_OP_GATHER_ROWS, 0, dtype)
        call.n.0 = Int64(indices.count)
        call.n.1 = Int64(width * dtype.byteCount)
        call.n.2 = Int64(shape[0])
        execute(&call, self, wide, result)
        guard let tape = activeTape(self) else { return result }
        let link = tape.link(self)
        let source = shape
        return tape.record(result) { pass, gradient in
            pass.add(to: link) {
                Tensor.zeros(source, gradient.dtype, on: gradient.device)
                    .addRowsInPlace(gradient, wide)
            }
        }
    }

    /// Adds rows to a tensor that was just made and nobody else has seen.
    private func addRowsInPlace(_ addends: Tensor, _ indices: Tensor) -> Tensor {
        var call = hs_call(HS_OP_SCATTER_ADD_ROWS, 0, dtype)
        call.n.0 = Int64(indices.count)
        call.n.1 = Int64(shape.product(1..<rank))
        call.n.2 = Int64(shape[0])
        execute(&call, addends, indices, self)
        return self
    }

    /// This table with rows of `addends` added to the rows at `indices`, in their order.
    ///
    /// - Parameters:
    ///   - indices: integers from 0 to `shape[0]` - 1, of any shape.
    ///   - addends: shape of `indices` + `shape[1...]`, this tensor's element type.
    /// - Returns: this tensor's shape.
    public func addingRows(_ indices: Tensor, _ addends: Tensor) -> Tensor {
        require(
            rank >= 1 && addends.dtype == dtype
                && Array(addends.shape) == Array(indices.shape) + shape.dropFirst(),
            "addingRows: addends \(addends.dtype) \(addends.shape) for indices \(indices.shape) into "
                + "\(dtype) \(shape)")
        let wide = Tensor.checked(indices, below: shape[0], "addingRows")
        let result = copied().addRowsInPlace(addends, wide)
        guard let tape = activeTape(self, addends) else { return result }
        let (toSelf, toAddends) = (tape.link(self), tape.link(addends))
        return tape.record(result) { pass, gradient in
            pass.add(to: toSelf) { gradient }
            pass.add(to: toAddends) { gradient.rows(wide) }
        }
    }

    private static func axisCall(
        _ op: Int, _ table: Tensor, _ axis: Int, _ indices: Tensor
    ) -> hs_call {
        var call = hs_call(op, 0, table.dtype)
        call.n.0 = Int64(table.shape.product(0..<axis))
        call.n.1 = Int64(table.shape[axis])
        call.n.2 = Int64(table.shape.product((axis + 1)..<table.rank))
        call.n.3 = Int64(indices.shape[axis])
        call.n.4 = Int64(table.dtype.byteCount)
        return call
    }

    private static func requireSameExceptAxis(
        _ table: Tensor, _ axis: Int, _ indices: Tensor, _ name: StaticString
    ) {
        require(
            indices.rank == table.rank
                && indices.shape.replacing(axis, with: 0) == table.shape.replacing(axis, with: 0),
            "\(name): indices \(indices.shape) and tensor \(table.shape) must have equal sizes except "
                + "along axis \(axis)")
    }

    /// Elements chosen along `axis`: result[i, j, k] = self[i, indices[i, j, k], k] for axis 1.
    ///
    /// - Parameters:
    ///   - axis: negative axes count from the end.
    ///   - indices: integers from 0 to `shape[axis]` - 1; this tensor's shape except along `axis`.
    /// - Returns: the shape of `indices`, this tensor's element type.
    public func gathered(axis: Int, _ indices: Tensor) -> Tensor {
        let axis = shape.axis(axis, "gathered")
        Tensor.requireSameExceptAxis(self, axis, indices, "gathered")
        let wide = Tensor.checked(indices, below: shape[axis], "gathered")
        let result = Tensor(uninitialized: indices.shape, dtype, device, for: "gathered")
        var call = Tensor.axisCall(HS_OP_GATHER, self, axis, indices)
        execute(&call, self, wide, result)
        guard let tape = activeTape(self) else { return result }
        let link = tape.link(self)
        let source = shape
        return tape.record(result) { pass, gradient in
            pass.add(to: link) {
                Tensor.zeros(source, gradient.dtype, on: gradient.device)
                    .addInPlace(axis, wide, gradient)
            }
        }
    }

    private func addInPlace(_ axis: Int, _ indices: Tensor, _ addends: Tensor) -> Tensor {
        var call = Tensor.axisCall(HS_OP_SCATTER_ADD, self, axis, indices)
        execute(&call, addends, indices, self)
        return self
    }

    /// This tensor with `addends` added along `axis`:
    /// result[i, indices[i, j, k], k] += addends[i, j, k] for axis 1, in the order of j.
    ///
    /// - Parameters:
    ///   - axis: negative axes count from the end.
    ///   - indices: integers from 0 to `shape[axis]` - 1; this tensor's shape except along `axis`.
    ///   - addends: the shape of `indices` and this tensor's element type.
    /// - Returns: this tensor's shape.
    public func scatterAdding(axis: Int, _ indices: Tensor, _ addends: Tensor) -> Tensor {
        let axis = shape.axis(axis, "scatterAdding")
        Tensor.requireSameExceptAxis(self, axis, indices, "scatterAdding")
        require(
            addends.shape == indices.shape && addends.dtype == dtype,
            "scatterAdding: addends \(addends.dtype) \(addends.shape) for indices \(indices.shape) "
                + "into \(dtype) \(shape)")
        let wide = Tensor.checked(indices, below: shape[axis], "scatterAdding")
        let result = copied().addInPlace(axis, wide, addends)
        guard let tape = activeTape(self, addends) else { return result }
        let (toSelf, toAddends) = (tape.link(self), tape.link(addends))
        return tape.record(result) { pass, gradient in
            pass.add(to: toSelf) { gradient }
            pass.add(to: toAddends) { gradient.gathered(axis: axis, wide) }
        }
    }

    /// The same elements in memory of their own.
    func copied() -> Tensor {
        let copy = Tensor(uninitialized: shape, dtype, device, for: "copy")
        var call = hs_call(HS_OP_COPY, 0, dtype)
        call.n.0 = Int64(byteCount)
        execute(&call, self, copy)
        return copy
    }

    /// Rows of zeros with a one at each index: shape of this integer tensor + `[classes]`.
    ///
    /// An index outside 0 ..< `classes` gives a row of zeros.
    ///
    /// - Parameters:
    ///   - classes: the size of the new last dimension.
    ///   - dtype: the type of the result; floating-point types are `float64` on the reference device.
    /// - Returns: this shape + `[classes]`.
    public func oneHot(classes: Int, dtype: DType = .float32) -> Tensor {
        require(
            self.dtype == .int64 || self.dtype == .int32,
            "oneHot: indices must be int64 or int32, not \(self.dtype) \(shape)")
        var target = shape
        target.append(classes)
        let result = Tensor(uninitialized: target, device.natural(dtype), device, for: "oneHot")
        var call = hs_call(HS_OP_ONE_HOT, 0, result.dtype)
        call.n.0 = Int64(count)
        call.n.1 = Int64(classes)
        execute(&call, to(.int64), result)
        return result
    }

    /// The elements along the last axis in order, and where they were.
    ///
    /// Stable; NaN counts as larger than everything. Gradients go back to where the elements were.
    ///
    /// - Returns: `values` like this tensor and `indices` of type `int64`.
    public func sorted(descending: Bool = false) -> (values: Tensor, indices: Tensor) {
        sorted(keeping: rank == 0 ? 1 : shape[rank - 1], descending, "sorted")
    }

    /// The `count` largest (or smallest) elements along the last axis in order, and where they were.
    public func topK(_ count: Int, largest: Bool = true) -> (values: Tensor, indices: Tensor) {
        require(
            rank > 0 && count >= 0 && count <= shape[rank - 1],
            "topK: \(count) of the last axis of shape \(shape)")
        return sorted(keeping: count, largest, "topK")
    }

    private func sorted(
        keeping count: Int, _ descending: Bool, _ name: StaticString
    ) -> (values: Tensor, indices: Tensor) {
        requireArithmetic(name)
        require(rank > 0, "\(name): a scalar has no axis to sort along")
        let target = shape.replacing(rank - 1, with: count)
        let indices = Tensor(uninitialized: target, .int64, device, for: name)
        let values = Tensor(uninitialized: target, dtype, device, for: name)
        var call = hs_call(HS_OP_SORT, 0, dtype)
        call.n.0 = Int64(shape.product(0..<(rank - 1)))
        call.n.1 = Int64(shape[rank - 1])
        call.n.2 = Int64(count)
        call.flags = descending ? 1 : 0
        execute(&call, self, values, indices)
        guard let tape = activeTape(self) else { return (values, indices) }
        let link = tape.link(self)
        let (source, axis) = (shape, rank - 1)
        let recorded = tape.record(values) { pass, gradient in
            pass.add(to: link) {
                Tensor.zeros(source, gradient.dtype, on: gradient.device)
                    .addInPlace(axis, indices, gradient)
            }
        }
        return (recorded, indices)
    }
}
