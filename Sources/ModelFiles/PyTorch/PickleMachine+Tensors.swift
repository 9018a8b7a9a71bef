/// The calls that describe tensors and storages.
extension PickleMachine {
    /// REDUCE, NEWOBJ, NEWOBJ_EX and BUILD, for the names that are understood.
    mutating func followCall(_ operation: PickleOperation) throws(ModelFileError) {
        if operation == .build {
            // The state of a dictionary or parameter: attributes such as _metadata, no weights.
            _ = try pop()
            switch try top() {
            case .dictionary, .tensor, .opaque: return
            default: throw failure("a state is given to what has none")
            }
        }
        if operation == .newObjectWithNames { _ = try pop() }
        guard case .tuple(let span) = try pop() else { throw failure("arguments are no tuple") }
        guard case .global(let function) = try pop() else {
            throw failure("what is called is no name")
        }
        push(try call(function, pickle.items[span.range]))
    }

    private mutating func call(
        _ function: PickleGlobal, _ arguments: ArraySlice<PickleValue>
    ) throws(ModelFileError) -> PickleValue {
        switch function {
        case .orderedDictionary: return try dictionary(arguments)
        case .rebuildTensor: return try tensor(arguments.prefix(8), typed: false)
        case .rebuildTensorOfType: return try tensor(arguments.prefix(8), typed: true)
        case .rebuildParameter, .rebuildParameterWithState:
            guard let first = arguments.first, case .tensor = first else {
                throw failure("a parameter is made of what is no tensor")
            }
            return first
        case .size:
            guard arguments.count == 1, let sizes = arguments.first, case .tuple = sizes else {
                throw failure("torch.Size is given no tuple")
            }
            return sizes
        case .opaque: return .opaque
        case .storage, .dtype: throw failure("a type is called as a function")
        }
    }

    /// `OrderedDict()` or `OrderedDict([(key, value), …])`.
    private mutating func dictionary(
        _ arguments: ArraySlice<PickleValue>
    ) throws(ModelFileError) -> PickleValue {
        guard let first = arguments.first else {
            return .dictionary(try makeContainer(from: stack.count))
        }
        guard arguments.count == 1, case .list(let list) = first else {
            throw failure("an OrderedDict is made of what is no list of pairs")
        }
        try spend(2 * pickle.containers[list].count)
        var pairs: [PickleValue] = []
        for item in pickle.containers[list] {
            switch item {
            case .tuple(let span) where span.count == 2:
                pairs += pickle.items[span.range]
            case .list(let inner) where pickle.containers[inner].count == 2:
                pairs += pickle.containers[inner]
            default: throw failure("an OrderedDict is made of what is no list of pairs")
            }
        }
        pickle.containers.append(pairs)
        return .dictionary(pickle.containers.count - 1)
    }

    /// `_rebuild_tensor_v2(storage, offset, sizes, strides, …)`; the third version has the type sixth after
    /// them.
    private mutating func tensor(
        _ arguments: ArraySlice<PickleValue>, typed: Bool
    ) throws(ModelFileError) -> PickleValue {
        let arguments = Array(arguments)
        guard arguments.count >= (typed ? 7 : 4), case .storage(let storage) = arguments[0],
            case .integer(let offset) = arguments[1],
            let sizes = integers(arguments[2]), let strides = integers(arguments[3])
        else { throw failure("a tensor is not made of a storage, an offset, sizes and strides") }
        var type = pickle.storages[storage].type
        if typed {
            guard case .global(.dtype(let given)) = arguments[6] else {
                throw failure("a tensor's type is none")
            }
            type = given
        }
        guard let type else { throw failure("a tensor of a storage without a type") }
        guard sizes.count == strides.count, sizes.count <= 64 else {
            throw failure("a tensor of \(sizes.count) sizes and \(strides.count) strides")
        }
        try spend(sizes.count)
        pickle.tensors.append(
            PickledTensor(
                storage: storage, type: type, offset: offset, sizes: sizes, strides: strides))
        return .tensor(pickle.tensors.count - 1)
    }

    /// The numbers of a tuple or list, at least 0; nil if that is not what it is.
    private func integers(_ value: PickleValue) -> [Int]? {
        let items: ArraySlice<PickleValue>
        switch value {
        case .tuple(let span): items = pickle.items[span.range]
        case .list(let number): items = pickle.containers[number][...]
        default: return nil
        }
        var result: [Int] = []
        guard items.count <= 64 else { return nil }
        for item in items {
            guard case .integer(let number) = item, number >= 0 else { return nil }
            result.append(number)
        }
        return result
    }

    /// `('storage', class, key, device, count)`, in old files followed by a view of None.
    mutating func followPersistentID() throws(ModelFileError) {
        guard case .tuple(let span) = try pop(), (5...6).contains(span.count) else {
            throw failure("a reference is no tuple of five")
        }
        let parts = Array(pickle.items[span.range])
        guard case .text(let kind) = parts[0], try text(kind) == "storage",
            case .global(.storage(let type)) = parts[1], case .text(let keySpan) = parts[2],
            case .integer(let count) = parts[4], count >= 0
        else { throw failure("a reference names no storage, type, key and count") }
        if span.count == 6 {
            guard case .none = parts[5] else {
                throw failure("a storage is a view of another, which only PyTorch 0.1 wrote")
            }
        }
        pickle.storages.append(PickledStorage(key: try text(keySpan), type: type, count: count))
        push(.storage(pickle.storages.count - 1))
    }
}
