extension DataReport: CustomStringConvertible {
    /// Some lines for people to read.
    public var description: String {
        var lines = parts.filter { $0.count > 0 }.map(describe)
        let repeated = duplicates.within + duplicates.across
        if repeated > 0 {
            lines.append(
                "duplicates \(duplicatesAreRemoved ? "removed" : "kept"): \(repeated) "
                    + "(\(duplicates.across) across parts, \(duplicates.conflicting) with another "
                    + "target)")
            lines += duplicates.occurrences.prefix(5).map {
                let conflict = $0.conflict.map { " (\($0[0]) against \($0[1]))" } ?? ""
                return "  \($0.removed), line \($0.removedLine) = \($0.kept), line \($0.keptLine)"
                    + "\(conflict): \(quoted($0.text))"
            }
        } else {
            lines.append("duplicates: none")
        }
        return (lines + warnings.map { "warning: " + $0 }).joined(separator: "\n")
    }

    private func describe(_ part: Part) -> String {
        var text = "\(part.name): \(part.count) examples"
        if let counts = part.classCounts, let classes {
            let shown = zip(classes, counts).prefix(12).map { name, count in
                "\(shortened(name)) \(count) (\(percent(count, part.count)))"
            }
            text += "; " + shown.joined(separator: ", ")
            if counts.count > 12 { text += ", and \(counts.count - 12) more classes" }
        }
        if let values = part.values { text += "; values \(describe(values, digits: 3))" }
        if let words = part.words { text += "; words \(describe(words, digits: 0))" }
        return text
    }

    private func percent(_ count: Int, _ total: Int) -> String {
        rounded(100 * Double(count) / Double(max(total, 1)), digits: 1) + " %"
    }

    private func describe(_ summary: Summary, digits: Int) -> String {
        "\(rounded(summary.minimum, digits: digits)) … \(rounded(summary.maximum, digits: digits)), "
            + "median \(rounded(summary.median, digits: digits)), "
            + "mean \(rounded(summary.mean, digits: digits + 1)), "
            + "95 % at most \(rounded(summary.percentile95, digits: digits))"
    }

    private func rounded(_ value: Double, digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let result = (value * scale).rounded() / scale
        return digits == 0 && abs(result) < 1e15 ? "\(Int(result))" : "\(result)"
    }
}
