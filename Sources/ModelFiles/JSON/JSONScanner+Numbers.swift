extension JSONScanner {
    /// A number as it stands in a text.
    enum Number {
        case integer(Int64)
        case real(Double)
    }

    /// A number: an integer if it is written without a point and exponent and fits 64 bits.
    mutating func number() throws(JSONError) -> Number {
        let start = position
        let isNegative = take(0x2D)
        let digits = position
        guard isDigit(current) else {
            throw unexpected(isNegative ? "a digit after '-'" : "a value")
        }
        let (magnitude, fits) = takeDigits()
        guard position == digits + 1 || bytes[digits] != 0x30 else {
            throw failure("a number with a leading zero", at: start)
        }
        if current == 0x2E || current | 0x20 == 0x65 { return .real(try real(start)) }
        let value = isNegative ? 0 - magnitude : magnitude
        // -0 is a number that no integer can hold.
        if fits, !(isNegative && magnitude == 0) { return .integer(value) }
        return .real(try converted(start))
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private mutating func takeDigits() -> (value: Int64, fits: Bool) {
        var value: Int64 = 0
        var overflows = false
        while isDigit(current) {
            if !overflows {
                let (tens, first) = value.multipliedReportingOverflow(by: 10)
                let (sum, second) = tens.addingReportingOverflow(Int64(current - 0x30))
                overflows = first || second
                value = sum
            }
            position &+= 1
        }
        return (value, !overflows)
    }

    private mutating func real(_ start: Int) throws(JSONError) -> Double {
        if take(0x2E) {
            guard isDigit(current) else { throw unexpected("a digit after the decimal point") }
            _ = takeDigits()
        }
        if current | 0x20 == 0x65 {
            position += 1
            if current == 0x2B || current == 0x2D { position += 1 }
            guard isDigit(current) else { throw unexpected("a digit in the exponent") }
            _ = takeDigits()
        }
        return try converted(start)
    }

    private func converted(_ start: Int) throws(JSONError) -> Double {
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw failure("a number beyond the range of 64-bit floating point", at: start)
        }
        return value
    }

    /// An integer that is not negative; `what` names it in the error.
    mutating func count(_ what: String) throws(JSONError) -> Int {
        let start = position
        guard case .integer(let value) = try number(), value >= 0, let count = Int(exactly: value)
        else { throw failure("expected \(what), an integer of at least 0", at: start) }
        return count
    }
}
