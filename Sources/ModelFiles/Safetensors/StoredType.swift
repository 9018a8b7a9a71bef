import HindsightTensors

/// The element types a safetensors file can hold, by the format's names.
public enum StoredType: String, Sendable, Hashable, CaseIterable {
    case bool = "BOOL"
    case float4 = "F4"
    case float6e2m3 = "F6_E2M3"
    case float6e3m2 = "F6_E3M2"
    case uint8 = "U8"
    case int8 = "I8"
    case float8e5m2 = "F8_E5M2"
    case float8e4m3 = "F8_E4M3"
    case float8e8m0 = "F8_E8M0"
    case float8e4m3fnuz = "F8_E4M3FNUZ"
    case float8e5m2fnuz = "F8_E5M2FNUZ"
    case int16 = "I16"
    case uint16 = "U16"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int32 = "I32"
    case uint32 = "U32"
    case float32 = "F32"
    case complex64 = "C64"
    case float64 = "F64"
    case int64 = "I64"
    case uint64 = "U64"

    /// Bits of one element.
    public var bitCount: Int {
        switch self {
        case .float4: 4
        case .float6e2m3, .float6e3m2: 6
        case .bool, .uint8, .int8, .float8e5m2, .float8e4m3, .float8e8m0, .float8e4m3fnuz,
            .float8e5m2fnuz:
            8
        case .int16, .uint16, .float16, .bfloat16: 16
        case .int32, .uint32, .float32: 32
        case .complex64, .float64, .int64, .uint64: 64
        }
    }

    /// The tensors' element type with the same layout; nil if they have none.
    public var dtype: DType? {
        switch self {
        case .bool: .bool
        case .uint8: .uint8
        case .float16: .float16
        case .bfloat16: .bfloat16
        case .int32: .int32
        case .float32: .float32
        case .float64: .float64
        case .int64: .int64
        default: nil
        }
    }

    /// The stored type with the layout of a tensor's element type.
    public init(_ dtype: DType) {
        self =
            switch dtype {
            case .float32: .float32
            case .float64: .float64
            case .bfloat16: .bfloat16
            case .float16: .float16
            case .int64: .int64
            case .int32: .int32
            case .uint8: .uint8
            case .bool: .bool
            }
    }
}

/// A tensor in a file: its name, element type, sizes and place.
public struct StoredTensor: Sendable, Hashable {
    /// The name, as `encoder.layer.0.output.dense.weight`.
    public let name: String
    /// The type of the elements in the file.
    public let type: StoredType
    /// The sizes, outermost first; `[]` for a scalar.
    public let sizes: [Int]
    /// Where the bytes are, counted from the end of the header.
    public let range: Range<Int>

    /// The number of elements.
    public var count: Int { sizes.reduce(1, *) }
    /// The number of bytes in the file.
    public var byteCount: Int { range.count }
}
