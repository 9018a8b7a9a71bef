/// A world that an agent acts in, with Gymnasium's contract.
///
/// ```swift
/// struct Corridor: Environment, Codable {
///     var observationSpace: Space { .box([1], from: 0, to: 10) }
///     var actionSpace: Space { .discrete(2) }
///     private var position: Float = 5
///
///     mutating func reset(seed: UInt64?) -> SpaceValue {
///         position = 5
///         return .box([position])
///     }
///
///     mutating func step(_ action: SpaceValue) -> EnvironmentStep {
///         position += action.index == 1 ? 1 : -1
///         return EnvironmentStep(
///             .box([position]), reward: position == 10 ? 1 : 0,
///             isTerminated: position == 0 || position == 10)
///     }
/// }
/// ```
///
/// An environment that is `Codable` is saved with a run's checkpoints, so that a resumed run goes on as if
/// it had never stopped; others are reset on resume.
public protocol Environment {
    /// What observations are. A goal environment's is `Space.goal(observation:goal:)`.
    var observationSpace: Space { get }
    /// What actions are.
    var actionSpace: Space { get }

    /// Begins an episode.
    ///
    /// - Parameter seed: begins the environment's random numbers anew; nil goes on with them.
    /// - Returns: the first observation.
    mutating func reset(seed: UInt64?) throws -> SpaceValue

    /// Does an action. Not to be called after an episode's end before `reset`.
    mutating func step(_ action: SpaceValue) throws -> EnvironmentStep

    /// Which of a discrete action space's actions are allowed now; nil for all.
    var actionMask: [Bool]? { get }
}

extension Environment {
    /// All actions are allowed.
    public var actionMask: [Bool]? { nil }
}

/// An environment whose reward depends on a goal that can be replaced: observations are dictionaries of
/// `observation`, `achieved_goal` and `desired_goal`.
public protocol GoalEnvironment: Environment {
    /// Reward and end of an episode from achieved and desired goals.
    var goalReward: GoalReward { get }
}

/// What follows from an action.
public struct EnvironmentStep: Sendable {
    /// What is seen now.
    public var observation: SpaceValue
    /// The reward of the step.
    public var reward: Double
    /// Whether the task itself came to an end: nothing follows, the value of what follows is zero.
    public var isTerminated: Bool
    /// Whether the episode was cut off from outside, by a time limit: something would have followed.
    public var isTruncated: Bool
    /// Further numbers, such as `is_success`.
    public var info: [String: Double]

    /// A step from its parts.
    public init(
        _ observation: SpaceValue, reward: Double, isTerminated: Bool = false,
        isTruncated: Bool = false, info: [String: Double] = [:]
    ) {
        self.observation = observation
        self.reward = reward
        self.isTerminated = isTerminated
        self.isTruncated = isTruncated
        self.info = info
    }
}

/// What an environment did that its contract does not allow, or that cannot be done with it.
public enum EnvironmentError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An observation that is not in the observation space.
    case observation(environment: String, episodeStep: Int, problem: String)
    /// An action that is not in the action space.
    case action(environment: String, problem: String)
    /// A reward that is not a finite number.
    case reward(environment: String, episodeStep: Int, reward: Double)
    /// `step` before `reset` or after an episode's end.
    case notReset(environment: String)
    /// No environment of that name.
    case unknown(name: String, nearest: String?)
    /// Settings, algorithm and environment that do not go together.
    case unsuitable(String)

    /// What is shown to people.
    public var description: String {
        switch self {
        case .observation(let environment, let step, let problem):
            "\(environment): the observation of step \(step) of an episode is not in the observation "
                + "space: \(problem)"
        case .action(let environment, let problem):
            "\(environment): the action is not in the action space: \(problem)"
        case .reward(let environment, let step, let reward):
            "\(environment): the reward of step \(step) of an episode is \(reward)"
        case .notReset(let environment):
            "\(environment): step was called before reset, or after the episode's end; call reset first"
        case .unknown(let name, let nearest):
            "there is no environment \"\(name)\""
                + (nearest.map { "; did you mean \"\($0)\"?" } ?? "")
                + " All names: hindsight environments. Gymnasium's own: gym:NAME"
        case .unsuitable(let reason): reason
        }
    }
}
