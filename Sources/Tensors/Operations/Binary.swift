import CHindsightKernels

// Elementwise functions of two tensors, broadcast against each other by NumPy's rules.

extension Tensor {
    /// Sizes and strides of a call over two broadcast operands: dimensions that both operands run
    /// through alike are merged, so that most calls have one.
    @inline(__always)
    private static func layout(_ call: inout hs_call, _ a: Tensor, _ b: Tensor, _ shape: Shape) {
        if a.shape == b.shape {
            call.n.0 = 1
            call.n.2 = Int64(shape.elementCount)
            call.n.10 = 1
            call.n.18 = 1
        } else if a.count == 1 || b.count == 1 {
            call.n.0 = 1
            call.n.2 = Int64(shape.elementCount)
            call.n.10 = a.count == 1 ? 0 : 1
            call.n.18 = b.count == 1 ? 0 : 1
        } else {
            broadcastLayout(&call, a.shape, b.shape, shape)
        }
    }

    @inline(never)
    private static func broadcastLayout(
        _ call: inout hs_call, _ a: Shape, _ b: Shape, _ shape: Shape
    ) {
        let stepsA = a.strides(broadcastTo: shape), stepsB = b.strides(broadcastTo: shape)
        var merged: [(size: Int, a: Int, b: Int)] = []
        for (index, size) in shape.enumerated() where size != 1 {
            let (stepA, stepB) = (stepsA[index], stepsB[index])
            if let last = merged.last, last.a == stepA * size, last.b == stepB * size {
                merged[merged.count - 1] = (last.size * size, stepA, stepB)
            } else {
                merged.append((size, stepA, stepB))
            }
        }
        if merged.isEmpty { merged = [(1, 0, 0)] }
        call.withSizes { n in
            n[0] = Int64(merged.count)
            for (index, dimension) in merged.enumerated() {
                n[2 + index] = Int64(dimension.size)
                n[10 + index] = Int64(dimension.a)
                n[18 + index] = Int64(dimension.b)
            }
        }
    }

    @inline(__always)
    private static func commonShape(_ a: Tensor, _ b: Tensor, _ name: StaticString) -> Shape {
        if a.shape == b.shape, a.dtype == b.dtype, a.device == b.device { return a.shape }
        return checkedShape(a, b, name)
    }

    @inline(never)
    private static func checkedShape(_ a: Tensor, _ b: Tensor, _ name: StaticString) -> Shape {
        require(
            a.dtype == b.dtype,
            "\(name): \(a.dtype) \(a.shape) and \(b.dtype) \(b.shape) have different element types; "
                + "convert one with to(_:)")
        require(
            a.device == b.device,
            "\(name): operands \(a.shape) on \(a.device) and \(b.shape) on \(b.device)")
        guard let shape = a.shape.broadcast(with: b.shape) else {
            fatalError("\(name): shapes \(a.shape) and \(b.shape) do not fit together")
        }
        return shape
    }

    /// The call without gradients.
    @inline(__always)
    static func pairwise(_ kind: Int, _ name: StaticString, _ a: Tensor, _ b: Tensor) -> Tensor {
        a.requireArithmetic(name)
        let shape = commonShape(a, b, name)
        let result = Tensor(uninitialized: shape, a.dtype, a.device, for: name)
        var call = hs_call(HS_OP_BINARY, kind, a.dtype)
        layout(&call, a, b, shape)
        execute(&call, a, b, result)
        return result
    }

    static func compare(
        _ kind: Int, _ name: StaticString, _ a: Tensor, _ b: Tensor
    ) -> Tensor {
        a.requireArithmetic(name)
        let shape = commonShape(a, b, name)
        let result = Tensor(uninitialized: shape, .bool, a.device, for: name)
        var call = hs_call(HS_OP_COMPARE, kind, a.dtype)
        layout(&call, a, b, shape)
        execute(&call, a, b, result)
        return result
    }

    /// The sum of elements.
    public static func + (a: Tensor, b: Tensor) -> Tensor {
        let result = pairwise(HS_ADD, "add", a, b)
        guard let tape = activeTape(a, b) else { return result }
        let (toA, toB) = (tape.link(a), tape.link(b))
        let (shapeA, shapeB) = (a.shape, b.shape)
        return tape.record(result) { pass, gradient in
            pass.add(to: toA) { gradient.summed(to: shapeA) }
            pass.add(to: toB) { gradient.summed(to: shapeB) }
        }
    }

