/// A picture of a few shapes, y downwards.
public struct Scene: Sendable, Hashable {
    /// A point of the picture.
    public typealias Point = SIMD2<Double>

    /// A colour, 8 bits each of red, green and blue.
    public struct Color: Sendable, Hashable {
        /// Red, green, blue from the highest byte down.
        public let code: UInt32
        /// A colour from its code, such as 0x3366CC.
        public init(_ code: UInt32) { self.code = code & 0xff_ffff }
        static let paper = Color(0xFFFFFF)
        static let ink = Color(0x22303C)
        static let soft = Color(0xB8C4CE)
        static let agent = Color(0x2F6FDE)
        static let goal = Color(0x1E9E5A)
        static let danger = Color(0xD64545)
        static let accent = Color(0xE0962D)
    }

    /// A shape of one colour.
    public enum Shape: Sendable, Hashable {
        /// A filled polygon.
        case polygon([Point], Color)
        /// A filled circle.
        case circle(Point, radius: Double, Color)
        /// A line with straight ends.
        case line(Point, Point, width: Double, Color)
    }

    /// Width and height.
    public let size: Point
    /// From the back to the front.
    public var shapes: [Shape]

    /// A picture of shapes on white.
    public init(width: Double, height: Double, _ shapes: [Shape] = []) {
        size = Point(width, height)
        self.shapes = shapes
    }

    mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ c: Color)
    {
        shapes.append(
            .polygon(
                [
                    Point(x, y), Point(x + width, y), Point(x + width, y + height),
                    Point(x, y + height),
                ], c))
    }
}

/// An environment that can be drawn.
public protocol DrawableEnvironment: Environment {
    /// What it looks like now.
    var scene: Scene { get }
}

extension SynchronousVector {
    /// What one of the environments looks like now; nil if it cannot be drawn.
    public func scene(_ index: Int = 0) -> Scene? {
        (environments[index] as? any DrawableEnvironment)?.scene
    }
}
