import Foundation
import HindsightReports
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Whether a drawing is well-formed XML.
func isWellFormed(_ text: String) -> Bool { XMLParser(data: Data(text.utf8)).parse() }

@Suite struct DrawingTests {
    private let nasty = "<script>alert('x')</script>&\"\u{0}\u{1B}\u{FFFF} ]]> 日本"

    private var drawings: [String] {
        let curve = Curve(
            name: nasty,
            points: [
                .init(0, 1, low: 0.5, high: 1.5), .init(1, .nan), .init(2, 2, low: 1, high: 3),
            ])
        var chart = LineChart(title: nasty, xLabel: nasty, curves: [curve, curve])
        chart.mark = (.init(2, 2), nasty)
        let bars = BarChart(
            title: nasty,
            bars: [
                .init(nasty, .nan), .init("b", -1, low: -2, high: 0), .init("c", 1, label: nasty),
            ])
        return [
            chart.svg(), bars.svg(), BarChart(title: "", bars: []).svg(),
            ConfusionMatrix(classes: [nasty, "b"], counts: [[1, 2], [0, 0]]).svg()!,
            ReliabilityDiagram(
                bins: [.init(confidence: 0.7, accuracy: 0.6, count: 3)]).svg(),
            ReliabilityDiagram(bins: []).svg(),
        ]
    }

    @Test func drawingsAreWellFormedAndSafe() {
        for drawing in drawings {
            #expect(isWellFormed(drawing))
            #expect(!drawing.contains("<script") && !drawing.contains("alert('"))
            #expect(drawing.contains("<title>") && drawing.contains("<desc>"))
            #expect(drawing.contains("prefers-color-scheme:dark"))
            let links = drawing.replacing("http://www.w3.org/2000/svg", with: "")
            #expect(!links.contains("http"))
        }
    }

    @Test func aGapBreaksACurve() {
        let chart = LineChart(
            title: "t",
            curves: [Curve(name: "a", points: [(0, 1), (1, 2), (2, .nan), (3, 1), (4, 3)])])
        #expect(chart.svg().components(separatedBy: "class=\"curve s0\"").count == 3)
    }

    @Test func confusionCountsWhatWasTakenForWhat() {
        let matrix = ConfusionMatrix(classes: ["neg", "pos"], counts: [[40, 10], [5]])
        #expect(matrix.counts == [[40, 10], [5, 0]])
        #expect(matrix.mistakes().map(\.count) == [10, 5])
        #expect(
            matrix.table.lines(width: 80)[2].split(separator: " ").map(String.init)
                == ["neg", "40", "10", "80.0", "%"])
        let many = (0..<40).map { "class \($0)" }
        #expect(ConfusionMatrix(classes: many, counts: []).svg() == nil)
    }

    @Test func calibrationErrorIsTheMeanGap() {
        let diagram = ReliabilityDiagram(bins: [
            .init(confidence: 0.9, accuracy: 0.8, count: 30),
            .init(confidence: 0.6, accuracy: 0.8, count: 10),
            .init(confidence: 0.1, accuracy: 0.1, count: 0),
        ])
        #expect(abs(diagram.expectedCalibrationError - 0.125) < 1e-12)
        #expect(diagram.bins.count == 2)
        #expect(diagram.table.rows.count == 2)
    }
}
