/// What is wrong with a line of JSON, and at which of its bytes, counted from 0.
struct JSONProblem: Error {
    let what: String
    let place: Int
}

/// Takes the wanted values out of one JSON object (RFC 8259) after another, without allocating once it
/// has seen the longest.
struct JSONParser {
    /// The value of each wanted key; strings point into the line or into `scratch`.
    private(set) var values: [Field]
    /// The items of the lists among the values.
    private(set) var items: [Field] = []

    /// How deep lists and objects may be nested.
    private static let maximumDepth = 64
    /// How many items the lists of one object may have.
    private static let maximumItems = 65_536

    private let keys: [[UInt8]]
    private let replacesSurrogates: Bool
    private let scratch = ByteScratch()

    init(keys: [String], replacesSurrogates: Bool) {
        self.keys = keys.map { Array($0.utf8) }
        self.replacesSurrogates = replacesSurrogates
        values = Array(repeating: Field(), count: keys.count)
    }

    /// Fills `values` and `items` from an object.
    mutating func parse(_ line: UnsafeBufferPointer<UInt8>) throws(JSONProblem) {
        for index in values.indices { values[index] = Field() }
        items.removeAll(keepingCapacity: true)
        var cursor = start(line)
        try cursor.members { (cursor, key, place) throws(JSONProblem) in
            guard let index = wanted(key) else { return try cursor.skipValue(Self.maximumDepth) }
            if values[index].kind != .missing {
                throw JSONProblem(what: "key \(quoted(key.string)) occurs twice", place: place)
            }
            values[index] = try value(&cursor)
        }
    }

    /// The names of an object's members, each once, in their order.
    func keys(of line: UnsafeBufferPointer<UInt8>) throws(JSONProblem) -> [String] {
        var names: [String] = []
        var seen: Set<String> = []
        var cursor = start(line)
        try cursor.members { (cursor, key, _) throws(JSONProblem) in
            if seen.insert(key.string).inserted { names.append(key.string) }
            try cursor.skipValue(Self.maximumDepth)
        }
        return names
    }

    private func start(_ line: UnsafeBufferPointer<UInt8>) -> JSONCursor {
        scratch.reset(capacity: line.count)
        return JSONCursor(text: line, scratch: scratch, replacesSurrogates: replacesSurrogates)
    }

    private func wanted(_ key: Field) -> Int? {
        keys.firstIndex { $0.count == key.bytes.count && key.bytes.elementsEqual($0) }
    }

    /// A wanted value: a scalar, or a list whose scalars go to `items`.
    private mutating func value(_ cursor: inout JSONCursor) throws(JSONProblem) -> Field {
        guard cursor.peek() == UInt8(ascii: "[") else {
            return try cursor.scalarOrObject(Self.maximumDepth)
        }
        let begin = cursor.place
        let first = items.count
        cursor.place += 1
        cursor.skipSpace()
        if cursor.peek() == UInt8(ascii: "]") {
            cursor.place += 1
        } else {
            repeat {
                if items.count == Self.maximumItems {
                    throw cursor.problem("the list has more than \(Self.maximumItems) items")
                }
                cursor.skipSpace()
                items.append(try cursor.scalarOrObject(Self.maximumDepth - 1))
            } while try cursor.goesOn(until: UInt8(ascii: "]"))
        }
        return Field(kind: .list, bytes: cursor.bytes(begin), items: first..<items.count)
    }
}

/// Memory for unescaped strings, as long as the line at most.
final class ByteScratch {
    private(set) var base = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
    private var capacity = 256
    var count = 0

    deinit { base.deallocate() }

    func reset(capacity needed: Int) {
        count = 0
        if needed + 4 <= capacity { return }
        base.deallocate()
        capacity = needed + needed / 2 + 4
        base = .allocate(capacity: capacity)
    }
}
