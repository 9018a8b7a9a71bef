import CHindsightKernels

/// Minimises a smooth convex function by L-BFGS.
///
/// Nocedal and Wright, "Numerical Optimization", 2nd edition, algorithm 7.4; a step is accepted by the
/// approximate Wolfe conditions of Hager and Zhang, "A New Conjugate Gradient Method with Guaranteed Descent
/// and an Efficient Line Search", SIAM Journal on Optimization 16, 2005, which rounding does not defeat.
struct LimitedMemoryBFGS {
    /// Where the search is.
    private(set) var point: [Double]
    private let tolerance: Double
    private let steps: Int
    private var moves: [[Double]] = []
    private var changes: [[Double]] = []
    private let memory = 12

    /// - Parameters:
    ///   - start: where to begin.
    ///   - tolerance: the search ends when a step can lower the value by no more than this share of it.
    ///   - steps: the most steps.
    init(start: [Double], tolerance: Double, steps: Int) {
        point = start
        self.tolerance = tolerance
        self.steps = steps
    }

    /// Searches; the function writes the gradient and returns the value.
    ///
    /// - Returns: the least value found.
    mutating func minimize(
        _ function: ([Double], inout [Double]) throws -> Double
    ) throws -> Double {
        var gradient = [Double](repeating: 0, count: point.count)
        var value = try function(point, &gradient)
        var next = point
        var nextGradient = gradient
        for _ in 0..<steps {
            let direction = direction(gradient)
            let slope = dot(direction, gradient)
            guard -slope > tolerance * max(value.magnitude, .leastNormalMagnitude) else {
                return value
            }
            var (low, high) = (0.0, Double.infinity)
            var step = moves.isEmpty ? min(1, 1 / dot(gradient, gradient).squareRoot()) : 1
            var isFound = false
            for _ in 0..<40 {
                for i in next.indices { next[i] = point[i] + step * direction[i] }
                let nextValue = try function(next, &nextGradient)
                let nextSlope = dot(direction, nextGradient)
                let rounding = 1e-14 * value.magnitude
                if nextValue > value + rounding || nextSlope > -0.9 * slope {
                    high = step
                } else if nextSlope < 0.9 * slope {
                    low = step
                } else {
                    isFound = true
                    remember(next, nextGradient, gradient)
                    swap(&point, &next)
                    swap(&gradient, &nextGradient)
                    value = min(nextValue, value + rounding)
                    break
                }
                step = high.isFinite ? (low + high) / 2 : 2 * step
            }
            // No step is better: what is left is rounding.
            guard isFound else { return value }
        }
        return value
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double { hs_dot64(a, b, a.count) }

    private mutating func remember(_ next: [Double], _ new: [Double], _ old: [Double]) {
        let move = next.indices.map { next[$0] - point[$0] }
        let change = new.indices.map { new[$0] - old[$0] }
        guard dot(move, change) > 0 else { return }
        if moves.count == memory {
            moves.removeFirst()
            changes.removeFirst()
        }
        moves.append(move)
        changes.append(change)
    }

    /// −H · gradient, the two loops over what is remembered.
    private func direction(_ gradient: [Double]) -> [Double] {
        var q = gradient.map { -$0 }
        var factors = [Double](repeating: 0, count: moves.count)
        for i in moves.indices.reversed() {
            factors[i] = dot(moves[i], q) / dot(moves[i], changes[i])
            for j in q.indices { q[j] -= factors[i] * changes[i][j] }
        }
        if let move = moves.last, let change = changes.last {
            let scale = dot(move, change) / dot(change, change)
            for j in q.indices { q[j] *= scale }
        }
        for i in moves.indices {
            let other = dot(changes[i], q) / dot(moves[i], changes[i])
            for j in q.indices { q[j] += (factors[i] - other) * moves[i][j] }
        }
        return q
    }
}
