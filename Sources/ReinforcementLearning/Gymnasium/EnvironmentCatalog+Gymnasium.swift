extension EnvironmentCatalog {
    /// Whether a name is that of an environment of Gymnasium: `gym:NAME` or `gym:module:NAME`.
    public static func isGymnasium(_ name: String) -> Bool { GymnasiumSettings.isName(name) }

    /// What an environment of Gymnasium says about itself.
    ///
    /// - Parameters:
    ///   - name: `gym:NAME` or `gym:module:NAME`.
    ///   - settings: by key.
    /// - Throws: `GymnasiumError` if it cannot be made; `EnvironmentError` for wrong settings.
    public static func describeGymnasium(
        _ name: String, settings: [String: String] = [:]
    ) throws -> (description: GymnasiumDescription, goals: String?) {
        let found = try GymnasiumInspection.of(GymnasiumSettings(name, settings), .find())
        return (found.description, found.goals?.text)
    }

    /// What can be set about every environment of Gymnasium beside its own arguments, with a line about each.
    public static var gymnasiumSettings: [(name: String, summary: String)] {
        GymnasiumSettings.known.map { (name: $0.0, summary: $0.1) }
    }

    /// The time limit of an environment with these settings, in steps; nil for none.
    ///
    /// - Throws: `EnvironmentError` and `GymnasiumError` for names or settings that there are not.
    public static func timeLimit(of name: String, settings: [String: String]) throws -> Int? {
        guard isGymnasium(name) else { return try entry(name).timeLimit(settings: settings) }
        return try describeGymnasium(name, settings: settings).description.timeLimit
    }

    /// Whether hindsight can replace an environment's goals.
    ///
    /// - Throws: `EnvironmentError` and `GymnasiumError` for names or settings that there are not.
    public static func hasGoals(_ name: String, settings: [String: String]) throws -> Bool {
        guard isGymnasium(name) else { return try entry(name).isGoalEnvironment }
        return try describeGymnasium(name, settings: settings).description.isGoalEnvironment
    }

    /// What is wrong with an environment of Gymnasium; empty if nothing is.
    static func checkGymnasium(
        _ name: String, settings: [String: String]
    ) throws -> [EnvironmentChecker.Finding] {
        var checker = EnvironmentChecker()
        // What it computed with goals in double precision was rounded on the way.
        checker.rewardTolerance = 1e-5
        return try checker.findings(in: GymnasiumEnvironment.make(name, settings: settings))
    }
}

extension AlgorithmPreset {
    /// The name that presets of an environment are kept under: the catalog's for its environments of Gymnasium,
    /// and no version for others.
    static func presetName(_ environment: String) -> String {
        guard GymnasiumSettings.isName(environment) else { return environment }
        let id = environment.dropFirst(GymnasiumSettings.prefix.count)
        let own = EnvironmentCatalog.entries.first { $0.gymnasiumName == String(id) }
        if let own { return own.name }
        guard let dash = id.lastIndex(of: "-"), id[dash...].hasPrefix("-v") else {
            return environment
        }
        return GymnasiumSettings.prefix + id[..<dash]
    }
}
