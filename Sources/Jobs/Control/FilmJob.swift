import HindsightModelFiles
import HindsightReinforcementLearning
import HindsightReports

/// Draws the episodes of a policy into a file.
public enum FilmJob {
    /// Whether a file's name says that it is one of the kinds that can be written.
    public static func canWrite(_ path: String) -> Bool {
        let name = path.lowercased()
        return name.hasSuffix(".svg") || name.hasSuffix(".gif")
    }

    /// Draws episodes one after another; the first ten are those that `TrainedPolicy.play` plays.
    ///
    /// - Parameters:
    ///   - policy: what acts.
    ///   - episodes: how many.
    ///   - seed: where start states come from.
    ///   - path: an `.svg` or `.gif` file; it appears whole or not at all.
    /// - Returns: how many pictures were drawn.
    /// - Throws: `EnvironmentError` for an environment that cannot be drawn; what is wrong with the file.
    public static func draw(
        _ policy: TrainedPolicy, episodes: Int, seed: UInt64, to path: String
    ) throws -> Int {
        if EnvironmentCatalog.isGymnasium(policy.plan.environment) {
            return try drawGymnasium(policy, episodes: episodes, seed: seed, to: path)
        }
        let film = try EnvironmentCatalog.film(
            policy.plan.environment, settings: policy.plan.environmentSettings,
            policy: try policy.makePolicy(), episodes: episodes, seed: seed)
        if path.lowercased().hasSuffix(".svg") {
            try ReportFile.write(
                SVGAnimation.text(film.scenes, framesPerSecond: film.framesPerSecond), to: path)
        } else {
            try AtomicFile.write(
                GIFAnimation.bytes(film.scenes, framesPerSecond: film.framesPerSecond), to: path)
        }
        return film.scenes.count
    }

    private static func drawGymnasium(
        _ policy: TrainedPolicy, episodes: Int, seed: UInt64, to path: String
    ) throws -> Int {
        guard path.lowercased().hasSuffix(".gif") else {
            throw JobError(
                "pictures of \(policy.plan.environment) are made of places, which a .gif file takes; "
                    + "not \(path)")
        }
        let frames = try GymnasiumVector.film(
            policy.plan.environment, settings: policy.plan.environmentSettings,
            policy: try policy.makePolicy(), episodes: episodes, seed: seed)
        try AtomicFile.write(GIFAnimation.bytes(frames), to: path)
        return frames.count
    }
}
