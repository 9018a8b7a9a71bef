/// A value that a GGUF file says of its model, such as the number of layers.
public enum GGUFValue: Sendable {
    /// An integer of any of the format's widths.
    case integer(Int)
    /// A 64-bit integer without sign beyond what `Int` holds.
    case unsigned(UInt64)
    /// A number of single or double precision.
    case number(Double)
    /// True or false.
    case bool(Bool)
    /// A text.
    case text(String)
    /// Several values of one type.
    case array(GGUFArray)

    /// The integer, if it is one.
    public var integer: Int? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The number, if it is one; integers too.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The truth value, if it is one.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The text, if it is one.
    public var text: String? {
        if case .text(let value) = self { value } else { nil }
    }

    /// The array, if it is one.
    public var array: GGUFArray? {
        if case .array(let value) = self { value } else { nil }
    }
}

extension GGUFValue: CustomStringConvertible {
    /// What is shown to people: the value, or how many there are.
    public var description: String {
        switch self {
        case .integer(let value): "\(value)"
        case .unsigned(let value): "\(value)"
        case .number(let value): "\(value)"
        case .bool(let value): "\(value)"
        case .text(let value): value
        case .array(let value): "[\(value.count) of type \(value.type)]"
        }
    }
}

/// Several values of one type in a GGUF file, such as a vocabulary. They are read when asked for.
public struct GGUFArray: Sendable {
    /// The types of values (specification, `gguf_metadata_value_type`).
    public enum ElementType: UInt32, Sendable {
        case uint8 = 0
        case int8, uint16, int16, uint32, int32, float32, bool, text, array, uint64, int64, float64

        /// The bytes of one value; nil for those of no fixed size.
        var byteCount: Int? {
            switch self {
            case .uint8, .int8, .bool: 1
            case .uint16, .int16: 2
            case .uint32, .int32, .float32: 4
            case .uint64, .int64, .float64: 8
            case .text, .array: nil
            }
        }
    }

    /// The values' type.
    public let type: ElementType
    /// How many values there are.
    public let count: Int
    /// Where they are; checked when the file was opened.
    let range: Range<Int>
    let file: FileBytes

    /// The texts.
    ///
    /// - Throws: `ModelFileError` if they are none. What is no valid UTF-8 is U+FFFD in them.
    public func texts() throws(ModelFileError) -> [String] {
        guard type == .text else { throw failure("texts") }
        return withExtendedLifetime(file) {
            var cursor = ByteCursor(file.bytes, at: range.lowerBound)
            return (0..<count).map { _ in
                let length = Int(clamping: cursor.read(UInt64.self) ?? 0)
                return String(decoding: file.bytes[cursor.skip(length) ?? 0..<0], as: UTF8.self)
            }
        }
    }

    /// The integers.
    ///
    /// - Throws: `ModelFileError` if they are none, or one is beyond what `Int` holds.
    public func integers() throws(ModelFileError) -> [Int] {
        switch type {
        case .uint8: all(UInt8.self)
        case .int8: all(Int8.self)
        case .uint16: all(UInt16.self)
        case .int16: all(Int16.self)
        case .uint32: all(UInt32.self)
        case .int32: all(Int32.self)
        case .int64: all(Int64.self)
        case .uint64:
            try all(UInt64.self, { Int(exactly: $0) ?? -1 }).map { value throws(ModelFileError) in
                guard value >= 0 else { throw failure("integers of 63 bits") }
                return value
            }
        default: throw failure("integers")
        }
    }

    /// The numbers, integers too.
    ///
    /// - Throws: `ModelFileError` if they are none.
    public func numbers() throws(ModelFileError) -> [Double] {
        switch type {
        case .float32: all(UInt32.self) { Double(Float(bitPattern: $0)) }
        case .float64: all(UInt64.self) { Double(bitPattern: $0) }
        default: try integers().map { Double($0) }
        }
    }

    private func all<Number: FixedWidthInteger>(_: Number.Type) -> [Int] {
        all(Number.self) { Int(truncatingIfNeeded: $0) }
    }

    private func all<Number: FixedWidthInteger, Value>(
        _: Number.Type, _ make: (Number) -> Value
    ) -> [Value] {
        withExtendedLifetime(file) {
            var cursor = ByteCursor(file.bytes, at: range.lowerBound)
            return (0..<count).map { _ in make(cursor.read() ?? 0) }
        }
    }

    private func failure(_ expected: String) -> ModelFileError {
        ModelFileError(
            path: file.path, problem: "an array of \(count) \(type) where \(expected) are expected")
    }
}
