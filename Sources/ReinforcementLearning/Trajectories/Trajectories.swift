/// Logged episodes: what was seen, done and earned, in the flat form in which vectors of environments have
/// it.
///
/// An episode of T steps has T + 1 observations, the one that its last action led to included. Actions are as
/// the environment took them. On disk they are a safetensors file (see `write(to:)`).
public struct Trajectories: Sendable, Equatable {
    /// Where episodes come from.
    public struct Source: Sendable, Codable, Equatable {
        /// The environment's name in the catalog.
        public var environment: String
        /// What was set about it.
        public var environmentSettings: [String: String]
        /// The run whose policy acted; nil if there was none.
        public var run: String?
        /// What that policy was learnt with.
        public var algorithm: String?
        /// Where start states and random actions came from.
        public var seed: UInt64
        /// The version of the program that wrote them.
        public var software: String

        /// - Parameters:
        ///   - environment: the environment's name in the catalog.
        ///   - environmentSettings: what was set about it.
        ///   - run, algorithm: whose policy acted; nil if none did.
        ///   - seed: where start states and random actions came from.
        ///   - software: the version of the program.
        public init(
            environment: String, environmentSettings: [String: String] = [:], run: String? = nil,
            algorithm: String? = nil, seed: UInt64 = 0, software: String = ""
        ) {
            self.environment = environment
            self.environmentSettings = environmentSettings
            self.run = run
            self.algorithm = algorithm
            self.seed = seed
            self.software = software
        }
    }

    /// The sizes of observations, goals (0 if there are none) and actions in flat form.
    public struct Widths: Sendable, Equatable {
        /// Numbers of an observation, goals left out.
        public var observation: Int
        /// Numbers of a goal; 0 if there are none.
        public var goal: Int
        /// Numbers of an action.
        public var action: Int

        /// - Parameters:
        ///   - observation, goal, action: numbers of each.
        public init(observation: Int, goal: Int, action: Int) {
            self.observation = observation
            self.goal = goal
            self.action = action
        }
    }

    /// Where they come from.
    public var source: Source
    /// What observations and actions are, in words.
    public var spaces: (observation: String, action: String)
    /// Numbers of each part.
    public let widths: Widths
    /// The steps of each episode.
    public internal(set) var lengths: [Int] = []
    /// The part of each episode's actions that were random, for data of several qualities.
    public internal(set) var randomParts: [Float] = []
    /// `[steps + episodes, observation]`.
    public internal(set) var observations: [Float] = []
    /// `[steps + episodes, goal]`: what was achieved.
    public internal(set) var achieved: [Float] = []
    /// `[steps + episodes, goal]`: what was desired.
    public internal(set) var desired: [Float] = []
    /// `[steps, action]`.
    public internal(set) var actions: [Float] = []
    /// `[steps]`.
    public internal(set) var rewards: [Float] = []
    /// `[steps]`: 1 where an episode ended for good.
    public internal(set) var terminated: [UInt8] = []
    /// `[steps]`: 1 where an episode was cut off.
    public internal(set) var truncated: [UInt8] = []

    /// No episodes yet.
    ///
    /// - Parameters:
    ///   - source: where episodes will come from.
    ///   - environment: whose spaces they have.
    public init(_ source: Source, of environment: any VectorEnvironment) {
        self.init(
            source, (environment.observationSpace.description, environment.actionSpace.description),
            Widths(environment.batch))
    }

    init(_ source: Source, _ spaces: (observation: String, action: String), _ widths: Widths) {
        self.source = source
        self.spaces = spaces
        self.widths = widths
    }

    /// How many episodes there are.
    public var episodes: Int { lengths.count }
    /// How many steps they have together.
    public var steps: Int { rewards.count }

    /// The undiscounted return of each episode.
    public var returns: [Double] {
        var place = 0
        return lengths.map { length in
            defer { place += length }
            return rewards[place..<place + length].reduce(0) { $0 + Double($1) }
        }
    }

    /// The mean return; 0 without episodes.
    public var meanReturn: Double {
        episodes > 0 ? returns.reduce(0, +) / Double(episodes) : 0
    }

    /// Adds the episodes of others of the same widths.
    public mutating func append(_ other: Trajectories) {
        precondition(widths == other.widths, "Trajectories: \(other.widths) beside \(widths)")
        lengths += other.lengths
        randomParts += other.randomParts
        observations += other.observations
        achieved += other.achieved
        desired += other.desired
        actions += other.actions
        rewards += other.rewards
        terminated += other.terminated
        truncated += other.truncated
    }

    /// Whether all parts are the same.
    public static func == (one: Trajectories, other: Trajectories) -> Bool {
        one.source == other.source && one.spaces == other.spaces && one.widths == other.widths
            && one.lengths == other.lengths && one.randomParts == other.randomParts
            && one.observations == other.observations && one.achieved == other.achieved
            && one.desired == other.desired && one.actions == other.actions
            && one.rewards == other.rewards && one.terminated == other.terminated
            && one.truncated == other.truncated
    }
}

extension Trajectories.Widths {
    init(_ batch: EnvironmentBatch) {
        self.init(
            observation: batch.observationCount, goal: batch.goalCount, action: batch.actionCount)
    }
}

/// What is wrong with logged episodes.
public struct TrajectoryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// The tensor concerned; nil if the whole file is.
    public let tensor: String?
    /// What is wrong, and what to do.
    public let problem: String

    init(_ path: String, _ tensor: String? = nil, _ problem: String) {
        self.path = path
        self.tensor = tensor
        self.problem = problem
    }

    /// What is shown to people.
    public var description: String {
        "\(path): \(tensor.map { "tensor \($0): " } ?? "")\(problem)"
    }
}
