import HindsightTensors

/// What is set about an environment of Gymnasium: arguments of `gymnasium.make`, and settings of the bridge,
/// which begin with `worker.`.
struct GymnasiumSettings: Sendable {
    /// The name as Gymnasium knows it, `NAME` or `module:NAME`.
    let id: String
    /// Keyword arguments as texts.
    private(set) var arguments: [String: String] = [:]
    /// Steps of an episode instead of the environment's own limit; 0 for no limit.
    private(set) var limit: Int?
    /// Seconds that a step of all environments of a worker may take.
    private(set) var timeLimit = 60.0
    /// Worker processes; nil for as many as there are threads.
    private(set) var workers: Int?
    /// How often a worker may be started again.
    private(set) var restarts = 0
    /// The file that workers' output is kept in.
    private(set) var output: String?

    /// How names of Gymnasium's environments begin.
    static let prefix = "gym:"

    /// Whether an environment's name is one of Gymnasium's.
    static func isName(_ name: String) -> Bool { name.lowercased().hasPrefix(prefix) }

    /// The name with its prefix.
    var name: String { Self.prefix + id }

    /// Sorts and checks settings.
    ///
    /// - Throws: `EnvironmentError.unsuitable` for a name that is empty, or a setting of workers that there is
    ///   not.
    init(_ name: String, _ settings: [String: String]) throws {
        id = Self.isName(name) ? String(name.dropFirst(Self.prefix.count)) : name
        guard !id.isEmpty, !id.hasSuffix(":") else {
            throw EnvironmentError.unsuitable(
                "\(name) names no environment; it is gym:NAME or gym:module:NAME, such as "
                    + "gym:CartPole-v1")
        }
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
            if key == "limit" {
                limit = try Self.whole(key, value, atLeast: 0)
            } else if key.hasPrefix("worker.") {
                try set(key, value)
            } else {
                arguments[key] = value
            }
        }
    }

    /// Settings of the bridge with a line about each.
    static let known = [
        (
            "limit",
            "steps after which an episode is cut off, instead of the environment's own; 0 for never"
        ),
        ("worker.count", "worker processes that the environments are shared out to"),
        ("worker.time_limit", "seconds that a step of a worker's environments may take (60)"),
        ("worker.restarts", "how often a worker that fails is started again (0)"),
        ("worker.output", "a file that keeps what the workers print"),
    ]

    private mutating func set(_ key: String, _ value: String) throws {
        switch key {
        case "worker.count": workers = try Self.whole(key, value, atLeast: 1)
        case "worker.restarts": restarts = try Self.whole(key, value, atLeast: 0)
        case "worker.output": output = value
        case "worker.time_limit":
            guard let seconds = Double(value), seconds > 0, seconds <= 1e6 else {
                throw EnvironmentError.unsuitable(
                    "\(name): \(key) is a number of seconds above 0, not \"\(value)\"")
            }
            timeLimit = seconds
        default:
            let names = Self.known.map(\.0)
            throw EnvironmentError.unsuitable(
                "\(name) has no setting \"\(key)\""
                    + (NearestName.of(key, in: names).map { "; did you mean \"\($0)\"?" } ?? ";")
                    + " Workers have: "
                    + names.filter { $0.hasPrefix("worker.") }.joined(separator: ", "))
        }
    }

    private static func whole(_ key: String, _ value: String, atLeast least: Int) throws -> Int {
        guard let number = Int(value), number >= least, number <= 1_000_000_000 else {
            throw EnvironmentError.unsuitable(
                "the setting \"\(key)\" is a whole number from \(least) on, not \"\(value)\"")
        }
        return number
    }

    /// How many environments each worker has.
    func shares(of count: Int) -> [Int] {
        let workers = min(workers ?? max(Threads.limit, 1), count)
        return (0..<workers).map { count * ($0 + 1) / workers - count * $0 / workers }
    }

    /// A number without a fraction that is 0.
    static func short(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
    }
}
