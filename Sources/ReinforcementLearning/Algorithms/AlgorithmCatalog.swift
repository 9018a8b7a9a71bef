import HindsightLearning

/// The algorithms that come with Hindsight, by name.
public enum AlgorithmCatalog {
    /// An algorithm of the catalog.
    public struct Entry: Sendable {
        /// The name.
        public let name: String
        /// What it is, in a line.
        public let summary: String
        /// What can be set.
        public let settings: [AlgorithmSetting]
        let texts:
            @Sendable ([(key: String, value: String)]) throws -> [(key: String, value: String)]
        let build: @Sendable (AgentRequest) throws -> any Agent
        /// Whether it can learn from logged data.
        public let learnsOffline: Bool
        /// Whether it is made for logged data, so that there is little use in it without.
        public var isOffline: Bool { ["bc", "iql", "awac", "cal-ql"].contains(name) }
    }

    /// What an entry has to make.
    struct AgentRequest {
        let environment: any VectorEnvironment
        let evaluator: Evaluator
        let settings: [(key: String, value: String)]
        let steps: Int?
        let offline: OfflineData?
        let seed: UInt64
    }

    /// All algorithms.
    public static let entries: [Entry] = [
        .offPolicy("dqn", DQN.Settings(), "deep Q-learning: discrete actions") {
            try DQN($0, $1, seed: $2)
        },
        .offPolicy("qr-dqn", DQN.Settings.quantileRegression, "DQN with quantiles of the return") {
            try DQN($0, $1, seed: $2)
        },
        .offPolicy("sac", SAC.Settings(), "soft actor-critic: continuous actions") {
            try SAC($0, $1, seed: $2)
        },
        .offPolicy("tqc", SAC.Settings.tqc, "SAC with truncated quantile critics") {
            try SAC($0, $1, seed: $2)
        },
        .offPolicy("td3", TD3.Settings(), "twin delayed DDPG: continuous actions") {
            try TD3($0, $1, seed: $2)
        },
        .offPolicy("ddpg", TD3.Settings.ddpg, "deep deterministic policy gradient") {
            try TD3($0, $1, seed: $2)
        },
        .offPolicy(
            "ddpg-her", TD3.Settings.hindsight, "DDPG with hindsight as in the report of 2018"
        ) {
            try TD3($0, $1, seed: $2)
        },
        .offPolicy("bc", BehaviorCloning.Settings(), "behaviour cloning of logged data") {
            try BehaviorCloning($0, $1, seed: $2)
        },
        .offPolicy("iql", IQL.Settings(), "implicit Q-learning from logged data") {
            try IQL($0, $1, seed: $2)
        },
        .offPolicy("awac", AWAC.Settings(), "advantage-weighted actor-critic from logged data") {
            try AWAC($0, $1, seed: $2)
        },
        .offPolicy("cal-ql", CalQL.Settings(), "calibrated conservative Q-learning, logged data") {
            try CalQL($0, $1, seed: $2)
        },
        .offPolicy("rlpd", SAC.Settings.rlpd, "SAC with logged data in half of each batch") {
            try SAC($0, $1, seed: $2)
        },
        .offPolicy("wsrl", SAC.Settings.wsrl, "SAC that a pretrained policy's steps warm up") {
            try SAC($0, $1, seed: $2)
        },
        .offPolicy("wgcsl", WGCSL.Settings(), "imitation of what reached a goal, weighted") {
            try WGCSL($0, $1, seed: $2)
        },
        .offPolicy("crl", ContrastiveRL.Settings(), "contrastive RL: goals without rewards") {
            try ContrastiveRL($0, $1, seed: $2)
        },
        .onPolicy("ppo", PPO.Settings(), "proximal policy optimisation: any actions") {
            try PPO($0, $1, seed: $2)
        },
        .onPolicy("a2c", PPO.Settings.a2c, "advantage actor-critic") {
            try PPO($0, $1, seed: $2)
        },
        .onPolicy("reinforce", PPO.Settings.reinforce, "policy gradients with a baseline") {
            try PPO($0, $1, seed: $2)
        },
    ]

    /// The entry of a name; upper and lower case are the same.
    ///
    /// - Throws: `AlgorithmError.unknown` with the nearest name.
    public static func entry(_ name: String) throws -> Entry {
        let wanted = name.lowercased()
        guard let found = entries.first(where: { $0.name == wanted }) else {
            let names = entries.map(\.name)
            throw AlgorithmError.unknown(
                name: name, nearest: NearestName.of(wanted, in: names), known: names)
        }
        return found
    }

