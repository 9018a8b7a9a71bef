/// A way over slippery ice with holes: Gymnasium's FrozenLake-v1.
///
/// Observations are the cell, counted by rows; actions 0 to 3 go left, down, right, up. On slippery ice a
/// third of the steps goes as wished and a third to each side. The reward is 1 for reaching the goal; goal
/// and holes end an episode. The usual time limit is 100 steps on the small lake and 200 on the large one,
/// and mean returns of 0.70 and 0.85 count as solved.
public struct FrozenLake: Environment, Codable, Sendable {
    /// Rows of cells: S for start, F for ice, H for holes, G for the goal.
    public let map: [String]
    /// Whether steps slip.
    public let isSlippery: Bool
    /// The cell, counted by rows.
    public private(set) var cell = 0
    private let cells: [UInt8]
    private let width: Int
    private let starts: [Double]
    private var episode = EpisodeRandom()

    /// The lake of 4 × 4 cells.
    public static let small = ["SFFF", "FHFH", "FFFH", "HFFG"]
    /// The lake of 8 × 8 cells.
    public static let large = [
        "SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF", "FFFHFFFF", "FHHFFFHF", "FHFFHFHF",
        "FFFHFFFG",
    ]

    /// A lake.
    ///
    /// - Parameters:
    ///   - map: rows of cells, all of one length, of the letters S, F, H and G.
    ///   - isSlippery: whether steps slip.
    /// - Throws: `EnvironmentError.unsuitable` for a map that is none.
    public init(map: [String], isSlippery: Bool = true) throws {
        width = map.first?.utf8.count ?? 0
        cells = map.flatMap { Array($0.utf8) }
        let letters = Set("SFHG".utf8)
        guard width > 0, map.allSatisfy({ [width] in $0.utf8.count == width }),
            cells.allSatisfy(letters.contains), cells.contains(UInt8(ascii: "S"))
        else {
            throw EnvironmentError.unsuitable(
                "frozenlake: a map has rows of equal length of the letters S, F, H and G, with an S; "
                    + "found \(map)")
        }
        self.map = map
        self.isSlippery = isSlippery
        let count = Double(cells.count { $0 == UInt8(ascii: "S") })
        var sum = 0.0
        starts = cells.map { cell in
            sum += cell == UInt8(ascii: "S") ? 1 / count : 0
            return sum
        }
    }

    /// The small slippery lake.
    public init() {
        map = Self.small
        isSlippery = true
        cells = Self.small.flatMap { Array($0.utf8) }
        width = 4
        starts = [Double](repeating: 1, count: 16)
    }

    /// The cell.
    public var observationSpace: Space { .discrete(cells.count) }

    /// Left, down, right, up.
    public var actionSpace: Space { .discrete(4) }

    /// Goes to the start.
    public mutating func reset(seed: UInt64?) -> SpaceValue {
        episode.begin(seed: seed)
        cell = episode.numbers.category(starts)
        return .discrete(cell)
    }

    /// Steps, or slips.
    ///
    /// - Throws: `EnvironmentError` for an action that is none, or outside an episode.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        try episode.check("frozenlake")
        let wish = try action.action(below: 4, in: "frozenlake")
        // Without slipping the reference still draws a number.
        let side = episode.numbers.category(isSlippery ? Self.slips : [1])
        cell = neighbour(isSlippery ? (wish + 3 + side) % 4 : wish)
        let isGoal = cells[cell] == UInt8(ascii: "G")
        let isTerminated = isGoal || cells[cell] == UInt8(ascii: "H")
        if isTerminated { episode.end() }
        return EnvironmentStep(
            .discrete(cell), reward: isGoal ? 1 : 0, isTerminated: isTerminated)
    }

    /// Sums of the probabilities of slipping one way, going as wished, slipping the other way.
    private static let slips: [Double] = {
        let success = 1.0 / 3.0
        let failure = (1.0 - success) / 2.0
        return [failure, failure + success, failure + success + failure]
    }()

    private func neighbour(_ direction: Int) -> Int {
        let (row, column) = (cell / width, cell % width)
        switch direction {
        case 0: return column > 0 ? cell - 1 : cell
        case 1: return row + 1 < map.count ? cell + width : cell
        case 2: return column + 1 < width ? cell + 1 : cell
        default: return row > 0 ? cell - width : cell
        }
    }
}
