/// An environment's random numbers, and whether an episode is under way.
///
/// As in Gymnasium, a seed given to `reset` begins the numbers anew, and resets without one go on; an
/// environment that never was given a seed draws one from the system.
struct EpisodeRandom: Sendable, Hashable, Codable {
    private(set) var isRunning = false
    private var generator: PCG64?

    /// The numbers of the episodes since the last seed. Only to be used after `begin`.
    var numbers: PCG64 {
        get { generator ?? PCG64(seed: 0) }
        _modify {
            var numbers = generator ?? PCG64(seed: 0)
            generator = nil
            defer { generator = numbers }
            yield &numbers
        }
    }

    /// Begins an episode.
    mutating func begin(seed: UInt64?) {
        if let seed {
            generator = PCG64(seed: seed)
        } else if generator == nil {
            generator = PCG64(seed: UInt64.random(in: 0 ... .max))
        }
        isRunning = true
    }

    /// Notes that the episode came to its end.
    mutating func end() { isRunning = false }

    /// Checks that an episode is under way.
    ///
    /// - Throws: `EnvironmentError.notReset`.
    func check(_ name: String) throws {
        guard isRunning else { throw EnvironmentError.notReset(environment: name) }
    }
}
