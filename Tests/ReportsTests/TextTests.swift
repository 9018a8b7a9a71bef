import HindsightReports
import Testing

@Suite struct TextTests {
    @Test func columnsAreAlignedForWideAndCombiningCharacters() {
        let table = TerminalTable(
            columns: [.init("name"), .init("value", .right)],
            rows: [["日本語", "1"], ["e\u{301}a", "22"], ["👩‍👩‍👧", "333"], ["plain"]])
        #expect(
            table.lines(width: 80) == [
                "name    value", "──────  ─────", "日本語      1", "e\u{301}a         22",
                "👩‍👩‍👧        333", "plain",
            ])
    }

    @Test func noLineIsWiderThanTheTerminal() {
        let table = TerminalTable(
            columns: [.init("a"), .init("b"), .init("c", .right)],
            rows: [[String(repeating: "漢字", count: 60), String(repeating: "x", count: 90), "7"]])
        for width in [10, 21, 40, 79, 80] {
            for line in table.lines(width: width) { #expect(columns(line) <= width) }
        }
        #expect(table.lines(width: 40)[2].hasSuffix("7"))
        #expect(TerminalTable(columns: []).lines(width: 5).isEmpty)
    }

    @Test func textsCannotMoveTheCursor() {
        let table = TerminalTable(
            columns: [.init("a")], rows: [["red\u{1B}[31m\r\u{7}\u{9B}2J\u{202E}x"]])
        let bad = table.text().unicodeScalars.filter {
            $0 != "\n" && ($0.properties.generalCategory == .control || $0 == "\u{202E}")
        }
        #expect(bad.isEmpty)
    }

    @Test func aPlotFillsItsFrame() {
        let rising = Curve(name: "up", points: (0...10).map { (Double($0), Double($0)) })
        let falling = Curve(name: "down", points: (0...10).map { (Double($0), 10 - Double($0)) })
        let terminal = Terminal(width: 40, hasUnicode: false)
        let lines = TerminalPlot(title: "t", curves: [rising, falling]).lines(terminal, height: 9)
        #expect(lines[0] == "t")
        #expect(lines[1] == "* up  o down")
        #expect(lines.count == 2 + 9 + 2)
        #expect(lines.allSatisfy { columns($0) <= 40 && $0.utf8.allSatisfy { $0 < 128 } })
        // The first curve starts at the bottom left, the second at the top left.
        #expect(lines[2].hasPrefix("10 |o") && lines[2].hasSuffix("*"))
        #expect(lines[10].hasPrefix(" 0 |*") && lines[10].hasSuffix("o"))
        #expect(lines.last!.contains("0") && lines.last!.contains("step"))
    }

    @Test func brailleDotsAreWhereTheyBelong() {
        let curve = Curve(name: "a", points: [(0, 0), (1, 1)])
        let terminal = Terminal(width: 30)
        let lines = TerminalPlot(title: "t", curves: [curve]).lines(terminal, height: 4)
        let drawn = lines.joined().unicodeScalars.filter { (0x2801...0x28FF).contains($0.value) }
        #expect(drawn.count > 20)
        #expect(lines[4].contains("┤⣀"))
        #expect(lines.allSatisfy { columns($0) <= 30 })
        let colored = Terminal(width: 30, hasColor: true)
        #expect(TerminalPlot(curves: [curve]).text(colored).contains("\u{1B}[34m"))
    }

    @Test func severalCurvesWithoutColorsHaveLettersOfTheirOwn() {
        let curves = ["a", "b"].map { Curve(name: $0, points: [(0, 0), (1, $0 == "a" ? 1 : 0.5)]) }
        let text = TerminalPlot(curves: curves).text(Terminal(width: 30))
        #expect(text.contains("* a  o b") && text.contains("┤"))
        #expect(!text.unicodeScalars.contains { (0x2800...0x28FF).contains($0.value) })
    }

    @Test func plotsTakeAnyNumbers() {
        let awkward: [[(x: Double, y: Double)]] = [
            [], [(0, .nan)], [(0, 5)], [(0, 0), (1, 0)], [(.infinity, 1), (2, 3)],
            [(0, 1e308), (1, -1e308)], [(0, 1e-300), (1, 3e-300)], [(0, .infinity), (1, 1)],
            [(1e15, 1), (1e15 + 1, 2)], [(0, 1e299), (1, -1e299)], [(-5, 1), (-5, 2)],
            [(1, 1), (2, .nan), (3, 2)], [(0, 1), (0, 1 + 1e-16)], [(0, 1e15), (1, 1e15 + 0.125)],
        ]
        for points in awkward {
            let curve = Curve(name: "n", points: points)
            for unicode in [true, false] {
                let terminal = Terminal(width: 20, hasUnicode: unicode)
                #expect(!TerminalPlot(curves: [curve]).lines(terminal, height: 3).isEmpty)
            }
            #expect(LineChart(title: "c", curves: [curve, curve]).svg().hasSuffix("</svg>"))
            #expect(curve.thinned(to: 4).points.count <= max(5, curve.points.count))
            _ = curve.smoothed(window: 5)
        }
    }

    @Test func thinningKeepsExtremesAndSmoothingKeepsLevels() {
        var points = (0..<100_000).map { (Double($0), 1.0) }
        points[77_777].1 = 50
        let curve = Curve(name: "a", points: points)
        let thin = curve.thinned(to: 500)
        #expect(thin.points.count <= 502)
        #expect(thin.points.contains { $0.y == 50 })
        let smooth = Curve(name: "a", points: (0..<9).map { (Double($0), Double($0)) })
            .smoothed(window: 5)
        #expect(smooth.points.map(\.y) == [1, 1.5, 2, 3, 4, 5, 6, 6.5, 7])
    }
}

/// Columns on a terminal, for texts whose characters are ASCII, drawing, or CJK.
func columns(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + ((0x4E00...0x9FFF).contains($1.value) ? 2 : 1) }
}
