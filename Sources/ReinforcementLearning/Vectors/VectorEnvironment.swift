import HindsightLearning

/// Several environments of one kind that step together, in flat form: what algorithms act in.
///
/// Finished episodes begin anew within the step that ended them (Gymnasium's SAME_STEP mode): after
/// `step()`, `batch.next` is what the actions led to, the last observations of finished episodes included,
/// and `batch.current` is what to act on.
public protocol VectorEnvironment: AnyObject {
    /// The environment's name.
    var name: String { get }
    /// What one environment's observations are.
    var observationSpace: Space { get }
    /// What one environment's actions are.
    var actionSpace: Space { get }
    /// The reward of goals; nil if this is no goal environment.
    var goalReward: GoalReward? { get }
    /// Where actions are written and results are read.
    var batch: EnvironmentBatch { get }

    /// Begins an episode in every environment.
    ///
    /// - Parameter seed: environment i begins its random numbers anew from `seed + i`; nil goes on.
    func reset(seed: UInt64?) throws

    /// Does the actions in `batch.actions`.
    func step() throws

    /// Whether an environment's last step reached its goal; asked where there are goals.
    func isSuccess(_ index: Int) -> Bool

    /// All that is needed to go on; nil if the environments cannot be saved.
    func state() throws -> LearningState?

    /// Goes back to a saved state.
    func restore(_ state: LearningState) throws
}

extension VectorEnvironment {
    /// How many environments there are.
    public var count: Int { batch.count }

    /// Whether the last reward was not negative, as rewards of -1 and 0 are meant.
    public func isSuccess(_ index: Int) -> Bool { batch.rewards[index] >= 0 }
}

/// The rows that a vector of environments shares with who acts in it: one row for each environment, flat.
public final class EnvironmentBatch {
    /// What is seen at one moment.
    public struct Observations {
        /// Observations, `[count, observationCount]`; without the goals of goal environments.
        public let observations: UnsafeMutablePointer<Float>
        /// Achieved goals, `[count, goalCount]`.
        public let achieved: UnsafeMutablePointer<Float>
        /// Desired goals, `[count, goalCount]`.
        public let desired: UnsafeMutablePointer<Float>
    }

    /// The number of environments.
    public let count: Int
    /// Numbers of an observation, goals left out.
    public let observationCount: Int
    /// Numbers of a goal; 0 if there are none.
    public let goalCount: Int
    /// Numbers of an action.
    public let actionCount: Int
    /// How many discrete actions have a mask; 0 if there are no masks.
    public let maskCount: Int

    /// What to act on.
    public let current: Observations
    /// What the last actions led to.
    public let next: Observations
    /// Actions, `[count, actionCount]`: written before `step()`.
    public let actions: UnsafeMutablePointer<Float>
    /// Rewards of the last step, `[count]`.
    public let rewards: UnsafeMutablePointer<Float>
    /// 1 where the last step ended an episode for good, `[count]`.
    public let terminated: UnsafeMutablePointer<UInt8>
    /// 1 where the last step's episode was cut off, `[count]`.
    public let truncated: UnsafeMutablePointer<UInt8>
    /// 1 for actions that are allowed on `current`, `[count, maskCount]`.
    public let masks: UnsafeMutablePointer<UInt8>

    private let numbers: UnsafeMutablePointer<Float>
    private let flags: UnsafeMutablePointer<UInt8>

    /// Rows for so many environments.
    ///
    /// - Parameters:
    ///   - count: the number of environments.
    ///   - observationSpace: of one of them; a goal environment's parts lie apart.
    ///   - actionSpace: of one of them.
    ///   - hasMasks: whether actions are masked.
    public init(count: Int, observationSpace: Space, actionSpace: Space, hasMasks: Bool = false) {
        self.count = count
        let goal = observationSpace["desired_goal"]?.flatCount ?? 0
        let seen = (observationSpace["observation"] ?? observationSpace).flatCount
        observationCount = goal > 0 ? seen : observationSpace.flatCount
        goalCount = goal
        actionCount = actionSpace.flatCount
        if hasMasks, case .discrete(let actions, _) = actionSpace {
            maskCount = actions
        } else {
            maskCount = 0
        }
        let row = 2 * (observationCount + 2 * goal) + actionCount + 1
        // One more, so that no pointer is to nothing.
        numbers = .allocate(capacity: count * row + 1)
        numbers.initialize(repeating: 0, count: count * row + 1)
        flags = .allocate(capacity: count * (2 + maskCount) + 1)
        flags.initialize(repeating: 0, count: count * (2 + maskCount) + 1)
        var place = numbers
        func take(_ width: Int) -> UnsafeMutablePointer<Float> {
            defer { place += count * width }
            return place
        }
        current = Observations(
            observations: take(observationCount), achieved: take(goal), desired: take(goal))
        next = Observations(
            observations: take(observationCount), achieved: take(goal), desired: take(goal))
        actions = take(actionCount)
        rewards = take(1)
        terminated = flags
        truncated = flags + count
        masks = flags + 2 * count
        masks.update(repeating: 1, count: count * maskCount)
    }

    deinit {
        numbers.deallocate()
        flags.deallocate()
    }
}
