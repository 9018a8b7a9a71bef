/// The environments that come with Hindsight, by name.
public enum EnvironmentCatalog {
    /// An environment of the catalog.
    public struct Entry: Sendable {
        /// The name.
        public let name: String
        /// What Gymnasium calls it; nil for those that Gymnasium does not have.
        public let gymnasiumName: String?
        /// What it is, in a line.
        public let summary: String
        /// The mean return that counts as solved; nil where none is agreed upon.
        public let rewardThreshold: Double?
        /// What can be set; `limit` is the time limit in steps, 0 for none.
        public let settings: [EnvironmentSetting]
        /// Whether hindsight can replace goals.
        public let isGoalEnvironment: Bool
        /// The usual time limit of these settings, if it depends on them.
        let usualLimit: (@Sendable (EnvironmentSettings) -> Int)?
        /// Whether there is a batched form.
        public var isBatchable: Bool {
            name == "cartpole" || BatchedClassic.Kind(rawValue: name) != nil
        }
        let environment: @Sendable (EnvironmentSettings) throws -> any Environment
        let build: @Sendable (EnvironmentSettings, VectorRequest) throws -> any VectorEnvironment

        /// The time limit with default settings; nil for none.
        public var timeLimit: Int? { try? timeLimit(settings: [:]) }

        /// The time limit with these settings; nil for none.
        ///
        /// - Throws: `EnvironmentError` for settings that there are not.
        public func timeLimit(settings: [String: String]) throws -> Int? {
            let settings = try EnvironmentSettings(settings, of: self)
            if let usualLimit, settings.text("limit") == "usual" { return usualLimit(settings) }
            let limit = settings.integer("limit")
            return limit > 0 ? limit : nil
        }
    }

    /// What kind of vector an entry has to make.
    struct VectorRequest: Sendable {
        let name: String
        let count: Int
        let timeLimit: Int?

        func vector(_ environment: some Environment) -> any VectorEnvironment {
            SynchronousVector(environment, name: name, count: count, timeLimit: timeLimit)
        }
    }

    /// All environments.
    public static let entries: [Entry] = classic + toyText + goals

    /// The entry of a name, or of Gymnasium's name for it; upper and lower case are the same.
    ///
    /// - Throws: `EnvironmentError.unknown` with the nearest name.
    public static func entry(_ name: String) throws -> Entry {
        let wanted = name.lowercased()
        let found = entries.first {
            $0.name == wanted || $0.gymnasiumName?.lowercased() == wanted
        }
        guard let found else {
            let names = entries.flatMap { [$0.name] + ($0.gymnasiumName.map { [$0] } ?? []) }
            throw EnvironmentError.unknown(
                name: name, nearest: NearestName.of(name, in: names))
        }
        return found
    }

    /// Makes environments that step together, with their time limit.
    ///
    /// - Parameters:
    ///   - name: of an entry, or `gym:NAME` for one of Gymnasium's.
    ///   - settings: by key; others keep their defaults.
    ///   - count: how many.
    ///   - isBatched: whether states lie in columns and are moved together, if there is such a form.
    /// - Throws: `EnvironmentError` for a name, a setting or a batched form that there is not; `GymnasiumError`.
    public static func make(
        _ name: String, settings: [String: String] = [:], count: Int = 1, isBatched: Bool = false
    ) throws -> any VectorEnvironment {
        if isGymnasium(name), !isBatched {
            return try GymnasiumVector(name, settings: settings, count: count)
        }
        let entry = try entry(name)
        guard count > 0 else {
            throw EnvironmentError.unsuitable(
                "\(entry.name): there must be at least one environment, not \(count)")
        }
        let checked = try EnvironmentSettings(settings, of: entry)
        let timeLimit = try entry.timeLimit(settings: settings)
        guard isBatched else {
            return try entry.build(
                checked, VectorRequest(name: entry.name, count: count, timeLimit: timeLimit))
        }
        guard entry.isBatchable else {
            throw EnvironmentError.unsuitable(
                "\(entry.name) has no batched form; make it without, or use one of "
                    + entries.filter(\.isBatchable).map(\.name).joined(separator: ", "))
        }
        // Batched forms are of the usual bodies; only the pendulum's gravity can be another.
        for (name, value) in settings.sorted(by: { $0.key < $1.key })
        where name != "limit" && !(entry.name == "pendulum" && name == "gravity") {
            guard
                Double(value)
                    == entry.settings.first(where: { $0.name == name }).flatMap({
                        Double($0.defaultValue)
                    })
            else {
                throw EnvironmentError.unsuitable(
                    "the batched form of \(entry.name) has no other \(name); make it without")
            }
        }
        guard let kind = BatchedClassic.Kind(rawValue: entry.name) else {
            return BatchedCartPole(count: count, timeLimit: timeLimit)
        }
        return BatchedClassic(
            kind, count: count, timeLimit: timeLimit,
            gravity: kind == .pendulum ? checked.number("gravity") : 10)
    }
}
