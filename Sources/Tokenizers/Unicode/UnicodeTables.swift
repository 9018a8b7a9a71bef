/// What the reference takes each code point for, unpacked from `UnicodeData`.
///
/// The packed bytes hold, one after the other, with numbers as LEB128: the properties and the
/// canonical combining classes, each as a count of runs and then the length and value of every run
/// over all code points; the canonical decompositions (without Hangul), the compatibility
/// decompositions and the lowercase forms, each as a count and then, for every code point, the
/// difference to the one before, the number of scalars and the zigzag differences of the scalars;
/// the canonical compositions, as a count and then first, second and composite.
struct UnicodeTables: @unchecked Sendable {
    /// Bits that say what a code point is.
    struct Property: OptionSet, BitwiseCopyable {
        let rawValue: UInt16

        /// Removed by BERT's cleaning.
        static let dropped = Property(rawValue: 1 << 0)
        /// White space of Unicode.
        static let whitespace = Property(rawValue: 1 << 1)
        /// A CJK ideograph that BERT puts spaces around.
        static let ideograph = Property(rawValue: 1 << 2)
        /// A mark that BERT removes as an accent.
        static let nonspacing = Property(rawValue: 1 << 3)
        /// Punctuation that stands alone for BERT.
        static let punctuation = Property(rawValue: 1 << 4)
        /// A number in the sense of Rust's `is_numeric`.
        static let numeric = Property(rawValue: 1 << 5)
        /// `\w` of the pre-tokenizer `Whitespace`.
        static let word = Property(rawValue: 1 << 6)
        /// A mark that the normalizer `StripAccents` removes.
        static let mark = Property(rawValue: 1 << 7)
        /// `\p{L}` in patterns.
        static let letter = Property(rawValue: 1 << 8)
        /// `\p{N}` in patterns.
        static let number = Property(rawValue: 1 << 9)
        /// `\s` in patterns.
        static let space = Property(rawValue: 1 << 10)
        /// Its canonical combining class is not zero.
        static let reordered = Property(rawValue: 1 << 11)
        /// Has a canonical decomposition.
        static let decomposes = Property(rawValue: 1 << 12)
        /// Has another lowercase form.
        static let lowercases = Property(rawValue: 1 << 13)
        /// Its compatibility decomposition is not the canonical one.
        static let compatibility = Property(rawValue: 1 << 14)
        /// May be the second of a canonical composition.
        static let second = Property(rawValue: 1 << 15)
    }

    /// The tables, unpacked once for the process.
    static let shared = UnicodeTables()

    private let properties: CodePointTable
    private let classes: CodePointTable
    let canonical: ScalarMapping
    let compatibility: ScalarMapping
    let lowercase: ScalarMapping
    /// Composites by first scalar (upper half) and second scalar.
    let compositions: PairTable

    private init() {
        var reader = PackedReader()
        properties = CodePointTable(&reader)
        classes = CodePointTable(&reader)
        canonical = ScalarMapping(&reader)
        compatibility = ScalarMapping(&reader)
        lowercase = ScalarMapping(&reader)
        let count = reader.number()
        var table = PairTable(capacity: count)
        for _ in 0..<count {
            let first = UInt32(reader.number())
            let second = UInt32(reader.number())
            table.insert(first, second, UInt64(reader.number()))
        }
        compositions = table
    }

    @inline(__always)
    subscript(scalar: UInt32) -> Property { Property(rawValue: properties[scalar]) }

    /// The canonical combining class.
    @inline(__always)
    func combiningClass(_ scalar: UInt32) -> UInt16 { classes[scalar] }
}

/// A value for each code point, in blocks of 128 that equal runs share. Lives as long as the process.
struct CodePointTable: @unchecked Sendable {
    private let blocks: UnsafePointer<UInt16>
    private let values: UnsafePointer<UInt16>

    init(_ reader: inout PackedReader) {
        var all = [UInt16](repeating: 0, count: 0x110000)
        var start = 0
        for _ in 0..<reader.number() {
            let end = start + reader.number()
            let value = UInt16(reader.number())
            if value != 0 { for scalar in start..<end { all[scalar] = value } }
            start = end
        }
        self.init(all)
    }

    init(_ all: [UInt16]) {
        var blocks: [UInt16] = []
        var values: [UInt16] = []
        var uniform: [UInt16: UInt16] = [:]
        for start in stride(from: 0, to: all.count, by: 128) {
            let block = all[start..<start + 128]
            let isUniform = block.allSatisfy { $0 == all[start] }
            if isUniform, let known = uniform[all[start]] {
                blocks.append(known)
                continue
            }
            let index = UInt16(values.count / 128)
            if isUniform { uniform[all[start]] = index }
            blocks.append(index)
            values.append(contentsOf: block)
        }
        self.blocks = immortal(blocks)
        self.values = immortal(values)
    }

    @inline(__always)
    subscript(scalar: UInt32) -> UInt16 {
        values[Int(blocks[Int(scalar >> 7)]) << 7 | Int(scalar & 127)]
    }
}

/// What some code points become. Lives as long as the process.
struct ScalarMapping: @unchecked Sendable {
    private let offsets: CodePointTable
    private let pool: UnsafePointer<UInt32>

    init(_ reader: inout PackedReader) {
        var offsets = [UInt16](repeating: 0, count: 0x110000)
        var pool: [UInt32] = [0]
        var scalar = 0
        for _ in 0..<reader.number() {
            scalar += reader.number()
            offsets[scalar] = UInt16(pool.count)
            let count = reader.number()
            pool.append(UInt32(count))
            var last = scalar
            for _ in 0..<count {
                last += reader.difference()
                pool.append(UInt32(last))
            }
        }
        self.offsets = CodePointTable(offsets)
        self.pool = immortal(pool)
    }

    /// What a scalar becomes; nothing if it stays.
    @inline(__always)
    subscript(scalar: UInt32) -> UnsafeBufferPointer<UInt32> {
        let start = pool + Int(offsets[scalar])
        return UnsafeBufferPointer(start: start + 1, count: Int(start[0]))
    }
}

/// A copy of the values that is never freed.
private func immortal<T: BitwiseCopyable>(_ values: [T]) -> UnsafePointer<T> {
    let copy = UnsafeMutablePointer<T>.allocate(capacity: values.count)
    copy.initialize(from: values, count: values.count)
    return UnsafePointer(copy)
}
