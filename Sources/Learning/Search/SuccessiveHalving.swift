/// One round of a search: so many candidates are judged on so many folds.
public struct HalvingRung: Sendable, Equatable, Codable {
    /// How many candidates take part, the best of the round before.
    public var candidates: Int
    /// On how many folds each has been judged at the end of the round, those of earlier rounds included.
    public var folds: Int

    /// A round from its parts.
    public init(candidates: Int, folds: Int) {
        self.candidates = candidates
        self.folds = folds
    }
}

/// Rounds in which fewer and fewer candidates are judged more and more thoroughly (Jamieson and Talwalkar
/// 2016, arXiv:1502.07943), with folds of a cross-validation as the resource: every training runs its whole
/// schedule, so that no rate is judged by half a schedule.
public enum SuccessiveHalving {
    /// Candidates that go into the last round, if there are as many: one alone could not be compared.
    static let finalists = 2

    /// The rounds of a search.
    ///
    /// - Parameters:
    ///   - candidates: how many there are, at least 1.
    ///   - folds: how many folds the last ones are judged on, at least 1.
    ///   - factor: what each round divides the number of candidates by, at least 2.
    ///   - first: folds of the first round.
    /// - Returns: at least one round; the last is over all folds.
    public static func rungs(
        candidates: Int, folds: Int, factor: Int, first: Int = 1
    ) -> [HalvingRung] {
        var rungs: [HalvingRung] = []
        var (alive, judged) = (candidates, min(first, folds))
        while alive > finalists, judged < folds {
            rungs.append(HalvingRung(candidates: alive, folds: judged))
            alive = max((alive + factor - 1) / factor, min(finalists, candidates))
            judged = min(judged * factor, folds)
        }
        return rungs + [HalvingRung(candidates: alive, folds: folds)]
    }

    /// How many trainings the rounds take.
    public static func trainings(_ rungs: [HalvingRung]) -> Int {
        var before = 0
        return rungs.reduce(0) { sum, rung in
            defer { before = rung.folds }
            return sum + rung.candidates * (rung.folds - before)
        }
    }
}

/// Several successive halvings that differ in how early they drop candidates (Li et al. 2018,
/// arXiv:1603.06560), for when the first fold may mislead.
public enum Hyperband {
    /// A halving of its own: its first candidates, by number, and its rounds.
    public struct Bracket: Sendable, Equatable, Codable {
        /// The candidates it begins with.
        public var members: [Int]
        /// Its rounds.
        public var rungs: [HalvingRung]

        /// A bracket from its parts.
        public init(members: [Int], rungs: [HalvingRung]) {
            self.members = members
            self.rungs = rungs
        }
    }

    /// Deals candidates to the brackets: bracket s of s_max…0 begins with factor^(s_max−s) folds, and gets
    /// (s_max + 1) / (s + 1) · factor^s parts of the candidates.
    ///
    /// - Parameters:
    ///   - candidates: how many there are, in random order, at least 1.
    ///   - folds: of the cross-validation, at least 1.
    ///   - factor: what each round divides by, at least 2.
    public static func brackets(candidates: Int, folds: Int, factor: Int) -> [Bracket] {
        var most = 0
        var size = factor
        while size <= folds {
            most += 1
            size *= factor
        }
        func power(_ exponent: Int) -> Int {
            (0..<exponent).reduce(1) { value, _ in value * factor }
        }
        let parts = (0...most).reversed().map { s in
            Double(most + 1) / Double(s + 1) * Double(power(s))
        }
        let whole = parts.reduce(0, +)
        var brackets: [Bracket] = []
        var (next, share) = (0, 0.0)
        for (index, part) in parts.enumerated() {
            share += part
            let end =
                index == most ? candidates : Int((share / whole * Double(candidates)).rounded())
            guard end > next else { continue }
            brackets.append(
                Bracket(
                    members: Array(next..<end),
                    rungs: SuccessiveHalving.rungs(
                        candidates: end - next, folds: folds, factor: factor, first: power(index))))
            next = end
        }
        return brackets
    }
}
