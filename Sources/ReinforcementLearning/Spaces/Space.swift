/// What an observation or an action can be, after Gymnasium's spaces.
///
/// A value of a space also has a flat form, a row of `float32` numbers, in which vectors of environments,
/// replay buffers and networks handle it: a box's numbers in row-major order, a discrete value's index as
/// one number, and the parts of dictionaries (in the order of their fields) and tuples one after another.
public indirect enum Space: Sendable, Hashable {
    /// Numbers between bounds.
    case box(Box)
    /// The integers `start` ..< `start + count`.
    case discrete(Int, start: Int = 0)
    /// Several discrete values, each from 0 ..< its count.
    case multiDiscrete([Int])
    /// So many switches, each off or on.
    case multiBinary(Int)
    /// Named parts in a fixed order.
    case dictionary([Field])
    /// Parts in order.
    case tuple([Space])

    /// Numbers of a shape, each between bounds of its own.
    public struct Box: Sendable, Hashable {
        /// The sizes; empty for a single number.
        public var shape: [Int]
        /// The least value of each number, -infinity for none.
        public var low: [Float]
        /// The greatest value of each number, infinity for none.
        public var high: [Float]

        /// A box from its bounds, one pair for each number.
        public init(shape: [Int], low: [Float], high: [Float]) {
            self.shape = shape
            self.low = low
            self.high = high
        }
    }

    /// A named part of a dictionary space.
    public struct Field: Sendable, Hashable {
        /// The part's key.
        public var name: String
        /// What the part can be.
        public var space: Space

        /// A named part.
        public init(_ name: String, _ space: Space) {
            self.name = name
            self.space = space
        }
    }

    /// A box with the same bounds for all its numbers.
    ///
    /// - Parameters:
    ///   - shape: the sizes.
    ///   - low: the least value.
    ///   - high: the greatest value.
    public static func box(
        _ shape: [Int], from low: Float = -.infinity, to high: Float = .infinity
    ) -> Space {
        let count = shape.reduce(1, *)
        return .box(
            Box(
                shape: shape, low: [Float](repeating: low, count: count),
                high: [Float](repeating: high, count: count)))
    }

    /// The space of a goal environment's observations.
    ///
    /// - Parameters:
    ///   - observation: what is seen besides goals.
    ///   - goal: what achieved and desired goals are.
    public static func goal(observation: Space, goal: Space) -> Space {
        .dictionary([
            Field("observation", observation), Field("achieved_goal", goal),
            Field("desired_goal", goal),
        ])
    }

    /// How many numbers a value has in flat form.
    public var flatCount: Int {
        switch self {
        case .box(let box): box.low.count
        case .discrete: 1
        case .multiDiscrete(let counts): counts.count
        case .multiBinary(let count): count
        case .dictionary(let fields): fields.reduce(0) { $0 + $1.space.flatCount }
        case .tuple(let spaces): spaces.reduce(0) { $0 + $1.flatCount }
        }
    }

    /// The part of a dictionary space with that name.
    public subscript(name: String) -> Space? {
        guard case .dictionary(let fields) = self else { return nil }
        return fields.first { $0.name == name }?.space
    }
}

extension Space: CustomStringConvertible {
    /// The space as Gymnasium would write it, in short.
    public var description: String {
        switch self {
        case .box(let box):
            "Box(\(box.shape), \(box.low.min() ?? 0) ... \(box.high.max() ?? 0))"
        case .discrete(let count, let start):
            start == 0 ? "Discrete(\(count))" : "Discrete(\(count), start: \(start))"
        case .multiDiscrete(let counts): "MultiDiscrete(\(counts))"
        case .multiBinary(let count): "MultiBinary(\(count))"
        case .dictionary(let fields):
            "Dict(" + fields.map { "\($0.name): \($0.space)" }.joined(separator: ", ") + ")"
        case .tuple(let spaces): "Tuple(" + spaces.map(\.description).joined(separator: ", ") + ")"
        }
    }
}
