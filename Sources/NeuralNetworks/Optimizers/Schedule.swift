import HindsightTensors

/// A number that changes with the step: learning rates, exploration, loss weights.
public typealias Schedule = @Sendable (_ step: Int) -> Float

/// Schedules, and ways to put them together.
///
/// ```swift
/// let rate = Schedules.warmUp(100, then: Schedules.cosine(from: 1e-3, to: 0, steps: 900))
/// optimizer.learningRate = rate(step)
/// ```
public enum Schedules {
    /// Always `value`.
    public static func constant(_ value: Float) -> Schedule { { _ in value } }

    /// A straight line from `start` to `end` over `steps` steps, then `end`.
    public static func linear(from start: Float, to end: Float, steps: Int) -> Schedule {
        require(steps >= 1, "Schedules.linear: needs at least one step, not \(steps)")
        return { step in
            start + (end - start) * Float(min(max(step, 0), steps)) / Float(steps)
        }
    }

    /// Half a cosine wave from `start` to `end` over `steps` steps, then `end` (Loshchilov and Hutter
    /// 2017).
    public static func cosine(from start: Float, to end: Float = 0, steps: Int) -> Schedule {
        require(steps >= 1, "Schedules.cosine: needs at least one step, not \(steps)")
        return { step in
            let part = Double(min(max(step, 0), steps)) / Double(steps)
            return end + (start - end) * Float(0.5 * (1 + halfTurnCosine(part)))
        }
    }

    /// `start` times `factor` to the power of the step.
    public static func exponential(from start: Float, factor: Float) -> Schedule {
        { step in Float(Double(start) * power(Double(factor), max(step, 0))) }
    }

    /// `start` times `factor` for every `every` steps that have passed.
    public static func stepped(from start: Float, factor: Float, every: Int) -> Schedule {
        require(every >= 1, "Schedules.stepped: needs at least one step, not \(every)")
        return { step in Float(Double(start) * power(Double(factor), max(step, 0) / every)) }
    }

    /// (1 - step / steps) to the power `exponent`, from `start` to `end`.
    public static func polynomial(
        from start: Float, to end: Float = 0, steps: Int, exponent: Int = 2
    ) -> Schedule {
        require(steps >= 1, "Schedules.polynomial: needs at least one step, not \(steps)")
        return { step in
            let left = 1 - Double(min(max(step, 0), steps)) / Double(steps)
            return end + (start - end) * Float(power(left, exponent))
        }
    }

    /// `parts` one after another: each counts its steps from 0, and all but the last end after as many
    /// steps as they are given with.
    public static func sequence(_ parts: [(steps: Int, schedule: Schedule)]) -> Schedule {
        require(!parts.isEmpty, "Schedules.sequence: no schedules are given")
        return { step in
            var step = step
            for part in parts.dropLast() {
                if step < part.steps { return part.schedule(step) }
                step -= part.steps
            }
            return parts[parts.count - 1].schedule(step)
        }
    }

    /// A straight line from 0 to the beginning of `schedule` over `steps` steps, then `schedule`.
    public static func warmUp(_ steps: Int, then schedule: @escaping Schedule) -> Schedule {
        guard steps > 0 else { return schedule }
        return sequence([
            (steps, linear(from: 0, to: schedule(0), steps: steps)), (Int.max, schedule),
        ])
    }

    /// `schedule` times `factor`.
    public static func scaled(_ schedule: @escaping Schedule, by factor: Float) -> Schedule {
        { step in schedule(step) * factor }
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { product, _ in product * base }
    }

    /// cos(π·part) for part in 0...1, without a math library.
    private static func halfTurnCosine(_ part: Double) -> Double {
        if part > 0.5 { return -halfTurnCosine(1 - part) }
        let x = part * Double.pi, square = x * x
        var term = 1.0, sum = 1.0
        for index in stride(from: 1, through: 21, by: 2) {
            term *= -square / Double(index * (index + 1))
            sum += term
        }
        return sum
    }
}
