import Foundation

/// Learning rates to try.
public enum RateGrid {
    /// Numbers at even distances on a logarithmic scale, both ends included, rounded to two digits.
    ///
    /// - Parameters:
    ///   - low: the least, above 0.
    ///   - high: the greatest.
    ///   - count: how many, at least 1; one alone is the geometric mean.
    /// - Returns: different numbers, ascending.
    public static func logarithmic(from low: Double, to high: Double, count: Int) -> [Double] {
        guard count > 1, high > low else { return [rounded((low * high).squareRoot())] }
        let ratio = log(high / low) / Double(count - 1)
        var rates: [Double] = []
        for index in 0..<count {
            let rate = rounded(low * exp(ratio * Double(index)))
            if rates.last != rate { rates.append(rate) }
        }
        return rates
    }

    /// A number's first two digits, as the shortest decimal.
    static func rounded(_ number: Double) -> Double {
        let power = Int(log10(number).rounded(.down)) - 1
        let digits = (number / pow(10, Double(power))).rounded()
        return Double("\(Int(digits))e\(power)") ?? number
    }
}
