/// Follows a pickle's instructions (Python's `pickletools`, protocols 2 to 5) without executing anything.
///
/// A pickle is a program for a small stack machine that can name any Python function and have it called.
/// Here the names are those of `PickleGlobal`, calls are the few that describe tensors, and the work and
/// memory are bounded by the pickle's length.
struct PickleMachine {
    /// The longest pickle that is followed. Real ones have some hundred bytes for each tensor.
    static let maximumLength = 1 << 24

    var pickle = Pickle()
    var stack: [PickleValue] = []
    var marks: [Int] = []
    var cursor: ByteCursor
    /// The byte of the instruction that is followed, counted from the pickle's start.
    private(set) var place = 0
    private var memo: [UInt32: PickleValue] = [:]
    /// How many more items tuples, lists and dictionaries may be given.
    private var allowance: Int
    private let source: String
    private let start: Int

    /// A machine at the start of a pickle.
    ///
    /// - Parameters:
    ///   - bytes: the pickle; what follows it is not read.
    ///   - start: where it starts in them.
    ///   - source: what to call it in messages.
    init(_ bytes: UnsafeRawBufferPointer, at start: Int = 0, source: String) {
        let end = min(bytes.count, start + PickleMachine.maximumLength)
        cursor = ByteCursor(UnsafeRawBufferPointer(rebasing: bytes[..<end]), at: start)
        // An item takes an instruction of one byte; what is made from lists may be copied once.
        allowance = 2 * (end - start) + 1024
        self.source = source
        self.start = start
    }

    /// Follows a pickle up to its STOP, after which `cursor` stands.
    mutating func run() throws(ModelFileError) -> Pickle {
        while true {
            place = cursor.position - start
            guard let code: UInt8 = cursor.read() else { throw failure(tooShort) }
            guard let operation = PickleOperation(rawValue: code) else {
                throw failure(PickleOperation.refusal(code))
            }
            if operation == .stop { break }
            try follow(operation)
        }
        pickle.result = try pop()
        return pickle
    }

    private var tooShort: String {
        cursor.bytes.count - start == PickleMachine.maximumLength
            ? "it is longer than the \(PickleMachine.maximumLength) bytes that are read"
            : "it ends too soon; the file is damaged, fetch it again"
    }

    /// An error at the instruction that is followed.
    func failure(_ problem: String) -> ModelFileError {
        ModelFileError(path: source, problem: "byte \(place) of the pickle: \(problem)")
    }
}

extension PickleMachine {
    mutating func push(_ value: PickleValue) { stack.append(value) }

    /// Takes the top of the stack, which must be above the last mark.
    mutating func pop() throws(ModelFileError) -> PickleValue {
        guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
            throw failure("there is nothing on the stack to take")
        }
        return value
    }

    /// The top of the stack, left where it is.
    func top() throws(ModelFileError) -> PickleValue {
        guard stack.count > (marks.last ?? 0), let value = stack.last else {
            throw failure("there is nothing on the stack")
        }
        return value
    }

    /// The place on the stack of the last mark, which is removed.
    mutating func popMark() throws(ModelFileError) -> Int {
        guard let mark = marks.popLast() else { throw failure("there is no mark on the stack") }
        return mark
    }

    /// Counts items that are put into tuples, lists and dictionaries.
    mutating func spend(_ count: Int) throws(ModelFileError) {
        allowance -= count
        guard allowance >= 0 else {
            throw failure(
                "it makes more lists than its length warrants; this is no file of weights")
        }
    }

    /// Puts the values from a place of the stack on into a tuple.
    mutating func makeTuple(from start: Int) throws(ModelFileError) {
        guard start >= (marks.last ?? 0) else { throw failure("a tuple lacks values") }
        try spend(stack.count - start)
        let first = pickle.items.count
        pickle.items.append(contentsOf: stack[start...])
        stack.removeSubrange(start...)
        push(.tuple(PickleSpan(first..<pickle.items.count)))
    }

    /// A number for a new list or dictionary with the values from a place of the stack on.
    mutating func makeContainer(from start: Int) throws(ModelFileError) -> Int {
        try spend(stack.count - start + 1)
        pickle.containers.append(Array(stack[start...]))
        stack.removeSubrange(start...)
        return pickle.containers.count - 1
    }

    /// Moves the values from a place of the stack on into the container below them.
    mutating func fill(from start: Int, pairs: Bool) throws(ModelFileError) {
        guard start > (marks.last ?? 0) else {
            throw failure("there is nothing to put values into")
        }
        try spend(stack.count - start)
        switch (stack[start - 1], pairs) {
        case (.list(let number), false):
            pickle.containers[number].append(contentsOf: stack[start...])
        case (.dictionary(let number), true):
            guard (stack.count - start).isMultiple(of: 2) else {
                throw failure("a key without a value")
            }
            pickle.containers[number].append(contentsOf: stack[start...])
        case (.opaque, _): break
        default:
            throw failure("values are put into what is no \(pairs ? "dictionary" : "list")")
        }
        stack.removeSubrange(start...)
    }

    mutating func remember(_ index: UInt32) throws(ModelFileError) {
        memo[index] = try top()
    }

    /// Remembers the top of the stack under the next number.
    mutating func memorize() throws(ModelFileError) { try remember(UInt32(memo.count)) }

    mutating func recall(_ index: UInt32) throws(ModelFileError) {
        guard let value = memo[index] else { throw failure("nothing was remembered as \(index)") }
        push(value)
    }
}
