import CHindsightKernels

// Elementwise functions of one tensor. Gradients come from the same kernel family: UNARY_BACKWARD.

extension Tensor {
    @inline(__always)
    func unary(_ kind: Int, _ name: StaticString, _ f0: Double = 0, _ f1: Double = 0) -> Tensor {
        requireArithmetic(name)
        let result = Tensor(uninitialized: shape, dtype, device, for: name)
        var call = hs_call(HS_OP_UNARY, kind, dtype)
        call.n.0 = Int64(count)
        call.f.0 = f0
        call.f.1 = f1
        execute(&call, self, result)
        guard let tape = activeTape(self) else { return result }
        let link = tape.link(self)
        return tape.record(result) { [self] pass, gradient in
            pass.add(to: link) { unaryBackward(kind, name, result, gradient, f0, f1) }
        }
    }

    func unaryBackward(
        _ kind: Int, _ name: StaticString, _ result: Tensor, _ gradient: Tensor, _ f0: Double,
        _ f1: Double
    ) -> Tensor {
        let derivative = Tensor(uninitialized: shape, dtype, device, for: name)
        var call = hs_call(HS_OP_UNARY_BACKWARD, kind, dtype)
        call.n.0 = Int64(count)
        call.f.0 = f0
        call.f.1 = f1
        execute(&call, self, result, gradient, derivative)
        return derivative
    }

    /// A function only floating-point tensors have.
    @inline(__always)
    private func floating(
        _ kind: Int, _ name: StaticString, _ f0: Double = 0, _ f1: Double = 0
    ) -> Tensor {
        require(
            dtype.isDifferentiable,
            "\(name): needs float32 or float64, not \(dtype) \(shape); convert with to(.float32)")
        return unary(kind, name, f0, f1)
    }

    @inline(__always)
    func requireArithmetic(_ name: StaticString) {
        require(
            dtype != .bfloat16 && dtype != .float16,
            "\(name): \(dtype) only stores numbers; convert with to(.float32) first")
    }

    /// -x.
    public static prefix func - (x: Tensor) -> Tensor { x.unary(HS_NEG, "negate") }

    /// |x|. Its gradient at 0 is 0.
    public func abs() -> Tensor { unary(HS_ABS, "abs") }

    /// -1, 0 or 1; NaN stays NaN.
    public func sign() -> Tensor { unary(HS_SIGN, "sign") }

    /// x².
    public func squared() -> Tensor { unary(HS_SQUARE, "squared") }

    /// √x.
    public func sqrt() -> Tensor { floating(HS_SQRT, "sqrt") }

    /// 1 / √x.
    public func rsqrt() -> Tensor { floating(HS_RSQRT, "rsqrt") }

    /// 1 / x.
    public func reciprocal() -> Tensor { floating(HS_RECIPROCAL, "reciprocal") }

    /// eˣ.
    public func exp() -> Tensor { floating(HS_EXP, "exp") }

    /// eˣ - 1, exact near 0.
    public func expm1() -> Tensor { floating(HS_EXPM1, "expm1") }

    /// The natural logarithm.
    public func log() -> Tensor { floating(HS_LOG, "log") }

    /// log(1 + x), exact near 0.
    public func log1p() -> Tensor { floating(HS_LOG1P, "log1p") }

    /// The sine of x in radians.
    public func sin() -> Tensor { floating(HS_SIN, "sin") }

    /// The cosine of x in radians.
    public func cos() -> Tensor { floating(HS_COS, "cos") }

    /// The hyperbolic tangent.
    public func tanh() -> Tensor { floating(HS_TANH, "tanh") }

    /// 1 / (1 + e⁻ˣ).
    public func sigmoid() -> Tensor { floating(HS_SIGMOID, "sigmoid") }

    /// x · sigmoid(x) (Ramachandran et al. 2017, "swish").
    public func silu() -> Tensor { floating(HS_SILU, "silu") }

    /// max(x, 0); its gradient at 0 is 0.
    public func relu() -> Tensor { floating(HS_RELU, "relu") }

    /// x, or `slope` · x where x < 0.
    public func leakyReLU(slope: Double = 0.01) -> Tensor {
        floating(HS_LEAKY_RELU, "leakyReLU", slope)
    }

    /// x, or `alpha` · (eˣ - 1) where x < 0 (Clevert et al. 2016).
    public func elu(alpha: Double = 1) -> Tensor { floating(HS_ELU, "elu", alpha) }

    /// x · Φ(x), exact (Hendrycks and Gimpel 2016).
    public func gelu() -> Tensor { floating(HS_GELU, "gelu") }

    /// The tanh approximation of GELU: ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
    public func geluTanh() -> Tensor { floating(HS_GELU_TANH, "geluTanh") }

    /// log(1 + eˣ), without overflow.
    public func softplus() -> Tensor { floating(HS_SOFTPLUS, "softplus") }

    /// The error function.
    public func erf() -> Tensor { floating(HS_ERF, "erf") }

    /// The largest integer not above x.
    public func floor() -> Tensor { floating(HS_FLOOR, "floor") }

    /// The smallest integer not below x.
    public func ceil() -> Tensor { floating(HS_CEIL, "ceil") }

    /// The nearest integer, halves to the even one.
    public func rounded() -> Tensor { floating(HS_ROUND, "rounded") }

    /// x, but at least `lower` and at most `upper`. The gradient passes where lower ≤ x ≤ upper.
    ///
    /// - Parameters:
    ///   - lower: -infinity for none. For an integer tensor a number its type has, or -infinity.
    ///   - upper: infinity for none. For an integer tensor a number its type has, or infinity.
    /// - Returns: this shape.
    public func clamped(_ lower: Double, _ upper: Double) -> Tensor {
        require(lower <= upper, "clamped: the lower bound \(lower) is above \(upper)")
        if lower != -.infinity { dtype.requireWhole(lower, "clamped") }
        if upper != .infinity { dtype.requireWhole(upper, "clamped") }
        return unary(HS_CLAMP, "clamped", lower, upper)
    }

    private func predicate(_ kind: Int, _ name: StaticString) -> Tensor {
        requireArithmetic(name)
        let result = Tensor(uninitialized: shape, .bool, device, for: name)
        var call = hs_call(HS_OP_UNARY, kind, dtype)
        call.n.0 = Int64(count)
        execute(&call, self, result)
        return result
    }

    /// Where x is NaN: `bool`.
    public var isNaN: Tensor { predicate(HS_IS_NAN, "isNaN") }

    /// Where x is zero or false: `bool`.
    public static prefix func ! (x: Tensor) -> Tensor { x.predicate(HS_LOGICAL_NOT, "not") }
}
