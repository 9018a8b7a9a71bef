import CHindsightKernels

/// The type of a tensor's elements.
///
/// Arithmetic runs on `float32` (fast kernels), `float64` (portable loops) and the integer types;
/// `bfloat16` and `float16` store numbers and are converted before arithmetic.
public enum DType: Int32, Sendable, Hashable, CaseIterable {
    case float32 = 0
    case float64 = 1
    case bfloat16 = 2
    case float16 = 3
    case int64 = 4
    case int32 = 5
    case uint8 = 6
    case bool = 7

    /// Bytes of one element.
    public var byteCount: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .bfloat16, .float16: 2
        case .uint8, .bool: 1
        }
    }

    /// The least and the greatest number of an integer type (`bool`: 0 and 1); nil for the others.
    var integers: ClosedRange<Int64>? {
        switch self {
        case .int64: .min ... .max
        case .int32: Int64(Int32.min)...Int64(Int32.max)
        case .uint8: 0...255
        case .bool: 0...1
        default: nil
        }
    }

    /// True for the four floating-point types.
    public var isFloatingPoint: Bool { rawValue <= DType.float16.rawValue }

    /// True for the types that can carry gradients: `float32` and `float64`.
    public var isDifferentiable: Bool { self == .float32 || self == .float64 }
}

extension DType: CustomStringConvertible {
    /// What is shown to people.
    public var description: String {
        switch self {
        case .float32: "float32"
        case .float64: "float64"
        case .bfloat16: "bfloat16"
        case .float16: "float16"
        case .int64: "int64"
        case .int32: "int32"
        case .uint8: "uint8"
        case .bool: "bool"
        }
    }
}

/// A Swift type whose values can be written to and read from a tensor.
public protocol TensorElement: Sendable {
    /// The element type this Swift type has the memory layout of.
    static var dtype: DType { get }
    /// A value to fill new arrays with.
    static var zero: Self { get }
}

extension Float: TensorElement {
    /// The element type with this memory layout.
    public static var dtype: DType { .float32 }
}
extension Double: TensorElement {
    /// The element type with this memory layout.
    public static var dtype: DType { .float64 }
}
extension Int64: TensorElement {
    /// The element type with this memory layout.
    public static var dtype: DType { .int64 }
}
extension Int32: TensorElement {
    /// The element type with this memory layout.
    public static var dtype: DType { .int32 }
}
extension UInt8: TensorElement {
    /// The element type with this memory layout.
    public static var dtype: DType { .uint8 }
}
extension Int: TensorElement {
    /// The element type with this memory layout.
    public static var dtype: DType { .int64 }
}
extension Bool: TensorElement {
    /// The element type with this memory layout.
    public static var dtype: DType { .bool }
    /// False.
    public static var zero: Bool { false }
}
