/// Reads the JSON of a safetensors header without building a tree of it.
struct SafetensorsHeaderReader {
    private(set) var tensors: [StoredTensor] = []
    private(set) var metadata: [String: String] = [:]
    private var names: Set<UTF8Key> = []
    private var scanner: JSONScanner
    private let path: String

    init(_ text: UnsafeBufferPointer<UInt8>, path: String) {
        self.path = path
        scanner = JSONScanner(text, source: path + ": header", maximumDepth: 16)
    }

    mutating func read() throws {
        // The format asks for it: no space before the brace.
        try scanner.expect(0x7B, "'{' at the start of the header")
        var isFirst = true
        while try scanner.hasNext(before: 0x7D, isFirst: &isFirst) {
            let place = scanner.position
            let name = try scanner.key()
            guard names.insert(UTF8Key(name)).inserted else {
                throw scanner.failure("the tensor \"\(name)\" a second time", at: place)
            }
            if name == "__metadata__" { try readMetadata() } else { try readTensor(name) }
        }
        try scanner.expectEnd()
    }

    private mutating func readMetadata() throws(JSONError) {
        try scanner.expect(0x7B, "'{' after \"__metadata__\"")
        var isFirst = true
        while try scanner.hasNext(before: 0x7D, isFirst: &isFirst) {
            let place = scanner.position
            let key = try scanner.key()
            let value = try scanner.string()
            guard metadata.updateValue(value, forKey: key) == nil else {
                throw scanner.failure("the metadata \"\(key)\" a second time", at: place)
            }
        }
    }

    /// The parts of a tensor's entry as they are found.
    private struct Entry {
        var type: StoredType?
        var sizes: [Int]?
        var offsets: [Int]?
    }

    private mutating func readTensor(_ name: String) throws {
        let place = scanner.position
        try scanner.expect(0x7B, "'{' after a tensor's name")
        var entry = Entry()
        var isFirst = true
        while try scanner.hasNext(before: 0x7D, isFirst: &isFirst) {
            try readPart(of: name, into: &entry)
        }
        guard let type = entry.type, let sizes = entry.sizes, let offsets = entry.offsets else {
            throw scanner.failure(
                "tensor \"\(name)\" lacks one of dtype, shape and data_offsets", at: place)
        }
        tensors.append(try checked(name, type, sizes, offsets))
    }

    private mutating func readPart(of name: String, into entry: inout Entry) throws(JSONError) {
        let place = scanner.position
        let key = try scanner.key()
        let isRepeated: Bool
        switch key {
        case "dtype":
            isRepeated = entry.type != nil
            entry.type = try readType()
        case "shape":
            isRepeated = entry.sizes != nil
            entry.sizes = try counts("a size", atMost: 1 << 16)
        case "data_offsets":
            isRepeated = entry.offsets != nil
            entry.offsets = try counts("an offset", atMost: 2)
        default:
            // Members the format does not name are passed over, as the format's own reader does.
            isRepeated = false
            try scanner.skipValue()
        }
        if isRepeated {
            throw scanner.failure("\"\(key)\" of tensor \"\(name)\" a second time", at: place)
        }
    }

    private mutating func readType() throws(JSONError) -> StoredType {
        let place = scanner.position
        let text = try scanner.string()
        guard let type = StoredType(rawValue: text), !type.isQuantised else {
            throw scanner.failure("the element type \"\(text)\" is unknown", at: place)
        }
        return type
    }

    private mutating func counts(_ what: String, atMost limit: Int) throws(JSONError) -> [Int] {
        try scanner.expect(0x5B, "'['")
        var counts: [Int] = []
        var isFirst = true
        while try scanner.hasNext(before: 0x5D, isFirst: &isFirst) {
            guard counts.count < limit else {
                throw scanner.failure("more than \(limit) numbers in a list")
            }
            counts.append(try scanner.count(what))
        }
        return counts
    }

    /// The sizes and the type must give the number of bytes that the offsets leave.
    private func checked(
        _ name: String, _ type: StoredType, _ sizes: [Int], _ offsets: [Int]
    ) throws(SafetensorsError) -> StoredTensor {
        func failure(_ problem: String) -> SafetensorsError {
            SafetensorsError(path: path, tensor: name, problem: problem)
        }
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw failure("data_offsets must be a start and an end, found \(offsets)")
        }
        guard let count = StoredType.elementCount(sizes), count <= Int.max / 64 else {
            throw failure("shape \(sizes) has more elements than a computer can count")
        }
        guard let bytes = type.byteCount(count) else {
            throw failure("shape \(sizes) of \(type.rawValue) does not fill whole bytes")
        }
        let found = offsets[1] - offsets[0]
        guard found == bytes else {
            throw failure(
                "shape \(sizes) of \(type.rawValue) takes \(bytes) bytes, "
                    + "its data_offsets \(offsets) leave \(found)")
        }
        return StoredTensor(name: name, type: type, sizes: sizes, range: offsets[0]..<offsets[1])
    }
}
