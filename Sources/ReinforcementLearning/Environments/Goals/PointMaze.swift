/// A point that is pushed through a maze to a goal.
///
/// Observations are `[x, y, velocity x, velocity y]` in cells and cells a second, x to the right and y
/// downwards; the action is a push in both directions, each from -1 to 1. The achieved goal is the position.
/// The reward is 0 within 0.3 cells of the goal and -1 elsewhere. Episodes do not end by themselves; the
/// usual time limit is 100 steps of 0.1 s.
///
/// A push accelerates by 15 cells/s², velocities are at most 3 cells/s in either direction, and friction
/// takes a tenth of them at each step. The point is a square of 0.2 cells; walls stop it.
public struct PointMaze: GoalEnvironment, Codable, Sendable {
    /// A map of walls.
    public enum Layout: String, Codable, Sendable, CaseIterable {
        /// A room of 5 × 3 cells without inner walls.
        case open
        /// A corridor of 9 cells, bent like a U.
        case u
        /// Rooms and corridors on 6 × 6 cells.
        case medium

        /// Rows of cells: # for walls, anything else is free.
        public var rows: [String] {
            switch self {
            case .open: ["#######", "#     #", "#     #", "#     #", "#######"]
            case .u: ["######", "#    #", "#### #", "#    #", "######"]
            case .medium:
                [
                    "########", "#    # #", "# ## # #", "# #    #", "#   ## #", "# #  # #",
                    "#  #   #", "########",
                ]
            }
        }
    }

    /// The map.
    public let layout: Layout
    /// In cells.
    public internal(set) var position: SIMD2<Float> = .zero
    /// In cells a second.
    public internal(set) var velocity: SIMD2<Float> = .zero
    /// Where to go, in cells.
    public internal(set) var goal: SIMD2<Float> = .zero
    /// How many steps from cell to cell, walls aside, lie between start and goal at most; nil for any.
    public let goalRange: Int?
    /// What pushes are multiplied by; negative to push the other way.
    public let force: Float
    let walls: Walls
    private var episode = EpisodeRandom()

    static let threshold: Float = 0.3
    static let halfSize: Float = 0.1
    static let topSpeed: Float = 3
    static let stepTime: Float = 0.1

    /// A maze.
    ///
    /// - Parameters:
    ///   - layout: the map.
    ///   - goalRange: how many steps from cell to cell, walls aside, lie between start and goal at most; nil for
    ///     any.
    ///   - force: what pushes are multiplied by; negative to push the other way.
    public init(layout: Layout = .medium, goalRange: Int? = nil, force: Float = 1) {
        self.layout = layout
        self.goalRange = goalRange
        self.force = force
        walls = Walls(layout.rows)
    }

    /// Position and velocity; goals are positions.
    public var observationSpace: Space {
        let (width, height, top) = (Float(walls.width), Float(walls.height), Self.topSpeed)
        return .goal(
            observation: .box(
                Space.Box(
                    shape: [4], low: [0, 0, -top, -top], high: [width, height, top, top])),
            goal: .box(Space.Box(shape: [2], low: [0, 0], high: [width, height])))
    }

    /// Pushes to the right and downwards.
    public var actionSpace: Space { .box([2], from: -1, to: 1) }

    /// 0 within 0.3 cells of the goal, else -1.
    public var goalReward: GoalReward { .sparse(goalCount: 2, threshold: Self.threshold) }

    /// Draws start and goal in different free cells, at most a quarter of a cell from their middles.
    public mutating func reset(seed: UInt64?) -> SpaceValue {
        episode.begin(seed: seed)
        let start = episode.numbers.integer(below: walls.free.count)
        let end = goalCell(from: start)
        position = place(in: walls.free[start])
        goal = place(in: walls.free[end])
        velocity = .zero
        return observation
    }

    /// Pushes for 0.1 s.
    ///
    /// - Throws: `EnvironmentError` for an action that is no pair of numbers, or outside an episode.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        try episode.check("pointmaze")
        let push = try action.action(count: 2, in: "pointmaze")
        let force = SIMD2(push[0], push[1]).clamped(lowerBound: [-1, -1], upperBound: [1, 1])
        let top = SIMD2(repeating: Self.topSpeed)
        velocity = (velocity * 0.9 + force * self.force * 1.5).clamped(
            lowerBound: -top, upperBound: top)
        for axis in 0...1 {
            let wish = position[axis] + velocity[axis] * Self.stepTime
            let reached = walls.stopped(position, going: axis, to: wish, halfSize: Self.halfSize)
            if reached != wish { velocity[axis] = 0 }
            position[axis] = reached
        }
        let (reward, _) = goalReward(
            achieved: [position.x, position.y], desired: [goal.x, goal.y])
        return EnvironmentStep(
            observation, reward: Double(reward), info: ["is_success": reward == 0 ? 1 : 0])
    }

    /// Draws one of the other free cells that are near enough.
    private mutating func goalCell(from start: Int) -> Int {
        if let goalRange {
            let near = walls.free.indices.filter { other in
                let way = walls.free[other] - walls.free[start]
                return other != start && Int(abs(way.x) + abs(way.y)) <= goalRange
            }
            if !near.isEmpty { return near[episode.numbers.integer(below: near.count)] }
        }
        let end = episode.numbers.integer(below: walls.free.count - 1)
        return end >= start ? end + 1 : end
    }

    private mutating func place(in cell: SIMD2<Float>) -> SIMD2<Float> {
        let x = Float(episode.numbers.uniform(-0.25, 0.25))
        let y = Float(episode.numbers.uniform(-0.25, 0.25))
        return cell + SIMD2(0.5 + x, 0.5 + y)
    }

    private var observation: SpaceValue {
        .goal(
            observation: .box([position.x, position.y, velocity.x, velocity.y]),
            achieved: .box([position.x, position.y]), desired: .box([goal.x, goal.y]))
    }
}

extension PointMaze {
    /// Which cells are walls.
    struct Walls: Codable, Sendable {
        let width: Int
        let height: Int
        let isWall: [Bool]
        /// Column and row of each free cell.
        let free: [SIMD2<Float>]

        init(_ rows: [String]) {
            width = rows[0].utf8.count
            height = rows.count
            isWall = rows.flatMap { $0.utf8.map { $0 == UInt8(ascii: "#") } }
            free = isWall.indices.filter { [isWall] in !isWall[$0] }.map { [width] in
                SIMD2(Float($0 % width), Float($0 / width))
            }
        }

        private func isWall(_ column: Int, _ row: Int) -> Bool {
            column < 0 || row < 0 || column >= width || row >= height
                || isWall[row * width + column]
        }

        /// How far along an axis a square gets on its way, which is shorter than a cell.
        func stopped(
            _ position: SIMD2<Float>, going axis: Int, to wish: Float, halfSize: Float
        ) -> Float {
            let isForward = wish > position[axis]
            let front = Int((wish + (isForward ? halfSize : -halfSize)).rounded(.down))
            let across = position[1 - axis]
            let sides = [across - halfSize, across + halfSize].map { Int($0.rounded(.down)) }
            let isBlocked = sides.contains { side in
                axis == 0 ? isWall(front, side) : isWall(side, front)
            }
            if !isBlocked { return wish }
            // A hair's breadth before the wall, so that the square is not inside it after rounding.
            let gap = halfSize + 0x1p-12
            return isForward ? Float(front) - gap : Float(front + 1) + gap
        }
    }
}
