/// Several scores of one problem.
public struct TransferabilityReport: Sendable {
    /// One score with what it took.
    public struct Entry: Sendable {
        /// What the score is called.
        public let name: String
        /// Its value, or why there is none.
        public let value: Result<Double, TransferabilityError>
        /// Which way is better.
        public let direction: ScoreDirection
        /// What of the problem it needs beside the features.
        public let needs: ScoreNeeds
        /// How long it took, without what is shared.
        public let seconds: Double
    }

    /// The scores in the order they were asked for.
    public let entries: [Entry]
    /// How long the decomposition that the scores share took.
    public let sharedSeconds: Double

    /// The value of the score of that name; nil if it is not there or could not be computed.
    public subscript(name: String) -> Double? {
        entries.first { $0.name == name }.flatMap { try? $0.value.get() }
    }

    /// Every score of this module with its default settings.
    public static var allScores: [any TransferabilityScore] {
        [
            LogME(), NearestNeighbours(), LinearProbeAccuracy(), SFDA(), NLEEP(),
            RegularizedHScore(),
            HScore(), TransRate(), GBC(), LEEP(), NCE(),
        ]
    }

    /// The score of that name with its default settings, or nil.
    public static func score(named name: String) -> (any TransferabilityScore)? {
        allScores.first { $0.name == name }
    }

    /// Computes scores of a problem.
    ///
    /// - Parameters:
    ///   - problem: what to look at.
    ///   - scores: what to compute; nil for every score that the problem has all for.
    /// - Throws: ``TransferabilityError/noConvergence(what:)`` if the features cannot be decomposed.
    ///   Errors of single scores are in their entries.
    public init(_ problem: TransferProblem, scores: [any TransferabilityScore]? = nil) throws {
        let clock = ContinuousClock()
        let shared = try clock.measure { _ = try problem.features.coordinates() }
        sharedSeconds = shared.asSeconds
        let chosen = scores ?? Self.allScores.filter { $0.applies(to: problem) }
        entries = try chosen.map { score in
            let start = clock.now
            let value: Result<Double, TransferabilityError>
            do {
                value = .success(try score.value(problem))
            } catch let error as TransferabilityError {
                value = .failure(error)
            }
            return Entry(
                name: score.name, value: value, direction: score.direction, needs: score.needs,
                seconds: (clock.now - start).asSeconds)
        }
    }
}

extension Duration {
    var asSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
