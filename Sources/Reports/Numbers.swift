import Foundation

/// Numbers as people read them.
package enum Numbers {
    /// About `digits` significant digits, without trailing zeros: `0.8731`, `1204`, `3.2e-05`.
    package static func short(_ value: Double, digits: Int = 4) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "∞" : "−∞" }
        return String(format: "%.\(digits)g", value == 0 ? 0 : value)
            .replacing("-", with: "−").replacing("e−", with: "e-")
    }

    /// A whole number of decimals: `0.870`.
    package static func fixed(_ value: Double, _ decimals: Int) -> String {
        value.isFinite ? String(format: "%.\(decimals)f", value) : short(value)
    }

    /// A fraction as a percentage: `87.3 %`.
    package static func percent(_ value: Double) -> String {
        value.isFinite ? fixed(value * 100, 1) + " %" : short(value)
    }

    /// Whole numbers with thin spaces between thousands.
    package static func count(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "\u{202F}" }
            text.append(digit)
        }
        return text
    }

    /// Bytes with a unit: `83.5 MB`.
    package static func bytes(_ count: Int) -> String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var value = Double(count)
        var unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return (unit == 0 ? "\(count)" : fixed(value, value < 100 ? 1 : 0)) + " " + units[unit]
    }

    /// Seconds as `42 s`, `3:07` or `2:15:00`.
    package static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
        if seconds < 60 { return short(seconds, digits: seconds < 10 ? 2 : 3) + " s" }
        let whole = Int(seconds.rounded())
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0
            ? String(format: "%d:%02d:%02d", hours, minutes, rest)
            : String(format: "%d:%02d", minutes, rest)
    }

    /// A moment as `2026-11-23 19:07 UTC`.
    package static func moment(_ date: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 0)!
        let part = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        return String(
            format: "%04d-%02d-%02d %02d:%02d UTC", part.year ?? 0, part.month ?? 0, part.day ?? 0,
            part.hour ?? 0, part.minute ?? 0)
    }
}
