import Foundation

/// An axis: the range it shows and round numbers on it.
struct Axis: Sendable {
    let low: Double
    let high: Double
    let ticks: [Double]
    let step: Double

    /// An axis over finite values, widened where they are all the same.
    init(_ values: some Sequence<Double>, ticks count: Int, toTicks: Bool = true) {
        var low = Double.infinity
        var high = -Double.infinity
        for value in values where value.isFinite && abs(value) < 1e300 {
            low = min(low, value)
            high = max(high, value)
        }
        if low > high { (low, high) = (0, 1) }
        if high - low <= abs(high) * 1e-12 {
            let margin = high == 0 ? 1 : abs(high) * 0.1
            (low, high) = (low - margin, high + margin)
        }
        let step = Axis.roundStep((high - low) / Double(max(1, count)))
        self.step = step
        if toTicks {
            low = (low / step + 1e-9).rounded(.down) * step
            high = (high / step - 1e-9).rounded(.up) * step
        }
        self.low = low
        self.high = high
        let first = (low / step - 1e-9).rounded(.up)
        let last = (high / step + 1e-9).rounded(.down)
        let tickCount = max(0, Int(min(100, last - first + 1)))
        ticks = (0..<tickCount).map { (first + Double($0)) * step }
    }

    /// The next of 1, 2 and 5 times a power of ten (Heckbert, Graphics Gems, 1990).
    private static func roundStep(_ rough: Double) -> Double {
        let power = pow(10, log10(rough).rounded(.down))
        let fraction = rough / power
        let round = [1.0, 2, 5].first { fraction <= $0 * 1.0000001 } ?? 10
        return round * power
    }

    /// Where a value lies, from 0 to 1.
    func position(_ value: Double) -> Double { (value - low) / (high - low) }

    /// A tick's number, with as many decimals as the step needs.
    func label(_ tick: Double) -> String {
        let magnitude = max(abs(low), abs(high))
        if magnitude >= 1e6 || magnitude < 1e-3 {
            return Numbers.short(abs(tick) < step * 1e-9 ? 0 : tick, digits: 3)
        }
        let decimals = max(0, min(8, Int((-log10(step) - 1e-9).rounded(.up))))
        return Numbers.fixed(abs(tick) < step * 1e-9 ? 0 : tick, decimals)
            .replacing("-", with: "−")
    }
}
