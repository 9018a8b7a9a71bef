/// Curves over a common axis, as a drawing.
public struct LineChart: Sendable {
    /// A curve and how it is drawn.
    public struct Series: Sendable {
        /// The curve.
        public var curve: Curve
        /// Drawn thin behind the curve, such as the values that the curve is a mean of.
        public var behind: Curve?

        /// Says both.
        public init(_ curve: Curve, behind: Curve? = nil) {
            self.curve = curve
            self.behind = behind
        }
    }

    /// Above the drawing.
    public var title: String
    /// What the horizontal axis counts.
    public var xLabel: String
    /// The curves.
    public var series: [Series]
    /// A point to be marked, such as the best evaluation.
    public var mark: (point: Curve.Point, label: String)?

    /// Makes a chart of curves.
    public init(title: String, xLabel: String = "step", curves: [Curve]) {
        self.title = title
        self.xLabel = xLabel
        series = curves.map { Series($0) }
    }

    private static let width = 480.0
    private static let height = 320.0

    /// The drawing.
    ///
    /// - Parameter standalone: Whether it brings its own style, as a file must.
    public func svg(standalone: Bool = true) -> String {
        var svg = SVG(
            width: Self.width, height: Self.height, title: title, summary: summary)
        let points = series.flatMap { $0.curve.points + ($0.behind?.points ?? []) }
            .filter { $0.x.isFinite && $0.y.isFinite }
        let x = Axis(points.map(\.x), ticks: 6, toTicks: false)
        let y = Axis(
            points.map(\.y) + points.compactMap(\.low) + points.compactMap(\.high), ticks: 5)
        let labels = y.ticks.map(y.label)
        let left = 18 + 7.2 * Double(labels.map(TextWidth.of).max() ?? 1)
        let frame = Frame(
            left: left, right: Self.width - 16, top: series.count > 1 ? 64 : 42,
            bottom: Self.height - 50, x: x, y: y)
        svg.text(title, x: 4, y: 20, "title")
        drawLegend(on: &svg)
        frame.draw(xLabel: xLabel, on: &svg)
        for index in series.indices { draw(index, frame, on: &svg) }
        if points.isEmpty {
            svg.text(
                "nothing measured yet", x: Self.width / 2, y: Self.height / 2, anchor: "middle")
        }
        drawMark(frame, on: &svg)
        return svg.document(standalone: standalone)
    }

    private func drawLegend(on svg: inout SVG) {
        guard series.count > 1 else { return }
        var x = 4.0
        for (index, one) in series.enumerated() {
            let name = TextWidth.truncated(one.curve.name, to: 24)
            let needed = 36 + 7.2 * Double(TextWidth.of(name))
            guard x + needed < Self.width || index == 0 else {
                svg.text("+ \(series.count - index) more", x: x, y: 44)
                return
            }
            svg.line(x, 40, x + 16, 40, "curve s\(index % 6)")
            svg.text(name, x: x + 22, y: 44, "ink")
            x += needed
        }
    }

    private func draw(_ index: Int, _ frame: Frame, on svg: inout SVG) {
        let color = index % 6
        if let behind = series[index].behind {
            for part in frame.parts(behind.thinned(to: 1200)) { svg.path(part, "faint s\(color)") }
        }
        let curve = series[index].curve.thinned(to: 1200)
        let band = curve.points.filter {
            $0.low?.isFinite == true && $0.high?.isFinite == true && $0.x.isFinite
        }
        if band.count > 1 {
            let upper = band.map { frame.place($0.x, $0.high!) }
            let lower = band.reversed().map { frame.place($0.x, $0.low!) }
            svg.path(upper + lower, "band f\(color)", closed: true)
        }
        let parts = frame.parts(curve)
        for part in parts { svg.path(part, "curve s\(color)") }
        if curve.points.count <= 40 {
            for point in parts.joined() {
                svg.circle(x: point.x, y: point.y, radius: 3, "f\(color)")
            }
        }
    }

    private func drawMark(_ frame: Frame, on svg: inout SVG) {
        guard let mark, mark.point.x.isFinite, mark.point.y.isFinite else { return }
        let place = frame.place(mark.point.x, mark.point.y)
        svg.circle(x: place.x, y: place.y, radius: 6, "paper whisker", hint: mark.label)
        svg.circle(x: place.x, y: place.y, radius: 3, "ink")
        let isRight = place.x > (frame.left + frame.right) / 2
        let isHigh = place.y < frame.top + 30
        svg.text(
            mark.label, x: place.x + (isRight ? -10 : 10), y: place.y + (isHigh ? 20 : -10),
            "strong", anchor: isRight ? "end" : "start")
    }

    private var summary: String {
        series.map { one in
            let finite = one.curve.points.filter { $0.y.isFinite }
            guard let first = finite.first, let last = finite.last else {
                return "\(one.curve.name) has no values"
            }
            return "\(one.curve.name) goes from \(Numbers.short(first.y)) at \(xLabel) "
                + "\(Numbers.short(first.x, digits: 6)) to \(Numbers.short(last.y)) at "
                + Numbers.short(last.x, digits: 6)
        }.joined(separator: "; ") + "."
    }
}

/// The part of a drawing that curves are in, with its axes.
struct Frame {
    let left, right, top, bottom: Double
    let x, y: Axis

    func place(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        (
            left + min(1, max(0, self.x.position(x))) * (right - left),
            bottom - min(1, max(0, self.y.position(y))) * (bottom - top)
        )
    }

    /// The stretches of a curve between its gaps.
    func parts(_ curve: Curve) -> [[(x: Double, y: Double)]] {
        curve.points.split { !$0.x.isFinite || !$0.y.isFinite }.map { part in
            part.map { place($0.x, $0.y) }
        }
    }

    func draw(xLabel: String, on svg: inout SVG) {
        for tick in y.ticks {
            let level = place(x.low, tick).y
            svg.line(left, level, right, level, "grid")
            svg.text(y.label(tick), x: left - 8, y: level + 4, anchor: "end")
        }
        svg.line(left, bottom, right, bottom, "axis")
        for tick in x.ticks {
            let place = place(tick, y.low)
            svg.line(place.x, bottom, place.x, bottom + 5, "axis")
            svg.text(x.label(tick), x: place.x, y: bottom + 19, anchor: "middle")
        }
        svg.text(xLabel, x: (left + right) / 2, y: bottom + 38, anchor: "middle")
    }
}
