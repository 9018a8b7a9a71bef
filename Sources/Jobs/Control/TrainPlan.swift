import Foundation
import HindsightLearning
import HindsightReinforcementLearning

/// What an agent is to learn, how and for how long: everything a training follows from.
public struct TrainPlan: Sendable, Codable, Equatable {
    /// The environment's name in the catalog.
    public var environment: String
    /// What was set about it.
    public var environmentSettings: [String: String]
    /// The algorithm's name in the catalog.
    public var algorithm: String
    /// All settings of the algorithm.
    public var settings: [String: String]
    /// Environment steps to learn for.
    public var steps: Int
    /// Environments side by side.
    public var environments: Int
    /// Environment steps between judgements.
    public var evaluateEvery: Int
    /// Episodes of a judgement while learning.
    public var evaluationEpisodes = 20
    /// Episodes that judge the best policy.
    public var finalEpisodes: Int
    /// Where all chance comes from; several seeds count up from it.
    public var seed: UInt64
    /// How many agents learn that differ in their seeds alone.
    public var seeds: Int
    /// The logged data to learn from first; nil for none.
    public var offline: OfflineSource?
    /// The policy that learning begins with; nil for fresh networks.
    public var start: StartSource?
    /// Of an environment of Gymnasium, Python and the packages that it was made of.
    public var versions: [String: String]?

    /// What someone asks for; what is nil is chosen.
    public struct Request: Sendable {
        /// The environment's name.
        public var environment: String
        /// The algorithm's name; nil for the usual one.
        public var algorithm: String?
        /// `key=value`, `environment.key=value` for what is set about the environment.
        public var overrides: [String] = []
        /// `strategy`, `strategy:ratio` or `none`.
        public var hindsight: String?
        /// Environment steps.
        public var steps: Int?
        /// Environments side by side.
        public var environments: Int?
        /// Environment steps between judgements.
        public var evaluateEvery: Int?
        /// Episodes that judge the best policy.
        public var episodes: Int?
        /// The first seed.
        public var seed: UInt64 = 0
        /// How many seeds.
        public var seeds = 1
        /// A file of logged data to learn from first.
        public var offline: String?
        /// Gradient steps on logged data before the first environment step.
        public var offlineSteps: Int?
        /// The policy to begin with.
        public var start: StartPolicy?

        /// A request for an environment with everything else chosen.
        public init(_ environment: String) { self.environment = environment }
    }

    /// The plan of a request: presets, then what was asked for.
    ///
    /// - Throws: `EnvironmentError`, `AlgorithmError` for names, keys or values that there are not, or if
    ///   they do not go together; `JobError` for a number that makes no sense.
    public init(_ request: Request) throws {
        let (environmentSettings, overrides) = try TrainPlan.split(request.overrides)
        let world = try EnvironmentCatalog.make(request.environment, settings: environmentSettings)
        environment = world.name
        versions = (world as? GymnasiumVector)?.description.versions
        self.environmentSettings = environmentSettings
        let name =
            request.algorithm ?? request.start?.policy.plan.algorithm
            ?? AlgorithmCatalog.usual(for: world)
        let entry = try AlgorithmCatalog.entry(name)
        algorithm = entry.name
        let preset = try AlgorithmPreset.find(algorithm, in: world)
        let chosen =
            preset.settings + (request.start?.settings(for: entry) ?? [])
            + (try TrainPlan.hindsight(request.hindsight)) + overrides
        settings = Dictionary(
            try AlgorithmCatalog.settings(of: algorithm, with: chosen).map { ($0.key, $0.value) },
            uniquingKeysWith: { $1 })
        offline = try OfflineSource(request, entry)
        start = request.start?.source
        steps =
            try offline?.usualSteps(request.steps, entry)
            ?? TrainPlan.positive(request.steps ?? preset.steps, "steps")
        environments = try TrainPlan.positive(
            request.environments ?? preset.environments, "environments", below: 100_000)
        let all = steps + (offline?.updates ?? 0)
        evaluateEvery = try TrainPlan.positive(
            request.evaluateEvery ?? max((all + 19) / 20, 100), "evaluate-every")
        finalEpisodes = try TrainPlan.positive(
            request.episodes ?? 100, "episodes", below: 1_000_000)
        seed = request.seed
        seeds = try TrainPlan.positive(request.seeds, "seeds", below: 1_000)
        // What does not go together is to be said before there is a run.
        let agent = try TrainPlan(self, steps: environments).makeAgent(seed: seed)
        if let begin = request.start {
            let transfer = try begin.policy.begin(agent, isPartial: begin.source.isPartial)
            start?.fresh = transfer.fresh
        }
    }

