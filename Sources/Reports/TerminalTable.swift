/// A table in aligned columns for terminals.
public struct TerminalTable: Sendable {
    /// How a column's cells stand.
    public enum Alignment: Sendable {
        /// For words.
        case left
        /// For numbers.
        case right
    }

    /// A column.
    public struct Column: Sendable {
        /// Its heading.
        public var title: String
        /// How its cells stand.
        public var alignment: Alignment

        /// Says both.
        public init(_ title: String, _ alignment: Alignment = .left) {
            self.title = title
            self.alignment = alignment
        }
    }

    /// The columns.
    public var columns: [Column]
    /// The cells, row by row; missing ones are empty.
    public var rows: [[String]]

    /// Makes a table.
    public init(columns: [Column], rows: [[String]] = []) {
        self.columns = columns
        self.rows = rows
    }

    /// The lines of the table, none wider than `width` columns of the terminal: the widest columns
    /// are cut first.
    public func lines(width: Int = 80, unicode: Bool = true) -> [String] {
        guard !columns.isEmpty else { return [] }
        let shown = { (text: String) in
            unicode ? TextWidth.printable(text) : TextWidth.ascii(TextWidth.printable(text))
        }
        let head = columns.map { shown($0.title) }
        let body = rows.map { row in columns.indices.map { $0 < row.count ? shown(row[$0]) : "" } }
        let widths = fittingWidths([head] + body, width: width)
        let rule = widths.map { String(repeating: unicode ? "─" : "-", count: $0) }
        let lines =
            [line(head, widths), rule.joined(separator: "  ")] + body.map { line($0, widths) }
        return unicode ? lines : lines.map(TextWidth.ascii)
    }

    /// The lines, joined.
    public func text(width: Int = 80, unicode: Bool = true) -> String {
        lines(width: width, unicode: unicode).joined(separator: "\n")
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for index in columns.indices {
            if index > 0 { text += "  " }
            let cell = TextWidth.truncated(cells[index], to: widths[index])
            text += TextWidth.padded(
                cell, to: widths[index], right: columns[index].alignment == .right)
        }
        while text.last == " " { text.removeLast() }
        return text
    }

    private func fittingWidths(_ cells: [[String]], width: Int) -> [Int] {
        var widths = columns.indices.map { index in
            cells.map { TextWidth.of($0[index]) }.max() ?? 0
        }
        var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - width
        while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
            widths[widest] > 1
        {
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
