/// The reward of having achieved one goal when another was desired, and whether that ends the episode; for
/// whole batches, since hindsight asks it for every replaced goal.
public struct GoalReward: Sendable {
    /// Computes rows.
    ///
    /// - achieved, desired: `[count, goalCount]` in row-major order;
    /// - count: the number of rows;
    /// - rewards, terminated: `[count]`, to be filled in; 1 for an episode's end.
    public typealias Rows =
        @Sendable (
            _ achieved: UnsafePointer<Float>, _ desired: UnsafePointer<Float>, _ count: Int,
            _ rewards: UnsafeMutablePointer<Float>, _ terminated: UnsafeMutablePointer<UInt8>
        ) -> Void

    /// How many numbers a goal has in flat form.
    public let goalCount: Int
    private let rows: Rows

    /// A reward computed for whole batches.
    public init(goalCount: Int, rows: @escaping Rows) {
        self.goalCount = goalCount
        self.rows = rows
    }

    /// A reward computed goal by goal.
    public init(
        goalCount: Int,
        _ body:
            @escaping @Sendable (
                _ achieved: UnsafeBufferPointer<Float>, _ desired: UnsafeBufferPointer<Float>
            ) -> (reward: Float, isTerminated: Bool)
    ) {
        self.init(goalCount: goalCount) { achieved, desired, count, rewards, terminated in
            for row in 0..<count {
                let (reward, isTerminated) = body(
                    UnsafeBufferPointer(start: achieved + row * goalCount, count: goalCount),
                    UnsafeBufferPointer(start: desired + row * goalCount, count: goalCount))
                rewards[row] = reward
                terminated[row] = isTerminated ? 1 : 0
            }
        }
    }

    /// 0 within a distance of the goal, else -1 (Plappert et al. 2018).
    ///
    /// - Parameters:
    ///   - goalCount: how many numbers a goal has.
    ///   - threshold: the greatest Euclidean distance that counts as reached.
    ///   - terminates: whether reaching the goal ends the episode.
    public static func sparse(
        goalCount: Int, threshold: Float, terminates: Bool = false
    ) -> GoalReward {
        let limit = threshold * threshold
        return GoalReward(goalCount: goalCount) { achieved, desired in
            var square: Float = 0
            for index in 0..<achieved.count {
                let difference = achieved[index] - desired[index]
                square += difference * difference
            }
            let isReached = square <= limit
            return (isReached ? 0 : -1, isReached && terminates)
        }
    }

    /// Computes rewards and ends, as `Rows` says.
    public func compute(
        achieved: UnsafePointer<Float>, desired: UnsafePointer<Float>, count: Int,
        rewards: UnsafeMutablePointer<Float>, terminated: UnsafeMutablePointer<UInt8>
    ) {
        rows(achieved, desired, count, rewards, terminated)
    }

    /// Reward and end for one pair of goals.
    public func callAsFunction(
        achieved: [Float], desired: [Float]
    ) -> (reward: Float, isTerminated: Bool) {
        var reward: Float = 0
        var isTerminated: UInt8 = 0
        rows(achieved, desired, 1, &reward, &isTerminated)
        return (reward, isTerminated != 0)
    }
}
