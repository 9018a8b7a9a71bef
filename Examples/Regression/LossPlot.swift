import HindsightNeuralNetworks
import HindsightTensors

/// Curves of losses over epochs, drawn with braille dots on a logarithmic axis.
struct LossPlot {
    let series: [(name: String, values: [Float])]
    var width = 60
    var height = 14

    func drawn() -> String {
        let points = series.flatMap(\.values).filter { $0.isFinite && $0 > 0 }
        guard let low = points.min(), let high = points.max(), high > low else { return "" }
        let curves = series.map { dots($0.values, low, high) }
        var lines: [String] = []
        for row in 0..<height {
            let label = row == 0 ? decimals(high) : row == height - 1 ? decimals(low) : ""
            let padding = String(repeating: " ", count: max(0, 9 - label.count))
            let cells = (0..<width).map { cell(curves, row, $0) }
            let ends = zip(series, curves).filter { endRow($0.1) == row }.map(\.0.name)
            lines.append(
                "\(padding)\(label) ┤" + cells.joined() + " " + ends.joined(separator: ", "))
        }
        let last = (series.map(\.values.count).max() ?? 1)
        let axis = String(repeating: "─", count: width)
        lines.append(String(repeating: " ", count: 10) + "└" + axis)
        let end = "\(last)"
        let gap = String(repeating: " ", count: width - 1 - end.count)
        lines.append(String(repeating: " ", count: 11) + "1" + gap + end)
        lines.append(String(repeating: " ", count: 11) + "loss by epoch, logarithmic")
        return lines.joined(separator: "\n")
    }

    /// The line of text in which a curve ends.
    private func endRow(_ curve: Set<Int>) -> Int? {
        curve.filter { $0 % (2 * width) == 2 * width - 1 }.map { $0 / (2 * width) / 4 }.max()
    }

    /// Which of the 2·width × 4·height dots a curve covers.
    private func dots(_ values: [Float], _ low: Float, _ high: Float) -> Set<Int> {
        let logs = Tensor([low, high] + values).log().array(of: Float.self)
        let (bottom, top) = (logs[0], logs[1])
        var covered: Set<Int> = []
        var previous: Int?
        for column in 0..<(2 * width) {
            let value = logs[2 + column * (values.count - 1) / (2 * width - 1)]
            guard value.isFinite else { continue }
            let part = (top - value) / (top - bottom)
            let row = Int((part * Float(4 * height - 1)).rounded())
            let from = previous ?? row
            for y in min(from, row)...max(from, row) { covered.insert(y * 2 * width + column) }
            previous = row
        }
        return covered
    }

    private func cell(_ curves: [Set<Int>], _ row: Int, _ column: Int) -> String {
        // The bit of each dot in a braille character, row by row.
        let bitOfDot: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
        var pattern: UInt32 = 0
        for y in 0..<4 {
            for x in 0..<2 {
                let dot = (row * 4 + y) * 2 * width + column * 2 + x
                if curves.contains(where: { $0.contains(dot) }) { pattern |= bitOfDot[y][x] }
            }
        }
        return String(UnicodeScalar(0x2800 + pattern)!)
    }
}
