/// A curve to be drawn: plain values, wherever they come from.
public struct Curve: Sendable, Equatable {
    /// A point; a `y` that is no finite number is a gap.
    public struct Point: Sendable, Equatable {
        /// Along the horizontal axis.
        public var x: Double
        /// Along the vertical axis.
        public var y: Double
        /// The lower end of what it may be.
        public var low: Double?
        /// The upper end of what it may be.
        public var high: Double?

        /// Says all of it.
        public init(_ x: Double, _ y: Double, low: Double? = nil, high: Double? = nil) {
            self.x = x
            self.y = y
            self.low = low
            self.high = high
        }
    }

    /// What the legend calls it.
    public var name: String
    /// Its points, in order of `x`.
    public var points: [Point]

    /// Says both.
    public init(name: String, points: [Point]) {
        self.name = name
        self.points = points
    }

    /// Says both, with points as pairs.
    public init(name: String, points: [(x: Double, y: Double)]) {
        self.init(name: name, points: points.map { Point($0.x, $0.y) })
    }

    /// The mean of each point and its neighbours up to half of `window` on either side.
    public func smoothed(window: Int) -> Curve {
        let finite = points.filter { $0.y.isFinite }
        var sums = [0.0]
        for point in finite { sums.append(sums.last! + point.y) }
        let half = max(0, window / 2)
        let means = finite.indices.map { index in
            let (first, last) = (max(0, index - half), min(finite.count, index + half + 1))
            return Point(finite[index].x, (sums[last] - sums[first]) / Double(last - first))
        }
        return Curve(name: name, points: means)
    }

    /// At most about `count` points that look the same: of each stretch the least and the greatest.
    public func thinned(to count: Int) -> Curve {
        guard points.count > max(4, count) else { return self }
        let stretch = (points.count * 2 + count - 1) / count
        var kept: [Point] = []
        for start in stride(from: 0, to: points.count, by: stretch) {
            let part = points[start..<min(points.count, start + stretch)]
            guard let low = part.indices.min(by: { part[$0].y < part[$1].y }),
                let high = part.indices.max(by: { part[$0].y < part[$1].y })
            else { continue }
            kept.append(part[min(low, high)])
            if low != high { kept.append(part[max(low, high)]) }
        }
        if let last = points.last, kept.last != last { kept.append(last) }
        return Curve(name: name, points: kept)
    }
}
