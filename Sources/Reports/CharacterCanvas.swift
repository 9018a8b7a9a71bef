/// A grid of characters to draw lines on: 2 × 4 dots a character in braille, one in ASCII.
struct CharacterCanvas {
    let columns: Int
    let rows: Int
    private let braille: Bool
    private var dots: [UInt8]
    private var owners: [Int?]

    init(columns: Int, rows: Int, braille: Bool) {
        self.columns = columns
        self.rows = rows
        self.braille = braille
        dots = Array(repeating: 0, count: columns * rows)
        owners = Array(repeating: nil, count: columns * rows)
    }

    var dotWidth: Int { columns * (braille ? 2 : 1) }
    private var dotHeight: Int { rows * (braille ? 4 : 1) }

    /// What the legend shows for a curve.
    static func key(_ curve: Int, braille: Bool) -> String {
        braille ? "⣀⠤⠒" : String(mark(curve))
    }

    private static func mark(_ curve: Int) -> Character { Array("*o+x#@")[curve % 6] }

    /// The dot for a place from (0, 0), bottom left, to (1, 1).
    func dot(_ x: Double, _ y: Double) -> (Int, Int) {
        let column = Int((min(1, max(0, x)) * Double(dotWidth - 1)).rounded())
        let row = Int(((1 - min(1, max(0, y))) * Double(dotHeight - 1)).rounded())
        return (column, row)
    }

    /// Draws a straight line (Bresenham).
    mutating func line(from start: (Int, Int), to end: (Int, Int), curve: Int) {
        let (dx, dy) = (abs(end.0 - start.0), -abs(end.1 - start.1))
        let (sx, sy) = (start.0 < end.0 ? 1 : -1, start.1 < end.1 ? 1 : -1)
        var (x, y) = start
        var error = dx + dy
        while true {
            set(x, y, curve)
            if x == end.0 && y == end.1 { return }
            let doubled = 2 * error
            if doubled >= dy {
                error += dy
                x += sx
            }
            if doubled <= dx {
                error += dx
                y += sy
            }
        }
    }

    private mutating func set(_ x: Int, _ y: Int, _ curve: Int) {
        let cell = braille ? y / 4 * columns + x / 2 : y * columns + x
        if braille {
            // Unicode numbers the dots of a cell down its columns, with the bottom row last.
            let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
            dots[cell] |= bits[y % 4][x % 2]
        } else {
            dots[cell] = 1
        }
        owners[cell] = curve
    }

    /// A row as stretches of characters of the same curve, or of none.
    func runs(row: Int) -> [(text: String, owner: Int?)] {
        var runs: [(text: String, owner: Int?)] = []
        for column in 0..<columns {
            let cell = row * columns + column
            let text = String(character(cell))
            if let last = runs.last, last.owner == owners[cell] {
                runs[runs.count - 1].text += text
            } else {
                runs.append((text, owners[cell]))
            }
        }
        return runs
    }

    private func character(_ cell: Int) -> Character {
        guard dots[cell] != 0, let owner = owners[cell] else { return " " }
        if !braille { return Self.mark(owner) }
        return Character(Unicode.Scalar(0x2800 + UInt32(dots[cell]))!)
    }
}
