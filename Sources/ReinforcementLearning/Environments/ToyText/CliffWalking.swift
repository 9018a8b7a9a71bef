/// A way along a cliff: Gymnasium's CliffWalking-v1 (Sutton and Barto 2018, example 6.6).
///
/// Observations are the cell of a grid of 4 × 12, counted by rows; actions 0 to 3 go up, right, down, left.
/// The way leads from cell 36 to cell 47, and the cells between them are the cliff: -100, and back to the
/// start. Any other step is -1. There is no usual time limit.
public struct CliffWalking: Environment, Codable, Sendable {
    /// The cell, counted by rows.
    public private(set) var cell = 36
    /// Whether a third of the steps each goes as wished and to the sides.
    public let isSlippery: Bool
    private var episode = EpisodeRandom()

    /// A walk along the cliff.
    ///
    /// - Parameter isSlippery: whether steps slip.
    public init(isSlippery: Bool = false) { self.isSlippery = isSlippery }

    /// The cell.
    public var observationSpace: Space { .discrete(48) }

    /// Up, right, down, left.
    public var actionSpace: Space { .discrete(4) }

    /// Goes to the start.
    public mutating func reset(seed: UInt64?) -> SpaceValue {
        episode.begin(seed: seed)
        // The reference draws its start from one cell.
        _ = episode.numbers.random()
        cell = 36
        return .discrete(cell)
    }

    /// Steps.
    ///
    /// - Throws: `EnvironmentError` for an action that is none, or outside an episode.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        try episode.check("cliffwalking")
        let wish = try action.action(below: 4, in: "cliffwalking")
        let third = 1.0 / 3
        let side = episode.numbers.category(
            isSlippery ? [third, third + third, third + third + third] : [1])
        cell = neighbour(isSlippery ? (wish + 3 + side) % 4 : wish)
        let isCliff = cell > 36 && cell < 47
        if isCliff { cell = 36 }
        let isTerminated = cell == 47
        if isTerminated { episode.end() }
        return EnvironmentStep(
            .discrete(cell), reward: isCliff ? -100 : -1, isTerminated: isTerminated)
    }

    private func neighbour(_ direction: Int) -> Int {
        switch direction {
        case 0: cell >= 12 ? cell - 12 : cell
        case 1: cell % 12 < 11 ? cell + 1 : cell
        case 2: cell < 36 ? cell + 12 : cell
        default: cell % 12 > 0 ? cell - 1 : cell
        }
    }
}
