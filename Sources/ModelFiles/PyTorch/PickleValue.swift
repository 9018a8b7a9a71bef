/// What a pickle's instructions put on the stack, without anything being made of it.
///
/// Texts and tuples are places in the pickle and in one common list, lists and dictionaries numbers of
/// others: a value holds no reference, so that no nesting, however deep or circular, costs more than its
/// instructions.
enum PickleValue {
    case none
    case bool(Bool)
    case integer(Int)
    case float(Double)
    /// The bytes of an integer of more than 64 bits.
    case wideInteger(PickleSpan)
    /// UTF-8 in the pickle.
    case text(PickleSpan)
    /// Items of `Pickle.items`.
    case tuple(PickleSpan)
    /// An index of `Pickle.containers`.
    case list(Int)
    /// An index of `Pickle.containers`, whose items are keys and values in turn.
    case dictionary(Int)
    case global(PickleGlobal)
    /// An index of `Pickle.storages`.
    case storage(Int)
    /// An index of `Pickle.tensors`.
    case tensor(Int)
    /// What is known and no part of any tensor: bytes, sets, devices.
    case opaque
}

/// A part of the pickle, or of a list.
struct PickleSpan {
    let start: UInt32
    let count: UInt32

    init(_ range: Range<Int>) {
        start = UInt32(range.lowerBound)
        count = UInt32(range.count)
    }

    var range: Range<Int> { Int(start)..<(Int(start) + Int(count)) }
}

/// A storage that a pickle refers to: a run of elements under a key.
struct PickledStorage {
    let key: String
    /// nil for bytes without a type.
    let type: StoredType?
    /// Elements, or bytes if there is no type.
    let count: Int
}

/// A tensor as a pickle describes it: a view of a storage.
struct PickledTensor {
    let storage: Int
    let type: StoredType
    /// In elements of the type.
    let offset: Int
    let sizes: [Int]
    let strides: [Int]
}

/// What a pickle came to.
struct Pickle {
    /// Values of all tuples.
    var items: [PickleValue] = []
    /// Values of lists and dictionaries.
    var containers: [[PickleValue]] = []
    var storages: [PickledStorage] = []
    var tensors: [PickledTensor] = []
    /// What the last pickle left on the stack.
    var result: PickleValue = .none
}
