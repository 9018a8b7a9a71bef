extension PickleMachine {
    /// Follows one instruction.
    mutating func follow(_ operation: PickleOperation) throws(ModelFileError) {
        switch operation {
        case .proto: try checkProtocol()
        case .frame: _ = try number(UInt64.self)
        case .mark: marks.append(stack.count)
        case .pop: try drop()
        case .popMark: stack.removeSubrange(try popMark()...)
        case .duplicate: push(try top())
        case .none: push(.none)
        case .isTrue: push(.bool(true))
        case .isFalse: push(.bool(false))
        case .int32, .uint8, .uint16, .long1, .long4, .float: try followNumber(operation)
        case .shortString, .string, .shortText, .text, .longText, .shortBytes, .bytes, .longBytes,
            .byteArray:
            try followText(operation)
        case .emptyTuple, .tuple, .tuple1, .tuple2, .tuple3: try followTuple(operation)
        case .emptyList, .list, .append, .appends, .emptyDictionary, .dictionary, .setItem,
            .setItems, .emptySet, .addItems, .frozenSet:
            try followContainer(operation)
        case .get: try recall(UInt32(try number(UInt8.self)))
        case .longGet: try recall(try number(UInt32.self))
        case .put: try remember(UInt32(try number(UInt8.self)))
        case .longPut: try remember(try number(UInt32.self))
        case .memorize: try memorize()
        case .global, .stackGlobal: push(.global(try global(operation)))
        case .reduce, .newObject, .newObjectWithNames, .build: try followCall(operation)
        case .persistentID: try followPersistentID()
        case .stop: break
        }
    }

    private func checkProtocol(_ version: UInt8) throws(ModelFileError) {
        guard (2...5).contains(version) else {
            throw failure("pickle protocol \(version) is not read, those from 2 to 5 are")
        }
    }

    private mutating func checkProtocol() throws(ModelFileError) {
        try checkProtocol(try number(UInt8.self))
    }

    /// Removes the top of the stack, be it a mark or a value.
    private mutating func drop() throws(ModelFileError) {
        if let mark = marks.last, mark == stack.count { marks.removeLast() } else { _ = try pop() }
    }

    private mutating func number<Number: FixedWidthInteger>(
        _: Number.Type
    ) throws(ModelFileError) -> Number {
        guard let number: Number = cursor.read() else {
            throw failure("it ends within a number; the file is damaged, fetch it again")
        }
        return number
    }

    private mutating func span(_ count: Int) throws(ModelFileError) -> Range<Int> {
        guard let range = cursor.skip(count) else {
            throw failure(
                "\(count) bytes are to follow, \(cursor.remaining) are left; the file is damaged")
        }
        return range
    }

    private mutating func followNumber(_ operation: PickleOperation) throws(ModelFileError) {
        switch operation {
        case .int32: push(.integer(Int(try number(Int32.self))))
        case .uint8: push(.integer(Int(try number(UInt8.self))))
        case .uint16: push(.integer(Int(try number(UInt16.self))))
        case .long1: try pushLong(Int(try number(UInt8.self)))
        case .long4: try pushLong(Int(try number(Int32.self)))
        default: push(.float(Double(bitPattern: try number(UInt64.self).byteSwapped)))
        }
    }

    /// An integer in two's complement, least byte first.
    private mutating func pushLong(_ count: Int) throws(ModelFileError) {
        let range = try span(count)
        guard count <= 8 else { return push(.wideInteger(PickleSpan(range))) }
        var value: Int64 = 0
        for byte in cursor.bytes[range].reversed() { value = value << 8 | Int64(byte) }
        let unused = 64 - 8 * Int64(count)
        push(.integer(count == 0 ? 0 : Int((value << unused) >> unused)))
    }

    private mutating func followText(_ operation: PickleOperation) throws(ModelFileError) {
        let count: Int
        switch operation {
        case .shortString, .shortText, .shortBytes: count = Int(try number(UInt8.self))
        case .string, .text, .bytes: count = Int(try number(UInt32.self))
        default: count = Int(clamping: try number(UInt64.self))
        }
        let range = try span(count)
        switch operation {
        case .shortBytes, .bytes, .longBytes, .byteArray: push(.opaque)
        default: push(.text(PickleSpan(range)))
        }
    }

    private mutating func followTuple(_ operation: PickleOperation) throws(ModelFileError) {
        switch operation {
        case .emptyTuple: push(.tuple(PickleSpan(0..<0)))
        case .tuple1: try makeTuple(from: stack.count - 1)
        case .tuple2: try makeTuple(from: stack.count - 2)
        case .tuple3: try makeTuple(from: stack.count - 3)
        default: try makeTuple(from: try popMark())
        }
    }

    private mutating func followContainer(_ operation: PickleOperation) throws(ModelFileError) {
        switch operation {
        case .emptyList: push(.list(try makeContainer(from: stack.count)))
        case .list: push(.list(try makeContainer(from: try popMark())))
        case .append: try fill(from: stack.count - 1, pairs: false)
        case .appends, .addItems: try fill(from: try popMark(), pairs: false)
        case .emptyDictionary: push(.dictionary(try makeContainer(from: stack.count)))
        case .dictionary:
            let start = try popMark()
            guard (stack.count - start).isMultiple(of: 2) else {
                throw failure("a key without a value")
            }
            push(.dictionary(try makeContainer(from: start)))
        case .setItem: try fill(from: stack.count - 2, pairs: true)
        case .setItems: try fill(from: try popMark(), pairs: true)
        case .emptySet: push(.opaque)
        default:
            stack.removeSubrange(try popMark()...)
            push(.opaque)
        }
    }

    /// The name that follows, or lies on the stack in two texts.
    private mutating func global(
        _ operation: PickleOperation
    ) throws(ModelFileError) -> PickleGlobal {
        let names: (PickleSpan, PickleSpan)
        if operation == .global {
            guard let module = cursor.line(), let name = cursor.line() else {
                throw failure("a name has no end; the file is damaged, fetch it again")
            }
            names = (PickleSpan(module), PickleSpan(name))
        } else {
            guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
                throw failure("a name is no text")
            }
            names = (module, name)
        }
        let module = try text(names.0)
        let name = try text(names.1)
        guard let known = PickleGlobal(module: module, name: name) else {
            throw failure(PickleMachine.refusal(module, name))
        }
        return known
    }

    private static func refusal(_ module: String, _ name: String) -> String {
        let shown = String("\(module).\(name)".prefix(120))
        return module.hasPrefix("__torch__")
            ? "it names \(shown): this is a TorchScript program; save its state_dict() instead"
            : "it names \(shown), which is none of the names that weights need. Nothing was "
                + "executed. If you trust the file, load it in Python and save the model's "
                + "state_dict() alone, best as safetensors"
    }

    /// The longest name that is read: one text may be used as often as there are instructions.
    static var longestName: Int { 1024 }

    /// The text at a place of the pickle, which is a name.
    func text(_ span: PickleSpan) throws(ModelFileError) -> String {
        guard span.count <= PickleMachine.longestName else {
            throw failure(
                "a name of \(span.count) bytes; those of \(PickleMachine.longestName) are read")
        }
        guard let text = cursor.bytes.text(span.range) else { throw failure("a text is not UTF-8") }
        return text
    }
}
