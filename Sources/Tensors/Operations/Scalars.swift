import CHindsightKernels

infix operator .& : LogicalConjunctionPrecedence
infix operator .| : LogicalDisjunctionPrecedence

// Arithmetic of tensors with Swift numbers. In a captured step these numbers are fixed.

extension Tensor {
    /// Every element plus a number.
    public static func + (a: Tensor, b: Double) -> Tensor { a.scaled(1, b) }
    /// A number plus every element.
    public static func + (a: Double, b: Tensor) -> Tensor { b.scaled(1, a) }
    /// Every element minus a number.
    public static func - (a: Tensor, b: Double) -> Tensor { a.scaled(1, -b) }
    /// A number minus every element.
    public static func - (a: Double, b: Tensor) -> Tensor { b.scaled(-1, a) }
    /// Every element times a number.
    public static func * (a: Tensor, b: Double) -> Tensor { a.scaled(b) }
    /// A number times every element.
    public static func * (a: Double, b: Tensor) -> Tensor { b.scaled(a) }
    /// Every element divided by a number.
    public static func / (a: Tensor, b: Double) -> Tensor { a / a.scalarOperand(b) }
    /// A number divided by every element.
    public static func / (a: Double, b: Tensor) -> Tensor { b.scalarOperand(a) / b }
    /// Every element raised to a power.
    public func pow(_ exponent: Double) -> Tensor {
        if exponent == 2 { return squared() }
        return Tensor.pow(self, scalarOperand(exponent))
    }

    /// The larger of each element and a number.
    public static func maximum(_ a: Tensor, _ b: Double) -> Tensor {
        maximum(a, a.scalarOperand(b))
    }
    /// The smaller of each element and a number.
    public static func minimum(_ a: Tensor, _ b: Double) -> Tensor {
        minimum(a, a.scalarOperand(b))
    }

    /// Where elements equal a number: `bool`.
    public static func .== (a: Tensor, b: Double) -> Tensor { a .== a.scalarOperand(b) }
    /// Where elements differ from a number: `bool`.
    public static func .!= (a: Tensor, b: Double) -> Tensor { a .!= a.scalarOperand(b) }
    /// Where elements are less than a number: `bool`.
    public static func .< (a: Tensor, b: Double) -> Tensor { a .< a.scalarOperand(b) }
    /// Where elements are at most a number: `bool`.
    public static func .<= (a: Tensor, b: Double) -> Tensor { a .<= a.scalarOperand(b) }
    /// Where elements are greater than a number: `bool`.
    public static func .> (a: Tensor, b: Double) -> Tensor { a .> a.scalarOperand(b) }
    /// Where elements are at least a number: `bool`.
    public static func .>= (a: Tensor, b: Double) -> Tensor { a .>= a.scalarOperand(b) }
}
