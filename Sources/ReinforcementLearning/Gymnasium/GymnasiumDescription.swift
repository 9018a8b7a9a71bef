/// What an environment of Gymnasium says about itself.
public struct GymnasiumDescription: Sendable {
    /// The name with its prefix, such as `gym:FetchReach-v4`.
    public let name: String
    /// What observations are, without text.
    public let observationSpace: Space
    /// What actions are.
    public let actionSpace: Space
    /// Whether goals can be replaced: observations have the three parts, and there is `compute_reward`.
    public let isGoalEnvironment: Bool
    /// Parts of observations that are left out because they are text, as `mission`.
    public let leftOut: [String]
    /// Steps after which an episode is cut off; nil if it never is.
    public let timeLimit: Int?
    /// The mean return that counts as solved; nil if there is none.
    public let rewardThreshold: Double?
    /// Python and the packages that the environment is made of, by name.
    public let versions: [String: String]
    /// Distances that may be those within which a goal is reached.
    let thresholds: [Double]

    init(_ message: Message, name: String) throws {
        self.name = name
        observationSpace = try message.observation.space(name)
        actionSpace = try message.action.space(name)
        isGoalEnvironment = message.goals
        leftOut = message.dropped
        timeLimit = message.limit.flatMap { $0 > 0 ? $0 : nil }
        rewardThreshold = message.solved
        versions = message.versions
        thresholds = message.thresholds
    }

    /// The versions in a line.
    public var versionText: String {
        versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// What a worker answers.
    struct Message: Decodable {
        var observation, action: SpaceMessage
        var dropped: [String]
        var goals: Bool
        var limit: Int?
        var solved: Double?
        var versions: [String: String]
        var thresholds: [Double]
    }

    /// A space as a worker writes it.
    struct SpaceMessage: Decodable {
        var kind: String
        var shape: [Int]?
        var low, high: [Double?]?
        var counts: [Int]?
        var start: Int?
        var fields: [Field]?

        struct Field: Decodable {
            var name: String
            var space: SpaceMessage
        }

        func space(_ name: String) throws -> Space {
            switch kind {
            case "box":
                let shape = shape ?? []
                let count = shape.reduce(1, *)
                return .box(
                    Space.Box(
                        shape: shape, low: Self.bounds(low, count, -.infinity),
                        high: Self.bounds(high, count, .infinity)))
            case "discrete":
                // Indices travel as float32, which is exact up to here.
                let count = counts?.first ?? 0
                guard count > 0, count <= 1 << 24 else {
                    throw GymnasiumError.space(environment: name, detail: "Discrete(\(count))")
                }
                return .discrete(count, start: start ?? 0)
            case "multiDiscrete": return .multiDiscrete(counts ?? [])
            case "multiBinary": return .multiBinary(counts?.first ?? 0)
            case "dictionary" where isOddlyGoal:
                return .tuple(try (fields ?? []).map { try $0.space.space(name) })
            case "dictionary":
                return .dictionary(
                    try (fields ?? []).map { Space.Field($0.name, try $0.space.space(name)) })
            case "tuple": return .tuple(try (fields ?? []).map { try $0.space.space(name) })
            default: throw GymnasiumError.space(environment: name, detail: kind)
            }
        }

        /// Has a desired goal, yet not all that belongs to it.
        private var isOddlyGoal: Bool {
            let names = Set((fields ?? []).map(\.name))
            return names.contains("desired_goal")
                && !names.isSuperset(of: ["observation", "achieved_goal"])
        }

        private static func bounds(_ values: [Double?]?, _ count: Int, _ none: Float) -> [Float] {
            let values = (values ?? []).map { $0.map { Float($0) } ?? none }
            return values.count == count
                ? values : [Float](repeating: values.first ?? none, count: count)
        }
    }
}
