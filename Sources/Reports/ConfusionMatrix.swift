/// Which classes were taken for which.
public struct ConfusionMatrix: Sendable {
    /// The classes.
    public var classes: [String]
    /// `[true class][predicted class]`: how many examples.
    public var counts: [[Int]]

    /// Says both; missing counts are zero, counts beyond the classes are dropped.
    public init(classes: [String], counts: [[Int]]) {
        self.classes = classes
        self.counts = classes.indices.map { row in
            classes.indices.map { column in
                row < counts.count && column < counts[row].count ? max(0, counts[row][column]) : 0
            }
        }
    }

    /// The largest number of classes that is drawn as a grid.
    public static let largestGrid = 16

    /// The pairs of classes most often mistaken, the worst first.
    public func mistakes(limit: Int = 10) -> [(truth: String, predicted: String, count: Int)] {
        var found: [(truth: String, predicted: String, count: Int)] = []
        for (row, values) in counts.enumerated() {
            for (column, count) in values.enumerated() where row != column && count > 0 {
                found.append((classes[row], classes[column], count))
            }
        }
        return Array(found.sorted { $0.count > $1.count }.prefix(limit))
    }

    /// The matrix for a terminal: true classes down, predicted classes across.
    public var table: TerminalTable {
        TerminalTable(
            columns: [.init("true ↓  predicted →")]
                + classes.map { .init(TextWidth.truncated($0, to: 16), .right) }
                + [.init("recall", .right)],
            rows: classes.indices.map { row in
                [classes[row]] + counts[row].map { String($0) } + [recall(row)]
            })
    }

    private func recall(_ row: Int) -> String {
        let total = counts[row].reduce(0, +)
        return total == 0 ? "–" : Numbers.percent(Double(counts[row][row]) / Double(total))
    }

    /// The drawing; nil if there are no classes, or too many for a grid.
    ///
    /// - Parameter standalone: Whether it brings its own style, as a file must.
    public func svg(standalone: Bool = true) -> String? {
        guard !classes.isEmpty, classes.count <= Self.largestGrid else { return nil }
        let names = classes.map { TextWidth.truncated($0, to: 18) }
        let size = min(120, max(30, 400 / Double(classes.count)))
        let left = 48 + 7.2 * Double(names.map(TextWidth.of).max() ?? 0)
        let side = size * Double(classes.count)
        let slanted = names.contains { 6.8 * Double(TextWidth.of($0)) > size - 6 }
        let top = slanted ? 150.0 : 88.0
        let title = "Confusion matrix"
        var svg = SVG(
            width: max(left + side + 24, 480), height: top + side + 16, title: title,
            summary: summary)
        svg.text(title, x: 4, y: 20, "title")
        svg.text("predicted", x: left + side / 2, y: 52, anchor: "middle")
        svg.text(
            "true", x: 16, y: top + side / 2, anchor: "middle",
            extra: " transform=\"rotate(-90 16 \(SVG.number(top + side / 2)))\"")
        for index in classes.indices {
            let middle = size * (Double(index) + 0.5)
            svg.text(names[index], x: left - 10, y: top + middle + 4, "ink", anchor: "end")
            let (x, y) = (left + middle, top - 10)
            let turn = " transform=\"rotate(-45 \(SVG.number(x)) \(SVG.number(y)))\""
            svg.text(
                names[index], x: x, y: y, "ink", anchor: slanted ? "start" : "middle",
                extra: slanted ? turn : "")
            drawRow(index, left: left, top: top, size: size, on: &svg)
        }
        return svg.document(standalone: standalone)
    }

    private func drawRow(_ row: Int, left: Double, top: Double, size: Double, on svg: inout SVG) {
        let total = counts[row].reduce(0, +)
        for (column, count) in counts[row].enumerated() {
            let fraction = total == 0 ? 0 : Double(count) / Double(total)
            let (x, y) = (left + size * Double(column), top + size * Double(row))
            svg.rectangle(
                x: x + 1.5, y: y + 1.5, width: size - 3, height: size - 3, "empty", radius: 5,
                opacity: 0.55)
            svg.rectangle(
                x: x + 1.5, y: y + 1.5, width: size - 3, height: size - 3,
                row == column ? "f0" : "f1", radius: 5, opacity: min(0.999, fraction),
                hint: "\(classes[row]) taken for \(classes[column]): \(count) of \(total)")
            let style = fraction > 0.5 ? "on" : "ink"
            let roomy = size >= 56
            svg.text(
                Numbers.count(count), x: x + size / 2, y: y + size / 2 + (roomy ? -2 : 4),
                style + (roomy ? "" : " small"), anchor: "middle")
            if roomy {
                svg.text(
                    Numbers.percent(fraction), x: x + size / 2, y: y + size / 2 + 15,
                    style + " small", anchor: "middle")
            }
        }
    }

    private var summary: String {
        classes.indices.map { "\(classes[$0]): recall \(recall($0))" }.joined(separator: "; ") + "."
    }
}
