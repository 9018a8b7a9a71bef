import HindsightModelFiles
import SwiftProtobuf

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What an ONNX file says of one initializer (`TensorProto`), without its values.
struct StoredInitializer {
    /// Where the values are.
    enum Values {
        /// At a place of the file, as they are in memory.
        case raw(Range<Int>)
        /// In fields of the message, one number after the other.
        case typed
        /// In another file.
        case external([Onnx_StringStringEntryProto])
    }

    private(set) var name = ""
    private(set) var kind = 0
    private(set) var sizes: [Int] = []
    private(set) var values = Values.typed
    /// Where the message is in the file.
    let range: Range<Int>
    private var raw: Range<Int>?
    private var entries: [Onnx_StringStringEntryProto] = []
    private var isExternal = false

    /// The most dimensions of a tensor in a file.
    private static let greatestRank = 64
    private static let mostEntries = 16

    init(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) throws(WireReader.Problem) {
        self.range = range
        var reader = WireReader(bytes, in: range)
        while let field = try reader.next() { try take(field, bytes) }
        if isExternal {
            values = .external(entries)
        } else if let raw {
            values = .raw(raw)
        }
    }

    private mutating func take(
        _ field: WireReader.Field, _ bytes: UnsafeRawBufferPointer
    ) throws(WireReader.Problem) {
        switch (field.number, field.content) {
        case (1, .number(let size)): try append([size])
        case (1, .bytes(let range)):
            var packed = WireReader(bytes, in: range)
            try append(try packed.numbers(atMost: StoredInitializer.greatestRank))
        case (2, .number(let kind)): self.kind = Int(truncatingIfNeeded: kind)
        case (8, .bytes(let range)):
            guard let text = String(validating: bytes[range], as: UTF8.self) else {
                throw .init(text: "the name at byte \(range.lowerBound) is not UTF-8")
            }
            name = text
        case (9, .bytes(let range)): raw = range
        case (13, .bytes(let range)):
            guard entries.count < StoredInitializer.mostEntries else {
                throw .init(text: "more than 16 entries name the other file of an initializer")
            }
            entries.append(try entry(Data(bytes[range])))
        case (14, .number(let place)): isExternal = place == 1
        default: break
        }
    }

    private mutating func append(_ more: [UInt64]) throws(WireReader.Problem) {
        for size in more {
            guard let size = Int(exactly: Int64(bitPattern: size)), size >= 0,
                sizes.count < StoredInitializer.greatestRank
            else { throw .init(text: "a size below 0, or more than 64 of them") }
            sizes.append(size)
        }
    }

    private func entry(_ data: Data) throws(WireReader.Problem) -> Onnx_StringStringEntryProto {
        do {
            return try Onnx_StringStringEntryProto(serializedBytes: data)
        } catch {
            throw .init(text: "what is said of its other file cannot be read (\(error))")
        }
    }

    /// The type of the elements; nil if tensors cannot be of it.
    var type: StoredType? { StoredInitializer.types[kind] }

    /// The types by their numbers (`TensorProto.DataType`).
    private static let types: [Int: StoredType] = [
        1: .float32, 2: .uint8, 3: .int8, 4: .uint16, 5: .int16, 6: .int32, 7: .int64, 9: .bool,
        10: .float16, 11: .float64, 12: .uint32, 13: .uint64, 14: .complex64, 16: .bfloat16,
        17: .float8e4m3, 18: .float8e4m3fnuz, 19: .float8e5m2, 20: .float8e5m2fnuz,
        24: .float8e8m0,
    ]

    /// What a type that tensors cannot be of is called.
    var kindName: String {
        let names = [8: "STRING", 15: "COMPLEX128", 21: "UINT4", 22: "INT4", 23: "FLOAT4E2M1"]
        return names[kind] ?? "number \(kind)"
    }
}

extension Onnx_TensorProto {
    /// The values in the message's fields as the bytes they have in memory; nil if they are not `count`.
    func bytes(of type: StoredType, count: Int, name: String) -> FileBytes? {
        switch type {
        case .float32: packed(floatData, count, name) { $0 }
        case .complex64: packed(floatData, 2 * count, name) { $0 }
        case .float64: packed(doubleData, count, name) { $0 }
        case .int64: packed(int64Data, count, name) { $0 }
        case .uint64: packed(uint64Data, count, name) { $0 }
        case .uint32: packed(uint64Data, count, name) { UInt32(truncatingIfNeeded: $0) }
        case .int32: packed(int32Data, count, name) { $0 }
        case .int16, .uint16, .float16, .bfloat16:
            packed(int32Data, count, name) { UInt16(truncatingIfNeeded: $0) }
        default: packed(int32Data, count, name) { UInt8(truncatingIfNeeded: $0) }
        }
    }

    private func packed<Stored, Value: BitwiseCopyable>(
        _ values: [Stored], _ count: Int, _ name: String, _ make: (Stored) -> Value
    ) -> FileBytes? {
        guard values.count == count else { return nil }
        let size = MemoryLayout<Value>.stride
        return FileBytes(name: name, byteCount: count * size) { target in
            for (index, value) in values.enumerated() {
                target.storeBytes(of: make(value), toByteOffset: index * size, as: Value.self)
            }
        }
    }
}