    /// The difference of elements.
    public static func - (a: Tensor, b: Tensor) -> Tensor {
        let result = pairwise(HS_SUB, "subtract", a, b)
        guard let tape = activeTape(a, b) else { return result }
        let (toA, toB) = (tape.link(a), tape.link(b))
        let (shapeA, shapeB) = (a.shape, b.shape)
        return tape.record(result) { pass, gradient in
            pass.add(to: toA) { gradient.summed(to: shapeA) }
            pass.add(to: toB) { (-gradient).summed(to: shapeB) }
        }
    }

    /// The product of elements.
    public static func * (a: Tensor, b: Tensor) -> Tensor {
        let result = pairwise(HS_MUL, "multiply", a, b)
        guard let tape = activeTape(a, b) else { return result }
        let (toA, toB) = (tape.link(a), tape.link(b))
        return tape.record(result) { pass, gradient in
            pass.add(to: toA) { (gradient * b).summed(to: a.shape) }
            pass.add(to: toB) { (gradient * a).summed(to: b.shape) }
        }
    }

    /// The quotient of elements; integers round toward zero, and division of an integer by zero gives 0.
    public static func / (a: Tensor, b: Tensor) -> Tensor {
        let result = pairwise(HS_DIV, "divide", a, b)
        guard let tape = activeTape(a, b) else { return result }
        let (toA, toB) = (tape.link(a), tape.link(b))
        return tape.record(result) { pass, gradient in
            pass.add(to: toA) { (gradient / b).summed(to: a.shape) }
            pass.add(to: toB) { (-(gradient * result) / b).summed(to: b.shape) }
        }
    }

    /// The larger of two elements; NaN if either is. Where they are equal each gets half the gradient.
    public static func maximum(_ a: Tensor, _ b: Tensor) -> Tensor {
        extreme(HS_MAX, "maximum", a, b)
    }

    /// The smaller of two elements; NaN if either is. Where they are equal each gets half the gradient.
    public static func minimum(_ a: Tensor, _ b: Tensor) -> Tensor {
        extreme(HS_MIN, "minimum", a, b)
    }

    private static func extreme(
        _ kind: Int, _ name: StaticString, _ a: Tensor, _ b: Tensor
    ) -> Tensor {
        let result = pairwise(kind, name, a, b)
        guard let tape = activeTape(a, b) else { return result }
        let (toA, toB) = (tape.link(a), tape.link(b))
        return tape.record(result) { pass, gradient in
            let half = (a .== b).to(gradient.dtype) * 0.5
            let first = kind == HS_MAX ? a .> b : a .< b
            let share = first.to(gradient.dtype) + half
            pass.add(to: toA) { (gradient * share).summed(to: a.shape) }
            pass.add(to: toB) { (gradient * (1 - share)).summed(to: b.shape) }
        }
    }

    /// a raised to the power b.
    public static func pow(_ a: Tensor, _ b: Tensor) -> Tensor {
        let result = pairwise(HS_POW, "pow", a, b)
        guard let tape = activeTape(a, b) else { return result }
        let (toA, toB) = (tape.link(a), tape.link(b))
        return tape.record(result) { pass, gradient in
            pass.add(to: toA) { (gradient * b * Tensor.pow(a, b - 1)).summed(to: a.shape) }
            pass.add(to: toB) {
                let zero = Tensor.zeros(like: result)
                let slope = Tensor.where(a .> 0, result * a.log(), zero)
                return (gradient * slope).summed(to: b.shape)
            }
        }
    }

    /// Both are true (not zero).
    public static func .& (a: Tensor, b: Tensor) -> Tensor { pairwise(HS_AND, "and", a, b) }

    /// At least one is true (not zero).
    public static func .| (a: Tensor, b: Tensor) -> Tensor { pairwise(HS_OR, "or", a, b) }

    /// Where elements are equal: `bool`.
    public static func .== (a: Tensor, b: Tensor) -> Tensor { compare(HS_EQ, "equal", a, b) }

    /// Where elements differ: `bool`.
    public static func .!= (a: Tensor, b: Tensor) -> Tensor { compare(HS_NE, "notEqual", a, b) }

    /// Where a is less than b: `bool`.
    public static func .< (a: Tensor, b: Tensor) -> Tensor { compare(HS_LT, "less", a, b) }

    /// Where a is at most b: `bool`.
    public static func .<= (a: Tensor, b: Tensor) -> Tensor { compare(HS_LE, "atMost", a, b) }

    /// Where a is greater than b: `bool`.
    public static func .> (a: Tensor, b: Tensor) -> Tensor { compare(HS_GT, "greater", a, b) }

    /// Where a is at least b: `bool`.
    public static func .>= (a: Tensor, b: Tensor) -> Tensor { compare(HS_GE, "atLeast", a, b) }
}