    /// Makes an agent.
    ///
    /// ```swift
    /// let world = try EnvironmentCatalog.make("bitflip")
    /// let agent = try AlgorithmCatalog.makeAgent(
    ///     "dqn", in: world, evaluator: evaluator, settings: [("hindsight", "future")], steps: 15_000)
    /// ```
    ///
    /// - Parameters:
    ///   - algorithm: the name of an entry.
    ///   - environment: where it learns.
    ///   - evaluator: judges the policy.
    ///   - settings: values by key; the others keep the algorithm's defaults.
    ///   - steps: environment steps there are to take; nil for no end.
    ///   - offline: logged data to learn from first.
    ///   - seed: where all chance comes from.
    /// - Throws: `AlgorithmError` for a name, key or value that there is not; `EnvironmentError` if algorithm
    ///   and environment do not go together; `TrajectoryError` if the logged data do not fit.
    public static func makeAgent(
        _ algorithm: String, in environment: any VectorEnvironment, evaluator: Evaluator,
        settings: [(key: String, value: String)] = [], steps: Int? = nil,
        offline: OfflineData? = nil, seed: UInt64 = 0
    ) throws -> any Agent {
        let entry = try entry(algorithm)
        guard offline == nil || entry.learnsOffline else {
            let names = entries.filter(\.learnsOffline).map(\.name).joined(separator: ", ")
            throw EnvironmentError.unsuitable(
                "\(entry.name) learns only from what it does itself; logged data are for \(names)")
        }
        return try entry.build(
            AgentRequest(
                environment: environment, evaluator: evaluator, settings: settings, steps: steps,
                offline: offline, seed: seed))
    }

    /// All settings of an algorithm with their values, defaults included.
    ///
    /// - Throws: `AlgorithmError` for a name, key or value that there is not.
    public static func settings(
        of algorithm: String, with overrides: [(key: String, value: String)] = []
    ) throws -> [(key: String, value: String)] {
        try entry(algorithm).texts(overrides)
    }

    /// The algorithm to begin with in an environment.
    public static func usual(for environment: any VectorEnvironment) -> String {
        let names = Set(entries.map(\.name))
        let wishes =
            switch environment.actionSpace {
            case .box: ["sac", "ppo"]
            case .discrete where environment.goalReward != nil: ["dqn"]
            default: ["ppo", "dqn"]
            }
        return wishes.first { names.contains($0) } ?? wishes[0]
    }
}

extension AlgorithmCatalog.Entry {
    /// An algorithm that learns from a replay buffer.
    static func offPolicy<Settings: Codable & Sendable>(
        _ name: String, _ standard: Settings, _ summary: String,
        _ make:
            @escaping @Sendable (any VectorEnvironment, Settings, UInt64) throws ->
            any OffPolicyLearner
    ) -> Self {
        let form = SettingsForm(name, standard)
        return Self(
            name: name, summary: summary, settings: form.settings, texts: { try form.texts($0) },
            build: { request in
                let settings = try form.reading(request.settings)
                return try agent(try make(request.environment, settings, request.seed), request)
            }, learnsOffline: true)
    }

    /// An algorithm that learns from what it just did.
    static func onPolicy<Settings: Codable & Sendable>(
        _ name: String, _ standard: Settings, _ summary: String,
        _ make:
            @escaping @Sendable (any VectorEnvironment, Settings, UInt64) throws ->
            any OnPolicyLearner
    ) -> Self {
        let form = SettingsForm(name, standard)
        return Self(
            name: name, summary: summary, settings: form.settings, texts: { try form.texts($0) },
            build: { request in
                let settings = try form.reading(request.settings)
                return try agent(try make(request.environment, settings, request.seed), request)
            }, learnsOffline: false)
    }

    private static func agent(
        _ learner: some OnPolicyLearner, _ request: AlgorithmCatalog.AgentRequest
    ) throws -> any Agent {
        try OnPolicyAgent(
            learner, in: request.environment, evaluator: request.evaluator, steps: request.steps,
            seed: request.seed)
    }

    private static func agent(
        _ learner: some OffPolicyLearner, _ request: AlgorithmCatalog.AgentRequest
    ) throws -> any Agent {
        try OffPolicyAgent(
            learner, in: request.environment, evaluator: request.evaluator, steps: request.steps,
            offline: request.offline, seed: request.seed)
    }
}

extension DQN.Settings {
    /// DQN with 200 quantiles of the return, and that paper's ε of Adam: a hundredth of a row's part of the
    /// batch (Dabney et al. 2018).
    public static var quantileRegression: DQN.Settings {
        var settings = DQN.Settings()
        settings.quantiles = 200
        settings.learningRate = 5e-5
        settings.adamEpsilon = 0.01 / Double(settings.loop.batchSize)
        settings.clipNorm = nil
        return settings
    }
}
