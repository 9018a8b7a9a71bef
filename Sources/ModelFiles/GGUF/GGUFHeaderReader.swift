/// Reads what stands before the tensors' bytes in a GGUF file.
///
/// The layout follows https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3: a
/// mark, the version, two counts, the metadata, the tensors' names, sizes, types and places, and the
/// tensors' bytes from the next multiple of the alignment on. Every count and length is compared with the
/// bytes that are left before anything is made of it.
struct GGUFHeaderReader {
    /// What a file begins with: `GGUF`.
    static let mark: [UInt8] = [0x47, 0x47, 0x55, 0x46]
    /// The longest name of a value or tensor in bytes, as the format says.
    private static let longestName = 65_535
    /// The deepest nesting of arrays.
    private static let deepest = 4

    private(set) var metadata: [(name: String, value: GGUFValue)] = []
    private(set) var entries: [Entry] = []
    private var cursor: ByteCursor
    private let file: FileBytes

    /// What a file says of one tensor.
    struct Entry {
        let name: String
        let type: StoredType
        let sizes: [Int]
        let byteCount: Int
        let offset: UInt64
    }

    init(_ file: FileBytes) {
        self.file = file
        cursor = ByteCursor(file.bytes)
    }

    /// Where the last value or tensor ended.
    var position: Int { cursor.position }

    func failure(_ problem: String, tensor: String? = nil) -> ModelFileError {
        ModelFileError(path: file.path, tensor: tensor, problem: problem)
    }

    mutating func read() throws(ModelFileError) {
        guard cursor.bytes.starts(with: GGUFHeaderReader.mark), cursor.skip(4) != nil else {
            throw failure("it does not begin with GGUF; this is no GGUF file")
        }
        try checkVersion(try number(UInt32.self))
        // The least bytes of a tensor: its name's length, no sizes, type and place; and of a value.
        let tensorCount = try count("tensors", atLeast: 24)
        let valueCount = try count("values", atLeast: 13)
        var names: Set<UTF8Key> = []
        for _ in 0..<valueCount {
            let name = try name()
            guard names.insert(UTF8Key(name)).inserted else {
                throw failure("the value \(name) is there twice")
            }
            metadata.append((name, try value(name)))
        }
        names = []
        for _ in 0..<tensorCount {
            let entry = try tensor()
            guard names.insert(UTF8Key(entry.name)).inserted else {
                throw failure("it is there twice", tensor: entry.name)
            }
            entries.append(entry)
        }
    }

    private func checkVersion(_ version: UInt32) throws(ModelFileError) {
        if version & 0xFFFF == 0 {
            throw failure(
                "its numbers were written for big-endian machines, which is not read; convert it")
        }
        guard version == 2 || version == 3 else {
            throw failure("it is of version \(version) of GGUF; 2 and 3 are read, convert it")
        }
    }

    private mutating func number<Number: FixedWidthInteger>(
        _: Number.Type
    ) throws(ModelFileError) -> Number {
        guard let number: Number = cursor.read() else { throw tooShort() }
        return number
    }

    private func tooShort() -> ModelFileError {
        failure("it ends within its header, at byte \(cursor.position); fetch it again")
    }

    private mutating func count(_ what: String, atLeast size: Int) throws(ModelFileError) -> Int {
        let count = try number(UInt64.self)
        guard count <= UInt64(cursor.remaining / size) else {
            throw failure(
                "it says that it has \(count) \(what), more than its \(cursor.remaining) further "
                    + "bytes can hold; it is damaged, fetch it again")
        }
        return Int(count)
    }

    private mutating func text() throws(ModelFileError) -> Range<Int> {
        let length = try number(UInt64.self)
        guard let range = cursor.skip(Int(clamping: length)) else {
            throw failure(
                "a text of \(length) bytes at byte \(cursor.position) goes beyond its end; it is "
                    + "damaged, fetch it again")
        }
        return range
    }

    private mutating func name() throws(ModelFileError) -> String {
        let place = cursor.position
        let range = try text()
        guard range.count <= GGUFHeaderReader.longestName, let name = cursor.bytes.text(range)
        else {
            throw failure(
                "the name at byte \(place) is no UTF-8 or has more than "
                    + "\(GGUFHeaderReader.longestName) bytes; it is damaged, fetch it again")
        }
        return name
    }

    private mutating func type(_ name: String) throws(ModelFileError) -> GGUFArray.ElementType {
        let code = try number(UInt32.self)
        guard let type = GGUFArray.ElementType(rawValue: code) else {
            throw failure("the value \(name) has the unknown type \(code)")
        }
        return type
    }

