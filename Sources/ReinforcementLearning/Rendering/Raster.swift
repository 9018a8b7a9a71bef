/// Places of a palette, row by row, into which shapes are drawn.
struct Raster {
    let width: Int
    let height: Int
    private(set) var places: [UInt8]

    /// A white picture; no side is more than 2,000 places.
    init(_ size: Scene.Point) {
        width = min(max(Int(size.x.rounded()), 1), 2000)
        height = min(max(Int(size.y.rounded()), 1), 2000)
        places = [UInt8](repeating: 0, count: width * height)
    }

    mutating func draw(_ shape: Scene.Shape, as place: UInt8) {
        switch shape {
        case .polygon(let points, _): fill(points, place)
        case .circle(let middle, let radius, _):
            for y in rows(middle.y - radius, middle.y + radius) {
                let away = Double(y) + 0.5 - middle.y
                let square = radius * radius - away * away
                if square <= 0 { continue }
                span(y, middle.x - square.squareRoot(), middle.x + square.squareRoot(), place)
            }
        case .line(let from, let to, let thickness, _):
            let way = to - from
            let length = (way.x * way.x + way.y * way.y).squareRoot()
            guard length > 0 else { return }
            let side = Scene.Point(-way.y, way.x) * (thickness / 2 / length)
            fill([from + side, to + side, to - side, from - side], place)
        }
    }

    private func rows(_ from: Double, _ to: Double) -> Range<Int> {
        guard from.isFinite, to.isFinite else { return 0..<0 }
        let first = Int(min(max(from, 0), Double(height)))
        return first..<max(first, Int(min(max(to + 1, 0), Double(height))))
    }

    private mutating func span(_ y: Int, _ from: Double, _ to: Double, _ place: UInt8) {
        let first = Int(min(max((from - 0.5).rounded(.up), 0), Double(width)))
        let last = Int(min(max((to - 0.5).rounded(.down) + 1, 0), Double(width)))
        for x in first..<max(first, last) { places[y * width + x] = place }
    }

    /// Even-odd filling, a row of places at a time.
    private mutating func fill(_ points: [Scene.Point], _ place: UInt8) {
        guard points.count > 2, points.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
            return
        }
        let heights = points.map(\.y)
        for y in rows(heights.min() ?? 0, heights.max() ?? 0) {
            let middle = Double(y) + 0.5
            var crossings: [Double] = []
            for index in points.indices {
                let (a, b) = (points[index], points[(index + 1) % points.count])
                if (a.y <= middle) != (b.y <= middle) {
                    crossings.append(a.x + (middle - a.y) / (b.y - a.y) * (b.x - a.x))
                }
            }
            crossings.sort()
            for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
                span(y, crossings[pair], crossings[pair + 1], place)
            }
        }
    }
}
