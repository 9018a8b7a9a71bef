/// Rooms in a row behind locked doors: a key has to be fetched before the next room can be entered.
///
/// Each room but the last has a key and a door to the next one, drawn anew with each episode. Actions 0 to 3
/// go up, right, down, left; a step onto a key takes it, a step into a door whose key is held opens it, and
/// steps into walls and locked doors do nothing. Observations, each from 0 to 1, are the agent's row and
/// column, and for each door its row, its key's row and column, whether the key is held, and whether the
/// door is open. The goal is a cell of the last room, and the achieved goal the agent's cell. The reward is 0
/// at the goal, which ends the episode, and -1 elsewhere; the usual time limit is 20 steps a room more than
/// 30.
public struct KeyDoorGrid: GoalEnvironment, Codable, Sendable {
    /// How many doors there are, each with its key.
    public let doors: Int
    /// Rows, and columns of a room.
    public let size: Int
    /// Whether steps that do nothing are masked.
    public let isMasked: Bool
    /// The agent's cell.
    public private(set) var agent = Cell(row: 0, column: 0)
    /// The cell to reach.
    public private(set) var goal = Cell(row: 0, column: 0)
    private(set) var gates: [Gate] = []
    private var episode = EpisodeRandom()

    /// A place in the grid.
    public struct Cell: Codable, Sendable, Hashable {
        /// From the top.
        public var row: Int
        /// From the left; rooms are one column of wall apart.
        public var column: Int
    }

    /// A door and its key.
    struct Gate: Codable, Sendable {
        var door: Cell
        var key: Cell
        var isHeld = false
        var isOpen = false
    }

    /// A grid of rooms.
    ///
    /// - Parameters:
    ///   - doors: how many doors and keys, from 1 to 8.
    ///   - size: rows, and columns of a room, from 2 to 32.
    ///   - isMasked: whether steps that do nothing are masked.
    public init(doors: Int = 1, size: Int = 5, isMasked: Bool = false) {
        self.doors = min(max(doors, 1), 8)
        self.size = min(max(size, 2), 32)
        self.isMasked = isMasked
    }

    /// How many columns there are in all.
    public var width: Int { (doors + 1) * (size + 1) - 1 }

    /// The usual time limit.
    public var timeLimit: Int { 30 + 20 * (doors + 1) }

    /// The agent, and doors and keys; goals are cells.
    public var observationSpace: Space {
        .goal(
            observation: .box([2 + 5 * doors], from: 0, to: 1), goal: .box([2], from: 0, to: 1))
    }

    /// Up, right, down, left.
    public var actionSpace: Space { .discrete(4) }

    /// 0 and the end at the goal, else -1.
    public var goalReward: GoalReward {
        .sparse(goalCount: 2, threshold: 0.25 / Float(width), terminates: true)
    }

    /// Draws doors, keys, agent and goal.
    public mutating func reset(seed: UInt64?) -> SpaceValue {
        episode.begin(seed: seed)
        agent = cell(inRoom: 0)
        gates = (0..<doors).map { room in
            let door = Cell(
                row: episode.numbers.integer(below: size),
                column: (room + 1) * (size + 1) - 1)
            var key = cell(inRoom: room)
            while key == agent { key = cell(inRoom: room) }
            return Gate(door: door, key: key)
        }
        goal = cell(inRoom: doors)
        return observation
    }

    /// Goes a step.
    ///
    /// - Throws: `EnvironmentError` for an action that is none, or outside an episode.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        try episode.check("keydoor")
        let target = neighbour(try action.action(below: 4, in: "keydoor"))
        if canEnter(target) {
            agent = target
            for index in gates.indices {
                if gates[index].key == target { gates[index].isHeld = true }
                if gates[index].door == target { gates[index].isOpen = true }
            }
        }
        let isReached = agent == goal
        if isReached { episode.end() }
        return EnvironmentStep(
            observation, reward: isReached ? 0 : -1, isTerminated: isReached,
            info: ["is_success": isReached ? 1 : 0])
    }

    /// Which steps do something, if others are masked.
    public var actionMask: [Bool]? {
        isMasked ? (0..<4).map { canEnter(neighbour($0)) } : nil
    }

    private func neighbour(_ direction: Int) -> Cell {
        let way = [(-1, 0), (0, 1), (1, 0), (0, -1)][direction]
        return Cell(row: agent.row + way.0, column: agent.column + way.1)
    }

    private func canEnter(_ cell: Cell) -> Bool {
        guard (0..<size).contains(cell.row), (0..<width).contains(cell.column) else {
            return false
        }
        if cell.column % (size + 1) < size { return true }
        return gates.contains { $0.door == cell && ($0.isHeld || $0.isOpen) }
    }

    private mutating func cell(inRoom room: Int) -> Cell {
        Cell(
            row: episode.numbers.integer(below: size),
            column: room * (size + 1) + episode.numbers.integer(below: size))
    }

    private func numbers(_ cell: Cell) -> [Float] {
        [Float(cell.row) / Float(size - 1), Float(cell.column) / Float(width - 1)]
    }

    private var observation: SpaceValue {
        var seen = numbers(agent)
        for gate in gates {
            seen.append(Float(gate.door.row) / Float(size - 1))
            seen += numbers(gate.key)
            seen += [gate.isHeld ? 1 : 0, gate.isOpen ? 1 : 0]
        }
        return .goal(
            observation: .box(seen), achieved: .box(numbers(agent)), desired: .box(numbers(goal)))
    }
}
