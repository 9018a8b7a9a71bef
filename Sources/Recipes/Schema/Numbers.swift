// How numbers are written in recipes: YAML 1.2's core schema, with YAML 1.1's `1_000`.

/// A number as its shortest text that gives it again: "5e-5", "0.01", "16", "1.5".
///
/// - Parameter number: a finite number.
func format(_ number: Double) -> String {
    var text = number.description
    if text.hasSuffix(".0") { text.removeLast(2) }
    guard let exponent = text.firstIndex(where: { $0 == "e" }) else { return shortened(text) }
    let power = Int(text[text.index(after: exponent)...]) ?? 0
    var mantissa = text[..<exponent]
    if mantissa.hasSuffix(".0") { mantissa = mantissa.dropLast(2) }
    return "\(mantissa)e\(power)"
}

/// Moves the point of a text like "0.00015" behind the first digit: "1.5e-4".
private func shortened(_ text: String) -> String {
    let sign = text.hasPrefix("-") ? "-" : ""
    let digits = text.dropFirst(sign.count)
    guard digits.hasPrefix("0.000"), digits.count > 5 else { return text }
    let significant = digits.dropFirst(2).drop { $0 == "0" }
    let power = digits.count - 2 - significant.count + 1
    let rest = significant.dropFirst()
    return "\(sign)\(significant.prefix(1))" + (rest.isEmpty ? "" : ".\(rest)") + "e-\(power)"
}

/// What a plain scalar's text is as a number.
enum NumberText: Equatable {
    /// A whole number, in range of Int.
    case integer(Int)
    /// A number with a point or an exponent.
    case number(Double)
    /// A number by its form, whose value can't be held or is read in more ways than one.
    case unusable(String)
    /// Not a number.
    case other

    /// Reads a plain scalar.
    init(_ text: String) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= 64 else {
            self = .other
            return
        }
        switch text.lowercased() {
        case ".inf", "+.inf", "-.inf", ".nan", "inf", "-inf", "+inf", "nan", "infinity",
            "-infinity":
            self = .unusable("it is not finite")
        default: self = NumberText.read(bytes)
        }
    }

    private static func read(_ bytes: [UInt8]) -> NumberText {
        guard let form = NumberForm(bytes) else { return .other }
        let text = String(decoding: bytes.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        if form.isWhole {
            if form.hasLeadingZero {
                return .unusable("YAML versions disagree on the leading zero")
            }
            return Int(text).map(NumberText.integer) ?? .unusable("it has too many digits")
        }
        guard let value = Double(text), value.isFinite else {
            return .unusable("it is too large")
        }
        return .number(value)
    }
}

/// The form of a decimal number: sign, digits with single underscores, point, exponent.
private struct NumberForm {
    var isWhole = true
    var hasLeadingZero = false

    /// Checks the form; nil if the bytes are no number.
    init?(_ bytes: [UInt8]) {
        var at = 0
        if let first = bytes.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
            at = 1
        }
        let start = at
        let before = NumberForm.skipDigits(bytes, &at)
        hasLeadingZero = before > 1 && bytes[start] == UInt8(ascii: "0")
        var after = 0
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            isWhole = false
            at += 1
            after = NumberForm.skipDigits(bytes, &at)
        }
        guard before + after > 0 else { return nil }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            at += 1
            if at < bytes.count,
                bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-")
            {
                at += 1
            }
            guard NumberForm.skipDigits(bytes, &at) > 0 else { return nil }
        }
        guard at == bytes.count else { return nil }
    }

    /// Moves past digits and the underscores between them; returns the count of digits.
    private static func skipDigits(_ bytes: [UInt8], _ at: inout Int) -> Int {
        var count = 0
        while at < bytes.count {
            if bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") {
                count += 1
            } else if bytes[at] != UInt8(ascii: "_") || count == 0 {
                break
            }
            at += 1
        }
        return count
    }
}
