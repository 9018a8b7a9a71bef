/// The standard normal distribution.
enum StandardNormal {
    /// The probability of at most x.
    static func cumulative(_ x: Double) -> Double {
        complementaryErrorFunction(-x / 2.0.squareRoot()) / 2
    }

    /// The x that is exceeded with probability 1 − p, by bisection; ±40 at the ends.
    static func quantile(_ p: Double) -> Double {
        bisect(from: -40, to: 40) { cumulative($0) >= p }
    }
}

/// Student's t distribution with a whole number of degrees of freedom.
enum StudentT {
    /// The probability of a value between −t and t.
    ///
    /// Finite sums in cos² θ, θ = atan(t/√ν): Abramowitz and Stegun, "Handbook of mathematical
    /// functions" (1964), 26.7.3 and 26.7.4.
    static func central(_ t: Double, degreesOfFreedom: Int) -> Double {
        let ratio = t / Double(degreesOfFreedom).squareRoot()
        let cosine2 = 1 / (1 + ratio * ratio)
        let cosine = cosine2.squareRoot()
        let sine = ratio * cosine
        let isOdd = degreesOfFreedom % 2 == 1
        var term = isOdd ? cosine : 1
        var sum = degreesOfFreedom == 1 ? 0 : term
        // The terms go from cos² to cos², up to the power of ν − 2.
        var power = isOdd ? 3 : 2
        while power <= degreesOfFreedom - 2 {
            term *= cosine2 * Double(power - 1) / Double(power)
            sum += term
            power += 2
        }
        guard isOdd else { return sine * sum }
        return (arcTangent(ratio) + sine * sum) * 2 / .pi
    }

    /// The t for which a value lies between −t and t with probability `level`.
    ///
    /// Beyond 10,000 degrees of freedom from the normal quantile by Abramowitz and Stegun 26.7.5.
    static func critical(level: Double, degreesOfFreedom: Int) -> Double {
        let z = StandardNormal.quantile((1 + level) / 2)
        guard degreesOfFreedom <= 10_000 else {
            let n = Double(degreesOfFreedom)
            let z3 = z * z * z
            return z + (z3 + z) / (4 * n) + (5 * z3 * z * z + 16 * z3 + 3 * z) / (96 * n * n)
        }
        var upper = max(z, 1)
        while central(upper, degreesOfFreedom: degreesOfFreedom) < level, upper < 1e12 {
            upper *= 2
        }
        return bisect(from: 0, to: upper) {
            central($0, degreesOfFreedom: degreesOfFreedom) >= level
        }
    }
}

/// The smallest x between the bounds for which an increasing condition holds, to the last bit.
private func bisect(from low: Double, to high: Double, _ holds: (Double) -> Bool) -> Double {
    var (low, high) = (low, high)
    while true {
        let middle = low + (high - low) / 2
        guard middle > low, middle < high else { return high }
        if holds(middle) { high = middle } else { low = middle }
    }
}
