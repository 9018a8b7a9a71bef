/// The names a pickle may use. Nothing is imported or called: they are understood as what they mean in a
/// file that `torch.save` wrote, and every other name is an error.
enum PickleGlobal: Equatable {
    case orderedDictionary
    case rebuildTensor
    case rebuildTensorOfType
    case rebuildParameter
    case rebuildParameterWithState
    case size
    /// A storage class; nil for bytes without a type.
    case storage(StoredType?)
    case dtype(StoredType)
    /// `set`, `bytearray`, `torch.device` and others that no tensor depends on.
    case opaque

    /// Finds a name on the list of those that are understood.
    init?(module: String, name: String) {
        guard let known = PickleGlobal.known["\(module) \(name)"] else { return nil }
        self = known
    }

    private static let known: [String: PickleGlobal] = {
        var known: [String: PickleGlobal] = [
            "collections OrderedDict": .orderedDictionary,
            "torch._utils _rebuild_tensor_v2": .rebuildTensor,
            "torch._utils _rebuild_tensor_v3": .rebuildTensorOfType,
            "torch._utils _rebuild_parameter": .rebuildParameter,
            "torch._utils _rebuild_parameter_with_state": .rebuildParameterWithState,
            "torch Size": .size,
            "torch device": .opaque,
            "torch.storage UntypedStorage": .storage(nil),
            "torch UntypedStorage": .storage(nil),
            "_codecs encode": .opaque,
        ]
        for module in ["__builtin__", "builtins"] {
            for name in ["set", "frozenset", "bytearray", "int", "float", "bool", "complex"] {
                known["\(module) \(name)"] = .opaque
            }
        }
        for (name, type) in storages { known["torch \(name)Storage"] = .storage(type) }
        for (name, type) in dtypes { known["torch \(name)"] = .dtype(type) }
        return known
    }()

    private static let storages: [(String, StoredType)] = [
        ("Float", .float32), ("Double", .float64), ("Half", .float16), ("BFloat16", .bfloat16),
        ("Long", .int64), ("Int", .int32), ("Short", .int16), ("Char", .int8), ("Byte", .uint8),
        ("Bool", .bool), ("ComplexFloat", .complex64),
    ]

    private static let dtypes: [(String, StoredType)] = [
        ("float32", .float32), ("float64", .float64), ("float16", .float16),
        ("bfloat16", .bfloat16), ("int64", .int64), ("int32", .int32), ("int16", .int16),
        ("int8", .int8), ("uint8", .uint8), ("uint16", .uint16), ("uint32", .uint32),
        ("uint64", .uint64), ("bool", .bool), ("complex64", .complex64),
        ("float8_e4m3fn", .float8e4m3), ("float8_e5m2", .float8e5m2),
        ("float8_e4m3fnuz", .float8e4m3fnuz), ("float8_e5m2fnuz", .float8e5m2fnuz),
        ("float8_e8m0fnu", .float8e8m0),
    ]
}
