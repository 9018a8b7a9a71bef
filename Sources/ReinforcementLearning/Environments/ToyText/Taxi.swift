/// A taxi that fetches a passenger and brings them to one of four places: Gymnasium's Taxi-v4
/// (Dietterich 2000).
///
/// Observations are `((row * 5 + column) * 5 + passenger) * 4 + destination`, where a passenger of 4 is in
/// the taxi; actions 0 to 5 go south, north, east, west, pick up, drop off. Each step is -1, a wrong
/// pick-up or drop-off -10, the right drop-off 20 and the end. The usual time limit is 200 steps, and a
/// mean return of 8 counts as solved.
public struct Taxi: Environment, Codable, Sendable {
    /// Where the taxi is.
    public private(set) var row = 0
    /// Where the taxi is.
    public private(set) var column = 0
    /// Where the passenger is: one of four places, or 4 for in the taxi.
    public private(set) var passenger = 0
    /// Where the passenger wants to go, one of four places.
    public private(set) var destination = 0
    /// Whether actions without an effect are masked.
    public let isMasked: Bool
    private var episode = EpisodeRandom()

    /// Row and column of the four places: red, green, yellow, blue.
    public static let places = [(row: 0, column: 0), (0, 4), (4, 0), (4, 3)]
    /// Columns of each row with a wall to their east.
    static let walls: [Set<Int>] = [[1], [1], [], [0, 2], [0, 2]]

    /// Sums of the probabilities of starting in each state.
    private static let starts: [Double] = {
        var sum = 0.0
        return (0..<500).map { state in
            let (passenger, destination) = (state / 4 % 5, state % 4)
            if passenger < 4 && passenger != destination { sum += 1.0 / 300 }
            return sum
        }
    }()

    /// A taxi.
    ///
    /// - Parameter isMasked: whether actions without an effect are masked.
    public init(isMasked: Bool = false) { self.isMasked = isMasked }

    /// The state's number.
    public var observationSpace: Space { .discrete(500) }

    /// South, north, east, west, pick up, drop off.
    public var actionSpace: Space { .discrete(6) }

    /// Draws taxi, passenger and destination.
    public mutating func reset(seed: UInt64?) -> SpaceValue {
        episode.begin(seed: seed)
        let state = episode.numbers.category(Self.starts)
        (row, column) = (state / 100, state / 20 % 5)
        (passenger, destination) = (state / 4 % 5, state % 4)
        return observation
    }

    /// Drives, picks up or drops off.
    ///
    /// - Throws: `EnvironmentError` for an action that is none, or outside an episode.
    public mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        try episode.check("taxi")
        let choice = try action.action(below: 6, in: "taxi")
        // The reference draws which of one outcome comes to pass.
        _ = episode.numbers.random()
        var reward = -1.0
        var isTerminated = false
        switch choice {
        case 0: row = min(row + 1, 4)
        case 1: row = max(row - 1, 0)
        case 2: if canGoEast { column += 1 }
        case 3: if canGoWest { column -= 1 }
        case 4:
            if place != nil && place == passenger { passenger = 4 } else { reward = -10 }
        default:
            if passenger == 4, let place {
                passenger = place
                isTerminated = place == destination
                if isTerminated { reward = 20 }
            } else {
                reward = -10
            }
        }
        if isTerminated { episode.end() }
        return EnvironmentStep(observation, reward: reward, isTerminated: isTerminated)
    }

    /// Which actions have an effect, if they are masked.
    public var actionMask: [Bool]? {
        guard isMasked else { return nil }
        return [
            row < 4, row > 0, canGoEast, canGoWest, place != nil && place == passenger,
            passenger == 4 && place != nil,
        ]
    }

    /// Which of the places the taxi is at.
    private var place: Int? { Self.places.firstIndex { $0 == (row, column) } }
    private var canGoEast: Bool { column < 4 && !Self.walls[row].contains(column) }
    private var canGoWest: Bool { column > 0 && !Self.walls[row].contains(column - 1) }

    private var observation: SpaceValue {
        .discrete(((row * 5 + column) * 5 + passenger) * 4 + destination)
    }
}
