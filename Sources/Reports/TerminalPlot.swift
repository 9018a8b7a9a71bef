/// Curves drawn with characters: in dots of braille, eight a character, or with a
/// letter a curve where there are no colours or no more than ASCII.
public struct TerminalPlot: Sendable {
    /// Above the plot.
    public var title: String
    /// Below the horizontal axis.
    public var xLabel: String
    /// The curves.
    public var curves: [Curve]

    /// Says all of it.
    public init(title: String = "", xLabel: String = "step", curves: [Curve]) {
        self.title = title
        self.xLabel = xLabel
        self.curves = curves
    }

    /// The lines of the plot.
    ///
    /// - Parameters:
    ///   - terminal: Its width is kept to; braille and colours are used if it has them.
    ///   - height: Rows of the drawing itself.
    public func lines(_ terminal: Terminal = Terminal(), height: Int = 12) -> [String] {
        let points = curves.flatMap(\.points).filter { $0.y.isFinite && $0.x.isFinite }
        guard !points.isEmpty else {
            return [TextWidth.printable(title), "  (nothing to draw yet)"]
        }
        let rows = max(2, height)
        let y = Axis(points.map(\.y), ticks: max(4, rows / 3), toTicks: false)
        let x = Axis(points.map(\.x), ticks: 5, toTicks: false)
        let margin = y.ticks.map { TextWidth.of(y.label($0)) }.max() ?? 0
        let columns = max(8, terminal.width - margin - 2)
        var canvas = CharacterCanvas(columns: columns, rows: rows, braille: isBraille(on: terminal))
        for (index, curve) in curves.enumerated() { draw(curve, index, x, y, on: &canvas) }
        var lines: [String] = []
        if !title.isEmpty {
            lines.append(TextWidth.truncated(TextWidth.printable(title), to: terminal.width))
        }
        lines += legend(terminal)
        lines += frame(canvas, y, margin: margin, terminal)
        lines += foot(x, columns: columns, margin: margin, terminal)
        return terminal.hasUnicode ? lines : lines.map(TextWidth.ascii)
    }

    /// The lines, joined.
    public func text(_ terminal: Terminal = Terminal(), height: Int = 12) -> String {
        lines(terminal, height: height).joined(separator: "\n")
    }

    /// Curves in braille can only be told apart by colours.
    private func isBraille(on terminal: Terminal) -> Bool {
        terminal.hasUnicode && (terminal.hasColor || curves.count == 1)
    }

    private func draw(
        _ curve: Curve, _ index: Int, _ x: Axis, _ y: Axis, on canvas: inout CharacterCanvas
    ) {
        var previous: (Int, Int)?
        for point in curve.thinned(to: 4 * canvas.dotWidth).points {
            guard point.x.isFinite, point.y.isFinite else {
                previous = nil
                continue
            }
            let place = canvas.dot(x.position(point.x), y.position(point.y))
            canvas.line(from: previous ?? place, to: place, curve: index)
            previous = place
        }
    }

    private func legend(_ terminal: Terminal) -> [String] {
        var lines: [String] = []
        var line = ""
        for (index, curve) in curves.enumerated() {
            let name = TextWidth.truncated(
                TextWidth.printable(curve.name), to: max(1, terminal.width - 4))
            let plain = CharacterCanvas.key(index, braille: isBraille(on: terminal)) + " " + name
            if !line.isEmpty,
                TextWidth.of(stripped(line)) + TextWidth.of(plain) + 2 > terminal.width
            {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : "  ") + paint(plain, index, terminal)
        }
        return curves.count > 1 || title.isEmpty ? lines + [line] : lines
    }

    private func frame(_ canvas: CharacterCanvas, _ y: Axis, margin: Int, _ terminal: Terminal)
        -> [String]
    {
        var labels: [Int: String] = [:]
        for tick in y.ticks {
            let row = Int(((1 - y.position(tick)) * Double(canvas.rows - 1)).rounded())
            labels[row] = y.label(tick)
        }
        return (0..<canvas.rows).map { row in
            let label = TextWidth.padded(labels[row] ?? "", to: margin, right: true)
            let bar = terminal.hasUnicode ? (labels[row] == nil ? "│" : "┤") : "|"
            var line = label + " " + bar
            for (text, owner) in canvas.runs(row: row) {
                line += owner.map { paint(text, $0, terminal) } ?? text
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private func foot(_ x: Axis, columns: Int, margin: Int, _ terminal: Terminal) -> [String] {
        let rule =
            terminal.hasUnicode
            ? "└" + String(repeating: "─", count: columns)
            : "+" + String(repeating: "-", count: columns)
        let first = Numbers.short(x.low, digits: 6)
        let last = Numbers.short(x.high, digits: 6)
        let gap = max(1, columns - TextWidth.of(first) - TextWidth.of(last))
        let name = TextWidth.truncated(TextWidth.printable(xLabel), to: max(0, gap - 2))
        let left = (gap - TextWidth.of(name)) / 2
        let middle = TextWidth.padded(String(repeating: " ", count: left) + name, to: gap)
        let indent = String(repeating: " ", count: margin + 1)
        return [indent + rule, indent + " " + first + middle + last]
    }

    private func paint(_ text: String, _ index: Int, _ terminal: Terminal) -> String {
        let colors = [34, 33, 32, 35, 36, 31]
        return terminal.hasColor
            ? "\u{1B}[\(colors[index % colors.count])m\(text)\u{1B}[0m" : text
    }

    private func stripped(_ text: String) -> String {
        text.replacing(#/\u{1B}\[[0-9]+m/#, with: "")
    }
}
