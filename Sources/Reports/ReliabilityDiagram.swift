/// How often a model is right when it says how sure it is.
public struct ReliabilityDiagram: Sendable {
    /// Predictions of about the same confidence.
    public struct Bin: Sendable {
        /// Their mean confidence, 0 to 1.
        public var confidence: Double
        /// The fraction of them that was right, 0 to 1.
        public var accuracy: Double
        /// How many.
        public var count: Int

        /// Says all of it.
        public init(confidence: Double, accuracy: Double, count: Int) {
            self.confidence = confidence
            self.accuracy = accuracy
            self.count = count
        }
    }

    /// The bins, in order of confidence.
    public var bins: [Bin]

    /// A diagram of bins; those without predictions are left out.
    public init(bins: [Bin]) {
        self.bins = bins.filter {
            $0.count > 0 && $0.confidence.isFinite && $0.accuracy.isFinite
        }
    }

    /// The expected calibration error: the mean distance of confidence and accuracy.
    public var expectedCalibrationError: Double {
        let total = bins.reduce(0) { $0 + $1.count }
        guard total > 0 else { return .nan }
        return bins.reduce(0) { $0 + abs($1.confidence - $1.accuracy) * Double($1.count) }
            / Double(total)
    }

    /// The bins for a terminal.
    public var table: TerminalTable {
        TerminalTable(
            columns: [
                .init("confidence", .right), .init("accuracy", .right), .init("gap", .right),
                .init("count", .right),
            ],
            rows: bins.map {
                [
                    Numbers.fixed($0.confidence, 3), Numbers.fixed($0.accuracy, 3),
                    Numbers.fixed($0.accuracy - $0.confidence, 3), String($0.count),
                ]
            })
    }

    /// The drawing.
    ///
    /// - Parameter standalone: Whether it brings its own style, as a file must.
    public func svg(standalone: Bool = true) -> String {
        let title = "Calibration"
        var svg = SVG(width: 480, height: 400, title: title, summary: summary)
        let frame = Frame(
            left: 58, right: 464, top: 62, bottom: 350, x: Axis([0, 1], ticks: 5),
            y: Axis([0, 1], ticks: 5))
        svg.text(title, x: 4, y: 20, "title")
        svg.text(
            "expected calibration error \(Numbers.fixed(expectedCalibrationError, 3))"
                + " · bars: share of predictions", x: 4, y: 41)
        frame.draw(xLabel: "confidence", on: &svg)
        let total = Double(max(1, bins.reduce(0) { $0 + $1.count }))
        for bin in bins {
            let place = frame.place(bin.confidence, Double(bin.count) / total)
            svg.rectangle(
                x: place.x - 9, y: place.y, width: 18, height: frame.bottom - place.y, "f5",
                radius: 2, opacity: 0.28, hint: "\(bin.count) predictions")
        }
        let corners = (frame.place(0, 0), frame.place(1, 1))
        svg.line(corners.0.x, corners.0.y, corners.1.x, corners.1.y, "even")
        svg.path(bins.map { frame.place($0.confidence, $0.accuracy) }, "curve s0")
        for bin in bins {
            let place = frame.place(bin.confidence, bin.accuracy)
            svg.circle(
                x: place.x, y: place.y, radius: 4.5, "f0",
                hint: "confidence \(Numbers.fixed(bin.confidence, 3)), right "
                    + "\(Numbers.fixed(bin.accuracy, 3)), \(bin.count) predictions")
        }
        svg.text(
            "right", x: 16, y: 206, anchor: "middle", extra: " transform=\"rotate(-90 16 206)\"")
        return svg.document(standalone: standalone)
    }

    private var summary: String {
        "Expected calibration error \(Numbers.fixed(expectedCalibrationError, 3)). "
            + bins.map {
                "At confidence \(Numbers.fixed($0.confidence, 2)) right "
                    + "\(Numbers.fixed($0.accuracy, 2)) of the time, \($0.count) predictions"
            }.joined(separator: "; ") + "."
    }
}
