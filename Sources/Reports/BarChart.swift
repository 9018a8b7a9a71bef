/// Values side by side as horizontal bars, with the intervals they may lie in.
public struct BarChart: Sendable {
    /// A bar.
    public struct Bar: Sendable {
        /// What it stands for.
        public var name: String
        /// Its length.
        public var value: Double
        /// The lower end of the value's interval.
        public var low: Double?
        /// The upper end of the value's interval.
        public var high: Double?
        /// What stands beside it; the value if nil.
        public var label: String?

        /// Says all of it.
        public init(
            _ name: String, _ value: Double, low: Double? = nil, high: Double? = nil,
            label: String? = nil
        ) {
            self.name = name
            self.value = value
            self.low = low
            self.high = high
            self.label = label
        }
    }

    /// Above the drawing.
    public var title: String
    /// The bars, from the top.
    public var bars: [Bar]
    /// Whether the last bar stands out from the others.
    public var emphasizesLast: Bool

    /// Says all of it.
    public init(title: String, bars: [Bar], emphasizesLast: Bool = false) {
        self.title = title
        self.bars = bars
        self.emphasizesLast = emphasizesLast
    }

    /// The drawing.
    ///
    /// - Parameter standalone: Whether it brings its own style, as a file must.
    public func svg(standalone: Bool = true) -> String {
        let height = 36 + Self.rowHeight * Double(max(1, bars.count)) + 6
        var svg = SVG(width: 960, height: height, title: title, summary: summary)
        svg.text(title, x: 4, y: 20, "title")
        let names = bars.map { TextWidth.truncated($0.name, to: 26) }
        let notes = bars.map(label)
        let left = 20 + 7.2 * Double(names.map(TextWidth.of).max() ?? 0)
        let right = 940 - 7.2 * Double(notes.map(TextWidth.of).max() ?? 0)
        let ends = bars.flatMap { bar -> [Double] in
            [0, bar.value, bar.low ?? bar.value, bar.high ?? bar.value]
        }
        let axis = Axis(ends, ticks: 4, toTicks: false)
        for (index, bar) in bars.enumerated() {
            let middle = 36 + Self.rowHeight * (Double(index) + 0.5)
            let isLast = index == bars.count - 1
            let style = emphasizesLast && isLast ? "strong" : "ink"
            svg.text(names[index], x: left - 12, y: middle + 4, style, anchor: "end")
            svg.rectangle(
                x: left, y: middle - 11, width: right - left, height: 22, "empty", radius: 4,
                opacity: 0.5)
            draw(
                bar, at: middle, color: emphasizesLast && !isLast ? "f5" : "f0", on: &svg
            ) { left + axis.position($0) * (right - left) }
            svg.text(notes[index], x: right + 12, y: middle + 4, style)
        }
        return svg.document(standalone: standalone)
    }

    private static let rowHeight = 36.0

    private func draw(
        _ bar: Bar, at middle: Double, color: String, on svg: inout SVG,
        scale: (Double) -> Double
    ) {
        guard bar.value.isFinite else { return }
        let (zero, end) = (scale(0), scale(bar.value))
        svg.rectangle(
            x: min(zero, end), y: middle - 11, width: abs(end - zero), height: 22, color,
            radius: 4, hint: label(bar))
        guard let low = bar.low, let high = bar.high, low.isFinite, high.isFinite else { return }
        svg.line(scale(low), middle, scale(high), middle, "whisker")
        for place in [scale(low), scale(high)] {
            svg.line(place, middle - 5, place, middle + 5, "whisker")
        }
    }

    private func label(_ bar: Bar) -> String {
        if let label = bar.label { return label }
        let value = Numbers.fixed(bar.value, 3)
        guard let low = bar.low, let high = bar.high else { return value }
        return value + "  [\(Numbers.fixed(low, 3)), \(Numbers.fixed(high, 3))]"
    }

    private var summary: String {
        bars.map { "\($0.name): \(label($0))" }.joined(separator: "; ") + "."
    }
}
