import CHindsightKernels

infix operator .& : LogicalConjunctionPrecedence
infix operator .| : LogicalDisjunctionPrecedence

// Arithmetic of tensors with Swift numbers. In a captured step these numbers are fixed. Arithmetic of
// integer tensors takes whole numbers only; comparisons take any.

extension Tensor {
    /// Every element plus a number.
    public static func + (a: Tensor, b: Double) -> Tensor { a.scaled("add", 1, b) }
    /// A number plus every element.
    public static func + (a: Double, b: Tensor) -> Tensor { b.scaled("add", 1, a) }
    /// Every element minus a number.
    public static func - (a: Tensor, b: Double) -> Tensor { a.scaled("subtract", 1, -b) }
    /// A number minus every element.
    public static func - (a: Double, b: Tensor) -> Tensor { b.scaled("subtract", -1, a) }
    /// Every element times a number.
    public static func * (a: Tensor, b: Double) -> Tensor { a.scaled("multiply", b) }
    /// A number times every element.
    public static func * (a: Double, b: Tensor) -> Tensor { b.scaled("multiply", a) }
    /// Every element divided by a number.
    public static func / (a: Tensor, b: Double) -> Tensor { a / a.scalarOperand(b, "divide") }
    /// A number divided by every element.
    public static func / (a: Double, b: Tensor) -> Tensor { b.scalarOperand(a, "divide") / b }
    /// Every element raised to a power.
    public func pow(_ exponent: Double) -> Tensor {
        if exponent == 2 { return squared() }
        return Tensor.pow(self, scalarOperand(exponent, "pow"))
    }

    /// The larger of each element and a number.
    public static func maximum(_ a: Tensor, _ b: Double) -> Tensor {
        maximum(a, a.scalarOperand(b, "maximum"))
    }
    /// The smaller of each element and a number.
    public static func minimum(_ a: Tensor, _ b: Double) -> Tensor {
        minimum(a, a.scalarOperand(b, "minimum"))
    }

    /// Where elements equal a number: `bool`.
    public static func .== (a: Tensor, b: Double) -> Tensor {
        compare(HS_EQ, "equal", a, with: b)
    }
    /// Where elements differ from a number: `bool`.
    public static func .!= (a: Tensor, b: Double) -> Tensor {
        compare(HS_NE, "notEqual", a, with: b)
    }
    /// Where elements are less than a number: `bool`.
    public static func .< (a: Tensor, b: Double) -> Tensor {
        compare(HS_LT, "less", a, with: b)
    }
    /// Where elements are at most a number: `bool`.
    public static func .<= (a: Tensor, b: Double) -> Tensor {
        compare(HS_LE, "atMost", a, with: b)
    }
    /// Where elements are greater than a number: `bool`.
    public static func .> (a: Tensor, b: Double) -> Tensor {
        compare(HS_GT, "greater", a, with: b)
    }
    /// Where elements are at least a number: `bool`.
    public static func .>= (a: Tensor, b: Double) -> Tensor {
        compare(HS_GE, "atLeast", a, with: b)
    }
}
