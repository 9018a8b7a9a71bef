import CHindsightKernels

extension Tensor {
    /// The elements `from`, `from + step`, … before `to` along `axis`. Slices of the first dimensions
    /// with step 1 share storage.
    ///
    /// - Parameters:
    ///   - axis: negative axes count from the end.
    ///   - from: the first index, from 0.
    ///   - to: the index to stop before (-1 to include 0 with a negative step).
    ///   - step: not 0; negative steps go backwards.
    /// - Returns: this shape with the number of elements taken in place of `axis`.
    public func slice(axis: Int, from: Int, to: Int, step: Int = 1) -> Tensor {
        let axis = shape.axis(axis, "slice")
        require(step != 0, "slice: the step is 0")
        let size = Swift.max(0, (to - from + step - step.signum()) / step)
        require(
            size == 0
                || (from >= 0 && from < shape[axis] && from + (size - 1) * step >= 0
                    && from + (size - 1) * step < shape[axis]),
            "slice: \(from) to \(to) by \(step) leaves axis \(axis) of shape \(shape)")
        if size == shape[axis], step == 1 { return self }
        let result = sliced(axis, from, size, step)
        guard let tape = activeTape(self) else { return result }
        let link = tape.link(self)
        let source = shape
        return tape.record(result) { pass, gradient in
            pass.add(to: link) { gradient.unsliced(source, axis, from, step) }
        }
    }

    private func sliced(_ axis: Int, _ from: Int, _ size: Int, _ step: Int) -> Tensor {
        let target = shape.replacing(axis, with: size)
        let steps = Tensor.steps(shape)
        if step == 1, size > 0, shape.product(0..<axis) == 1 {
            return Tensor(
                buffer: buffer, byteOffset: byteOffset + from * steps[axis] * dtype.byteCount,
                shape: target, dtype: dtype)
        }
        var strides = steps
        strides[axis] *= step
        return strided(target, strides, offset: size > 0 ? from * steps[axis] : 0, "slice")
    }

    /// Zeros of `target` with this tensor put where `slice` took it from.
    private func unsliced(_ target: Shape, _ axis: Int, _ from: Int, _ step: Int) -> Tensor {
        let result = Tensor(repeating: 0, shape: target, dtype: dtype, on: device)
        let steps = Tensor.steps(target)
        var strides = steps
        strides[axis] *= step
        Tensor.copyStrided(
            from: self, 0, Tensor.steps(shape), to: result, from * steps[axis], strides, shape)
        return result
    }

    /// Element `index` of the first dimension, which is taken away; shares storage.
    public subscript(index: Int) -> Tensor {
        require(
            rank > 0 && index < shape[0] && index >= -shape[0],
            "subscript: index \(index) is outside shape \(shape)")
        let at = index < 0 ? index + shape[0] : index
        return slice(axis: 0, from: at, to: at + 1).reshaped(shape.removing(0))
    }

    /// The elements of the first dimension in `range`; shares storage.
    public subscript(range: some RangeExpression<Int>) -> Tensor {
        require(rank > 0, "subscript: a scalar has no dimension to take a range of")
        let bounds = range.relative(to: 0..<shape[0])
        return slice(axis: 0, from: bounds.lowerBound, to: bounds.upperBound)
    }

    /// What to take along one dimension.
    public enum Index: Sendable {
        /// Everything.
        case all
        /// One element; the dimension is taken away. Negative ones count from the end.
        case at(Int)
        /// A range of elements.
        case range(Range<Int>)
        /// Elements from, from + step, … before to.
        case strided(from: Int, to: Int, by: Int)
    }

    /// Takes from the leading dimensions what the indices say, one for each.
    ///
    /// ```swift
    /// x[.all, .at(0), .range(2..<5)]
    /// ```
    public subscript(first: Index, rest: Index...) -> Tensor {
        require(
            rest.count < rank, "subscript: \(rest.count + 1) indices for shape \(shape)")
        var result = self
        var axis = 0
        for index in [first] + rest {
            switch index {
            case .all: axis += 1
            case .at(let place):
                let size = result.shape[axis]
                let at = place < 0 ? place + size : place
                result = result.slice(axis: axis, from: at, to: at + 1).squeezed(axis: axis)
            case .range(let range):
                result = result.slice(axis: axis, from: range.lowerBound, to: range.upperBound)
                axis += 1
            case .strided(let from, let to, let step):
                result = result.slice(axis: axis, from: from, to: to, step: step)
                axis += 1
            }
        }
        return result
    }
}
