import HindsightTensors

/// The element types that files of weights can hold, by the names safetensors and GGUF give them.
///
/// Those from `q4_0` on are GGUF's: numbers packed in blocks that share a scale. Those
/// of `readableBlocks` are read, as `float32`; the others are shown and refused.
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
    case q4_0 = "Q4_0"
    case q4_1 = "Q4_1"
    case q5_0 = "Q5_0"
    case q5_1 = "Q5_1"
    case q8_0 = "Q8_0"
    case q8_1 = "Q8_1"
    case q2_k = "Q2_K"
    case q3_k = "Q3_K"
    case q4_k = "Q4_K"
    case q5_k = "Q5_K"
    case q6_k = "Q6_K"
    case q8_k = "Q8_K"
    case iq2_xxs = "IQ2_XXS"
    case iq2_xs = "IQ2_XS"
    case iq2_s = "IQ2_S"
    case iq3_xxs = "IQ3_XXS"
    case iq3_s = "IQ3_S"
    case iq1_s = "IQ1_S"
    case iq1_m = "IQ1_M"
    case iq4_nl = "IQ4_NL"
    case iq4_xs = "IQ4_XS"
    case tq1_0 = "TQ1_0"
    case tq2_0 = "TQ2_0"
    case mxfp4 = "MXFP4"

    /// The fewest elements that fill whole bytes, and those bytes: `(32, 34)` for `q8_0`.
    public var block: (elements: Int, bytes: Int) {
        switch self {
        case .float4: (2, 1)
        case .float6e2m3, .float6e3m2: (4, 3)
        case .bool, .uint8, .int8, .float8e5m2, .float8e4m3, .float8e8m0, .float8e4m3fnuz,
            .float8e5m2fnuz:
            (1, 1)
        case .int16, .uint16, .float16, .bfloat16: (1, 2)
        case .int32, .uint32, .float32: (1, 4)
        case .complex64, .float64, .int64, .uint64: (1, 8)
        default: quantisedBlock
        }
    }

    /// The block sizes of ggml's types (`gguf-py/gguf/constants.py`, `GGML_QUANT_SIZES`).
    private var quantisedBlock: (elements: Int, bytes: Int) {
        switch self {
        case .q4_0, .iq4_nl: (32, 18)
        case .q4_1: (32, 20)
        case .q5_0: (32, 22)
        case .q5_1: (32, 24)
        case .q8_0: (32, 34)
        case .q8_1: (32, 36)
        case .mxfp4: (32, 17)
        case .q2_k: (256, 84)
        case .q3_k, .iq3_s: (256, 110)
        case .q4_k: (256, 144)
        case .q5_k: (256, 176)
        case .q6_k: (256, 210)
        case .q8_k: (256, 292)
        case .iq2_xxs, .tq2_0: (256, 66)
        case .iq2_xs: (256, 74)
        case .iq2_s: (256, 82)
        case .iq3_xxs: (256, 98)
        case .iq1_s: (256, 50)
        case .iq1_m: (256, 56)
        case .iq4_xs: (256, 136)
        default: (256, 54)
        }
    }

    /// Whether the elements are packed in blocks that share a scale.
    public var isQuantised: Bool { block.elements >= 32 }

    /// Whether tensors of this type can be read: in their own type, or as `float32` from blocks.
    public var isReadable: Bool { dtype != nil || StoredType.readableBlocks.contains(self) }

    /// The block types that are read.
    public static let readableBlocks: Set<StoredType> = [.q8_0, .q4_0, .q4_1]

    /// The bytes that so many elements take; nil if they do not fill whole blocks, or overflow.
    package func byteCount(_ elements: Int) -> Int? {
        let block = block
        guard elements % block.elements == 0 else { return nil }
        let (bytes, overflows) = (elements / block.elements)
            .multipliedReportingOverflow(by: block.bytes)
        return overflows ? nil : bytes
    }

    /// The number of elements of a tensor with these sizes; nil if no computer can count them.
    package static func elementCount(_ sizes: [Int]) -> Int? {
        var count = 1
        for size in sizes {
            let (product, overflows) = count.multipliedReportingOverflow(by: size)
            guard !overflows else { return nil }
            count = product
        }
        return count
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
    /// Where the bytes are: in a safetensors or GGUF file counted from the start of all tensors' bytes,
    /// else from the start of the file. Wider than the tensor if its elements do not lie together.
    public let range: Range<Int>

    /// A tensor with these parts.
    package init(name: String, type: StoredType, sizes: [Int], range: Range<Int>) {
        self.name = name
        self.type = type
        self.sizes = sizes
        self.range = range
    }

    /// The number of elements.
    public var count: Int { sizes.reduce(1, *) }
    /// The number of bytes its elements take.
    public var byteCount: Int { count / type.block.elements * type.block.bytes }
}