    private mutating func value(_ name: String) throws(ModelFileError) -> GGUFValue {
        switch try type(name) {
        case .uint8: return .integer(Int(try number(UInt8.self)))
        case .int8: return .integer(Int(try number(Int8.self)))
        case .uint16: return .integer(Int(try number(UInt16.self)))
        case .int16: return .integer(Int(try number(Int16.self)))
        case .uint32: return .integer(Int(try number(UInt32.self)))
        case .int32: return .integer(Int(try number(Int32.self)))
        case .int64: return .integer(Int(try number(Int64.self)))
        case .uint64:
            let number = try number(UInt64.self)
            return Int(exactly: number).map { .integer($0) } ?? .unsigned(number)
        case .float32: return .number(Double(Float(bitPattern: try number(UInt32.self))))
        case .float64: return .number(Double(bitPattern: try number(UInt64.self)))
        case .bool:
            let byte = try number(UInt8.self)
            guard byte < 2 else {
                throw failure("the value \(name) is the byte \(byte), neither true nor false")
            }
            return .bool(byte == 1)
        case .text: return .text(String(decoding: cursor.bytes[try text()], as: UTF8.self))
        case .array: return .array(try array(name, depth: 1))
        }
    }

    /// Passes over an array, so that its values can be read later.
    private mutating func array(_ name: String, depth: Int) throws(ModelFileError) -> GGUFArray {
        guard depth <= GGUFHeaderReader.deepest else {
            throw failure("the value \(name) has arrays in arrays, more than four levels deep")
        }
        let type = try type(name)
        let least = type.byteCount ?? (type == .text ? 8 : 12)
        let count = try count("elements of \(name)", atLeast: least)
        let start = cursor.position
        if let size = type.byteCount {
            guard cursor.skip(count * size) != nil else { throw tooShort() }
        } else {
            for _ in 0..<count {
                if type == .text { _ = try text() } else { _ = try array(name, depth: depth + 1) }
            }
        }
        return GGUFArray(type: type, count: count, range: start..<cursor.position, file: file)
    }

    private mutating func tensor() throws(ModelFileError) -> Entry {
        let name = try name()
        let rank = try number(UInt32.self)
        guard rank <= 8 else {
            throw failure("\(rank) dimensions; the format has 4", tensor: name)
        }
        var sizes: [Int] = []
        for _ in 0..<rank {
            let size = try number(UInt64.self)
            sizes.append(Int(clamping: size))
        }
        let code = try number(UInt32.self)
        guard let type = StoredType(ggml: code) else {
            throw failure("elements of the unknown type \(code)", tensor: name)
        }
        let offset = try number(UInt64.self)
        guard let count = StoredType.elementCount(sizes), count <= Int.max / 64 else {
            throw failure(
                "sizes \(sizes) are more elements than a computer can count", tensor: name)
        }
        // Rows are stored first size first, and blocks do not cross them.
        guard (sizes.first ?? 1) % type.block.elements == 0, let bytes = type.byteCount(count)
        else {
            throw failure(
                "rows of \(sizes.first ?? 1) elements do not fill blocks of "
                    + "\(type.block.elements) (\(type.rawValue))", tensor: name)
        }
        return Entry(
            name: name, type: type, sizes: sizes.reversed(), byteCount: bytes, offset: offset)
    }
}

extension StoredType {
    /// The types by their numbers in ggml (`enum ggml_type`).
    private static let ggml: [UInt32: StoredType] = [
        0: .float32, 1: .float16, 2: .q4_0, 3: .q4_1, 6: .q5_0, 7: .q5_1, 8: .q8_0, 9: .q8_1,
        10: .q2_k, 11: .q3_k, 12: .q4_k, 13: .q5_k, 14: .q6_k, 15: .q8_k, 16: .iq2_xxs,
        17: .iq2_xs, 18: .iq3_xxs, 19: .iq1_s, 20: .iq4_nl, 21: .iq3_s, 22: .iq2_s, 23: .iq4_xs,
        24: .int8, 25: .int16, 26: .int32, 27: .int64, 28: .float64, 29: .iq1_m, 30: .bfloat16,
        34: .tq1_0, 35: .tq2_0, 39: .mxfp4,
    ]

    /// The type with a number in ggml; nil if there is none, or it is not known here.
    init?(ggml code: UInt32) {
        guard let type = StoredType.ggml[code] else { return nil }
        self = type
    }
}
