import CHindsightKernels

/// Numbers in rows, one row an example: features, regression targets or probabilities.
public struct FeatureMatrix: Sendable, Equatable {
    /// How many examples.
    public let rows: Int
    /// How many numbers an example has.
    public let columns: Int
    /// The numbers, row by row: `rows * columns` finite values.
    public let values: [Double]

    /// What squares and their sums stay finite for.
    static let largest = 1e140
    /// The largest number of rows, and of features that have as many rows.
    static let mostRows = Int(Int32.max) / 2

    /// A matrix of numbers row by row.
    ///
    /// - Parameters:
    ///   - values: `[rows, columns]`, row by row.
    ///   - columns: how many numbers a row has.
    ///   - what: what the numbers are called in errors.
    /// - Throws: ``TransferabilityError`` if there are none, if they do not fill the rows, or if one is
    ///   not finite or beyond 1e140.
    public init(_ values: [Double], columns: Int, called what: String = "features") throws {
        try Self.checkShape(values.count, columns, what)
        if let bad = values.firstIndex(where: { !($0.magnitude <= Self.largest) }) {
            throw Self.error(values[bad], row: bad / columns, column: bad % columns, what)
        }
        self.init(unchecked: values, columns: columns)
    }

    /// A matrix of single-precision numbers row by row.
    ///
    /// - Parameters:
    ///   - values: `[rows, columns]`, row by row.
    ///   - columns: how many numbers a row has.
    ///   - what: what the numbers are called in errors.
    /// - Throws: ``TransferabilityError`` as ``init(_:columns:called:)-(_,Int,_)`` does.
    public init(_ values: [Float], columns: Int, called what: String = "features") throws {
        try Self.checkShape(values.count, columns, what)
        var isGood = true
        let wide = [Double](unsafeUninitializedCapacity: values.count) { buffer, count in
            isGood = hs_widen64(values, values.count, Self.largest, buffer.baseAddress!)
            count = values.count
        }
        if !isGood, let bad = values.firstIndex(where: { !$0.isFinite }) {
            throw Self.error(
                Double(values[bad]), row: bad / columns, column: bad % columns, what)
        }
        self.init(unchecked: wide, columns: columns)
    }

    private static func checkShape(_ count: Int, _ columns: Int, _ what: String) throws {
        guard count > 0, columns > 0 else { throw TransferabilityError.empty(what: what) }
        guard count % columns == 0 else {
            throw TransferabilityError.countMismatch(
                what: "\(what) in rows of \(columns)", expected: (count / columns + 1) * columns,
                found: count)
        }
        guard count / columns <= mostRows else {
            throw TransferabilityError.tooLarge(
                what: "the number of rows", limit: "\(mostRows)", found: "\(count / columns)")
        }
    }

    init(unchecked values: [Double], columns: Int) {
        self.values = values
        self.columns = columns
        rows = values.count / columns
    }

    private static func error(
        _ value: Double, row: Int, column: Int, _ what: String
    ) -> TransferabilityError {
        guard value.isFinite else {
            return .notFinite(what: what, row: row, column: column, value: "\(value)")
        }
        return .tooLarge(
            what: "row \(row), column \(column) of the \(what)", limit: "\(largest)",
            found: "\(value)")
    }
}
