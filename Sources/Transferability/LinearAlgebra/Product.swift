import CHindsightKernels

/// A matrix as an operand: its numbers row by row, and whether it is meant transposed.
struct Operand {
    let values: UnsafePointer<Double>
    /// Of the matrix as it lies.
    let columns: Int
    let isTransposed: Bool

    init(_ values: UnsafePointer<Double>, columns: Int, transposed: Bool = false) {
        self.values = values
        self.columns = columns
        isTransposed = transposed
    }
}

/// a · b in double precision on all threads, row by row.
///
/// - Parameters:
///   - rows: of the result.
///   - columns: of the result.
///   - depth: columns of a and rows of b.
///   - isSymmetric: the result is known to be symmetric, so that half of it is computed.
func product(
    _ a: Operand, _ b: Operand, rows: Int, columns: Int, depth: Int, isSymmetric: Bool = false
) -> [Double] {
    [Double](unsafeUninitializedCapacity: rows * columns) { buffer, count in
        var call = hs_product64(
            M: rows, N: columns, K: depth, a: a.values, lda: a.columns,
            transposes_a: a.isTransposed, b: b.values, ldb: b.columns,
            transposes_b: b.isTransposed, c: buffer.baseAddress, ldc: columns,
            symmetric: isSymmetric)
        hs_matmul64(&call)
        count = rows * columns
    }
}

/// xᵀx, or x xᵀ, of a matrix `[rows, columns]`.
func gram(_ x: [Double], rows: Int, columns: Int, ofRows: Bool) -> [Double] {
    let size = ofRows ? rows : columns
    return x.withUnsafeBufferPointer { x in
        guard let base = x.baseAddress else { return [Double](repeating: 0, count: size * size) }
        return product(
            Operand(base, columns: columns, transposed: !ofRows),
            Operand(base, columns: columns, transposed: ofRows), rows: size, columns: size,
            depth: ofRows ? columns : rows, isSymmetric: true)
    }
}

/// a bᵀ of matrices `[rows, depth]` and `[columns, depth]`.
func productWithTransposed(
    _ a: [Double], _ b: [Double], rows: Int, columns: Int, depth: Int
) -> [Double] {
    guard rows > 0, columns > 0, depth > 0 else {
        return [Double](repeating: 0, count: rows * columns)
    }
    return a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
            product(
                Operand(a.baseAddress!, columns: depth),
                Operand(b.baseAddress!, columns: depth, transposed: true), rows: rows,
                columns: columns, depth: depth)
        }
    }
}

/// a b of matrices `[rows, depth]` and `[depth, columns]`.
func product(
    _ a: [Double], _ b: [Double], rows: Int, columns: Int, depth: Int
) -> [Double] {
    guard rows > 0, columns > 0, depth > 0 else {
        return [Double](repeating: 0, count: rows * columns)
    }
    return a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
            product(
                Operand(a.baseAddress!, columns: depth), Operand(b.baseAddress!, columns: columns),
                rows: rows, columns: columns, depth: depth)
        }
    }
}
