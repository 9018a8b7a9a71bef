import CHindsightKernels

/// Finds the nearest other rows of every row: by products in single precision, and again in double precision
/// where their rounding could matter.
struct NeighbourSearch {
    private let x: [Double]
    private let rows: Int
    private let columns: Int
    private let keep: Int
    private let squares: [Double]

    /// - Parameters:
    ///   - x: `[rows, columns]`, centred.
    ///   - keep: how many neighbours of each row.
    init(_ x: [Double], rows: Int, columns: Int, keep: Int) {
        self.x = x
        self.rows = rows
        self.columns = columns
        self.keep = keep
        squares = x.withUnsafeBufferPointer { x in
            (0..<rows).map { row in
                let start = x.baseAddress! + row * columns
                return hs_dot64(start, start, columns)
            }
        }
    }

    /// Numbers of each row's neighbours, nearest first, `[rows, keep]`.
    func neighbours() -> [UInt32] {
        var result = [UInt32](repeating: 0, count: rows * keep)
        // Lengths near 1, so that single precision neither overflows nor underflows; a power of two, so
        // that distances stay in order.
        let longest = (squares.max() ?? 0).squareRoot()
        let scale =
            longest > 0 ? Double(sign: .plus, exponent: -longest.exponent, significand: 1) : 1
        let narrow = x.map { Float($0 * scale) }
        let scaled = x.map { $0 * scale }
        let scaledSquares = squares.map { $0 * scale * scale }
        let narrowSquares = scaledSquares.map { Float($0) }
        scaled.withUnsafeBufferPointer { scaled in
            scaledSquares.withUnsafeBufferPointer { scaledSquares in
                narrow.withUnsafeBufferPointer { narrow in
                    narrowSquares.withUnsafeBufferPointer { narrowSquares in
                        result.withUnsafeMutableBufferPointer { result in
                            run(
                                hs_neighbours64(
                                    x: scaled.baseAddress, squares: scaledSquares.baseAddress,
                                    narrow: narrow.baseAddress,
                                    narrow_squares: narrowSquares.baseAddress,
                                    longest: longest * scale, rows: rows, columns: columns,
                                    keep: keep, neighbours: result.baseAddress))
                        }
                    }
                }
            }
        }
        return result
    }

    private func run(_ search: hs_neighbours64) {
        var search = search
        let chunk = min(rows, max(1, min(512, (1 << 23) / rows)))
        var products = [Float](repeating: 0, count: chunk * rows)
        var missed = [UInt8](repeating: 0, count: rows)
        missed.withUnsafeMutableBufferPointer { missed in
            for first in stride(from: 0, to: rows, by: chunk) {
                hs_neighbours64_quick(
                    &search, first, min(chunk, rows - first), &products,
                    missed.baseAddress! + first)
            }
        }
        let again = missed.indices.filter { missed[$0] != 0 }.map { UInt32($0) }
        guard !again.isEmpty else { return }
        var gathered = [Double](repeating: 0, count: chunk * columns)
        var exact = [Double](repeating: 0, count: chunk * rows)
        for first in stride(from: 0, to: again.count, by: chunk) {
            let part = Array(again[first..<min(first + chunk, again.count)])
            hs_neighbours64_exact(&search, part, part.count, &gathered, &exact)
        }
    }
}
