extension EnvironmentCatalog {
    /// Episodes of a policy, drawn.
    public struct Film: Sendable {
        /// The pictures, those of each episode's beginning and end included.
        public internal(set) var scenes: [Scene] = []
        /// How many to show in a second.
        public internal(set) var framesPerSecond = 25.0
    }

    /// Plays episodes and draws every step.
    ///
    /// - Parameters:
    ///   - name: of an entry.
    ///   - settings: by key.
    ///   - policy: what acts.
    ///   - episodes: how many, one after another.
    ///   - seed: episode i begins from `seed + i`.
    ///   - limit: pictures after which nothing more is drawn.
    /// - Throws: `EnvironmentError` for a name or a setting that there is not, or an environment that
    ///   cannot be drawn.
    public static func film(
        _ name: String, settings: [String: String] = [:], policy: any Policy, episodes: Int = 1,
        seed: UInt64 = 0, limit: Int = 3_000
    ) throws -> Film {
        let entry = try entry(name)
        let environment = try entry.environment(EnvironmentSettings(settings, of: entry))
        guard environment is any DrawableEnvironment else {
            throw EnvironmentError.unsuitable(
                "\(entry.name) cannot be drawn; see how it goes without --render")
        }
        var film = Film()
        let timeLimit = try entry.timeLimit(settings: settings) ?? limit
        for episode in 0..<episodes where film.scenes.count < limit {
            try play(
                environment, entry.name, timeLimit, policy, seed &+ UInt64(episode), limit, &film)
        }
        return film
    }

    private static func play(
        _ environment: some Environment, _ name: String, _ timeLimit: Int, _ policy: any Policy,
        _ seed: UInt64, _ limit: Int, _ film: inout Film
    ) throws {
        let world = SynchronousVector(
            environment, name: name, timeLimit: timeLimit, autoreset: .disabled)
        film.framesPerSecond = world.observationSpace.isStepwise ? 4 : 25
        try world.reset(seed: seed)
        func draw() { film.scenes += world.scene().map { [$0] } ?? [] }
        draw()
        while film.scenes.count < limit {
            try policy.act(on: world.batch)
            try world.step()
            draw()
            if world.batch.terminated[0] != 0 || world.batch.truncated[0] != 0 { break }
        }
        // The end is to be seen for half a second.
        let rest = Int(film.framesPerSecond / 2)
        film.scenes += film.scenes.suffix(1).flatMap { Array(repeating: $0, count: rest) }
    }
}

extension Space {
    /// Whether what is seen jumps from one step to the next.
    fileprivate var isStepwise: Bool {
        switch self {
        case .box: false
        case .dictionary(let fields): fields.allSatisfy { $0.space.isStepwise }
        case .tuple(let spaces): spaces.allSatisfy { $0.isStepwise }
        default: true
        }
    }
}
