/// The sizes of a tensor's dimensions, outermost first: a collection of at most eight non-negative
/// integers, held inline (no allocation). `[]` is the shape of a scalar.
public struct Shape: Sendable {
    /// The most dimensions a shape can have.
    public static let maximumRank = 8

    typealias Sizes = (Int, Int, Int, Int, Int, Int, Int, Int)

    var sizes: Sizes = (0, 0, 0, 0, 0, 0, 0, 0)

    /// The number of dimensions.
    public private(set) var rank: Int = 0

    /// The number of elements: the product of all sizes, 1 for a scalar.
    public private(set) var elementCount: Int = 1

    /// The shape of a scalar.
    public init() {}

    /// A shape with these sizes.
    public init(_ sizes: some Collection<Int>) {
        for size in sizes { append(size) }
    }

    /// The shape `[size]`.
    @inline(__always)
    init(_ size: Int) {
        sizes.0 = size
        rank = 1
        elementCount = size
    }

    /// The shape `[rows, columns]`.
    @inline(__always)
    init(_ rows: Int, _ columns: Int) {
        sizes.0 = rows
        sizes.1 = columns
        rank = 2
        elementCount = rows * columns
    }

    /// Adds a dimension behind the last one.
    public mutating func append(_ size: Int) {
        require(rank < Shape.maximumRank, "Shape: more than \(Shape.maximumRank) dimensions")
        require(size >= 0, "Shape: negative size \(size) in dimension \(rank)")
        rank += 1
        set(rank - 1, size)
        let (count, overflow) = elementCount.multipliedReportingOverflow(by: size)
        require(!overflow, "Shape: \(self) has too many elements to count")
        elementCount = count
    }

    /// The product of all sizes.
    private func counted() -> Int {
        var product = 1
        for size in self {
            let (next, overflow) = product.multipliedReportingOverflow(by: size)
            require(!overflow, "Shape: \(self) has too many elements to count")
            product = next
        }
        return product
    }

    private mutating func set(_ index: Int, _ size: Int) {
        withUnsafeMutableBytes(of: &sizes) { bytes in
            bytes.storeBytes(
                of: size, toByteOffset: index &* MemoryLayout<Int>.stride, as: Int.self)
        }
    }
}

extension Shape {
    /// Bytes of a tensor of this shape; past any machine's memory where an `Int` cannot say how many.
    @inline(__always)
    func byteCount(_ dtype: DType) -> Int {
        let (bytes, overflow) = elementCount.multipliedReportingOverflow(by: dtype.byteCount)
        return overflow ? 1 << 62 : Swift.min(bytes, 1 << 62)
    }
}

extension Shape: RandomAccessCollection {
    /// The first dimension: 0.
    public var startIndex: Int { 0 }
    /// Past the last dimension.
    public var endIndex: Int { rank }

    /// The size of dimension `index`, counted from 0.
    @inline(__always)
    public subscript(index: Int) -> Int {
        get {
            require(index >= 0 && index < rank, "Shape: no dimension \(index) in \(self)")
            return withUnsafeBytes(of: sizes) { bytes in
                bytes.load(fromByteOffset: index &* MemoryLayout<Int>.stride, as: Int.self)
            }
        }
        set {
            require(index >= 0 && index < rank, "Shape: no dimension \(index) in \(self)")
            require(newValue >= 0, "Shape: negative size \(newValue) in dimension \(index)")
            set(index, newValue)
            elementCount = counted()
        }
    }
}

extension Shape: Hashable {
    /// Whether rank and all sizes are equal.
    @inline(__always)
    public static func == (a: Shape, b: Shape) -> Bool {
        a.rank == b.rank && a.elementCount == b.elementCount
            && a.sizes.0 == b.sizes.0 && a.sizes.1 == b.sizes.1 && a.sizes.2 == b.sizes.2
            && a.sizes.3 == b.sizes.3 && a.sizes.4 == b.sizes.4 && a.sizes.5 == b.sizes.5
            && a.sizes.6 == b.sizes.6 && a.sizes.7 == b.sizes.7
    }

    /// Hashes the sizes.
    public func hash(into hasher: inout Hasher) {
        for size in self { hasher.combine(size) }
    }
}

extension Shape: ExpressibleByArrayLiteral {
    /// A shape written as a literal: `[2, 3]`.
    public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension Shape: CustomStringConvertible {
    /// What is shown to people.
    public var description: String { "[" + map(String.init).joined(separator: ", ") + "]" }
}