    private init(_ other: TrainPlan, steps: Int) {
        self = other
        self.steps = steps
    }

    /// Environment steps and the gradient steps on logged data before them.
    public var allSteps: Int { steps + (offline?.updates ?? 0) }

    static func positive(_ value: Int, _ name: String, below: Int = .max) throws -> Int {
        guard value > 0, value < below else {
            throw JobError(
                "--\(name) is a whole number above 0"
                    + (below < .max ? " and below \(below)" : "") + ", not \(value)")
        }
        return value
    }

    /// `key=value` texts, those of the environment apart.
    private static func split(
        _ overrides: [String]
    ) throws -> (environment: [String: String], algorithm: [(key: String, value: String)]) {
        var environment: [String: String] = [:]
        var algorithm: [(key: String, value: String)] = []
        for text in overrides {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw JobError("--set is key=value, such as batch_size=64, not \"\(text)\"")
            }
            let (key, value) = (String(parts[0]), String(parts[1]))
            if key.hasPrefix("environment.") {
                environment[String(key.dropFirst("environment.".count))] = value
            } else {
                algorithm.append((key, value))
            }
        }
        return (environment, algorithm)
    }

    /// `key=value` texts of an environment, with `environment.` before them or without.
    ///
    /// - Throws: `JobError` for what is no such text.
    public static func environmentSettings(_ overrides: [String]) throws -> [String: String] {
        let (environment, others) = try split(overrides)
        return environment.merging(others.map { ($0.key, $0.value) }) { $1 }
    }

    /// `future:4` as settings.
    private static func hindsight(_ text: String?) throws -> [(key: String, value: String)] {
        guard let text else { return [] }
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard let strategy = parts.first else {
            throw JobError("--hindsight is a strategy such as future:4, or none")
        }
        return [("hindsight", strategy)]
            + (parts.count > 1 ? [("hindsight_ratio", parts[1])] : [])
    }
}

extension TrainPlan {
    /// Where all judgements begin, whatever the seed: runs can be compared episode by episode.
    static let validationSeed: UInt64 = 1_000_000_000
    /// Where the last judgement begins.
    static let finalSeed: UInt64 = 2_000_000_000

    /// Environments as they are set.
    public func makeEnvironments(_ count: Int) throws -> any VectorEnvironment {
        try EnvironmentCatalog.make(environment, settings: environmentSettings, count: count)
    }

    /// A judge over so many episodes; episodes without a time limit end after a thousand steps, since a
    /// policy may never come to an end.
    func makeEvaluator(episodes: Int, seed: UInt64) throws -> Evaluator {
        Evaluator(
            try makeEndingEnvironments(min(episodes, 10)), episodes: episodes, seed: seed)
    }

    /// Environments whose episodes end, after a thousand steps if there is no time limit.
    func makeEndingEnvironments(_ count: Int) throws -> any VectorEnvironment {
        var settings = environmentSettings
        if try EnvironmentCatalog.timeLimit(of: environment, settings: settings) == nil {
            settings["limit"] = "1000"
        }
        return try EnvironmentCatalog.make(environment, settings: settings, count: count)
    }

    /// The agent at its beginning.
    ///
    /// - Parameter seed: its own.
    func makeAgent(seed: UInt64) throws -> any Agent {
        try AlgorithmCatalog.makeAgent(
            algorithm, in: try makeEnvironments(environments),
            evaluator: try makeEvaluator(
                episodes: evaluationEpisodes, seed: TrainPlan.validationSeed),
            settings: settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, steps: steps,
            offline: try offline?.read(), seed: seed)
    }

    /// The seeds, in order.
    var allSeeds: [UInt64] { (0..<seeds).map { seed &+ UInt64($0) } }

    /// Whether goals can be reached, so that there is a success rate.
    public func hasGoals() throws -> Bool {
        try EnvironmentCatalog.hasGoals(environment, settings: environmentSettings)
    }

    /// The plan as JSON, which is what the store keeps.
    func text(isPretty: Bool = true) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            isPretty ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes] : [.sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// Reads what `text` wrote.
    ///
    /// - Throws: `JobError` if it is none.
    init(text: String, of name: String) throws {
        do {
            self = try JSONDecoder().decode(TrainPlan.self, from: Data(text.utf8))
        } catch {
            throw JobError(
                "the plan of \(name) cannot be read; it is damaged or from another version: \(error)"
            )
        }
    }
}
