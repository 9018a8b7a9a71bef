/// Tries out whether an environment keeps the contract, as Gymnasium's `check_env` does.
///
/// Checked are: the same seed gives the same episode; observations are in their space; rewards are finite;
/// actions out of their space and steps after an episode's end are refused; goal environments' observations
/// have their three parts, and their reward computed alone and for a batch is the one that `step` gave.
public struct EnvironmentChecker {
    /// A breach of the contract.
    public struct Finding: Sendable, Hashable, CustomStringConvertible {
        /// What rule it is.
        public enum Rule: String, Sendable, Hashable {
            /// A call threw an error that it should not have.
            case error
            /// An observation is not in its space.
            case observation
            /// A reward is not finite.
            case reward
            /// Resets with the same seed differ.
            case resetDeterminism = "reset determinism"
            /// The same actions after the same seed lead elsewhere.
            case stepDeterminism = "step determinism"
            /// The observation space is not that of goals.
            case goalSpace = "goal space"
            /// The goals' reward is not the step's.
            case goalReward = "goal reward"
            /// A step after the end, or an action that is none, was not refused.
            case notRefused = "not refused"
            /// The mask does not fit the action space.
            case mask
        }

        /// What rule it is.
        public let rule: Rule
        /// What was found, and where.
        public let detail: String

        /// Rule and detail.
        public var description: String { "\(rule.rawValue): \(detail)" }
    }

    /// How many steps are tried for each seed.
    public var steps = 500
    /// How many seeds are tried.
    public var seeds = 3
    /// By how much a step's reward may differ from that of its goals.
    public var rewardTolerance: Float = 0

    /// A checker.
    public init() {}

    /// What breaks the contract; empty if nothing was found. Each rule is reported once.
    public func findings(in environment: some Environment) -> [Finding] {
        var all: [Finding] = []
        func note(_ rule: Finding.Rule, _ detail: String) {
            if !all.contains(where: { $0.rule == rule }) {
                all.append(Finding(rule: rule, detail: detail))
            }
        }
        checkGoalSpace(environment, note)
        for seed in 0..<UInt64(max(seeds, 0)) {
            do {
                let first = try play(environment, seed, note)
                let second = try play(environment, seed, { _, _ in })
                guard let first, let second else { continue }
                if first.start != second.start {
                    note(.resetDeterminism, "seed \(seed) gave two different first observations")
                } else if first.trace != second.trace {
                    let step = zip(first.trace, second.trace).enumerated().first { $1.0 != $1.1 }
                    note(
                        .stepDeterminism,
                        "with seed \(seed) and the same actions, step \((step?.offset ?? 0) + 1) "
                            + "differs")
                }
            } catch { note(.error, "seed \(seed): \(error)") }
        }
        checkRefusals(environment, note)
        return all
    }

    private typealias Note = (Finding.Rule, String) -> Void

    private struct Episode {
        var start: SpaceValue
        var trace: [Seen] = []
    }

    private struct Seen: Equatable {
        var observation: SpaceValue
        var reward: UInt64
        var isTerminated: Bool
        var isTruncated: Bool
    }

    private func play(
        _ original: some Environment, _ seed: UInt64, _ note: Note
    ) throws -> Episode? {
        var environment = original
        let space = environment.observationSpace
        var random = PCG64(seed: seed &+ 1000)
        var episode = Episode(start: try environment.reset(seed: seed))
        if let problem = space.problem(with: episode.start) {
            note(.observation, "after reset with seed \(seed): \(problem)")
            return nil
        }
        for number in 1...max(steps, 1) {
            let step = try environment.step(action(of: environment, &random, note))
            if let problem = space.problem(with: step.observation) {
                note(.observation, "step \(number) with seed \(seed): \(problem)")
                return nil
            }
            if !step.reward.isFinite {
                note(.reward, "step \(number) with seed \(seed): \(step.reward)")
            }
            checkGoal(environment, step, note)
            episode.trace.append(
                Seen(
                    observation: step.observation, reward: step.reward.bitPattern,
                    isTerminated: step.isTerminated, isTruncated: step.isTruncated))
            if step.isTerminated || step.isTruncated {
                checkEnd(environment, &random, note)
                let next = try environment.reset(seed: nil)
                if let problem = space.problem(with: next) {
                    note(.observation, "after reset without a seed: \(problem)")
                    return nil
                }
            }
        }
        return episode
    }

    private func action(
        of environment: some Environment, _ random: inout PCG64, _ note: Note
    ) -> SpaceValue {
        guard let mask = environment.actionMask else {
            return environment.actionSpace.sample(using: &random)
        }
        guard case .discrete(let count, let start) = environment.actionSpace, mask.count == count,
            mask.contains(true)
        else {
            note(.mask, "\(mask) for \(environment.actionSpace)")
            return environment.actionSpace.sample(using: &random)
        }
        let allowed = mask.indices.filter { mask[$0] }
        return .discrete(start + allowed[random.integer(below: allowed.count)])
    }

    private func checkEnd(
        _ ended: some Environment, _ random: inout PCG64, _ note: Note
    ) {
        var copy = ended
        let action = copy.actionSpace.sample(using: &random)
        if (try? copy.step(action)) != nil {
            note(.notRefused, "a step after an episode's end did not throw")
        }
    }

    private func checkRefusals(_ original: some Environment, _ note: Note) {
        var environment = original
        guard (try? environment.reset(seed: 1)) != nil else { return }
        let wrong: SpaceValue =
            switch environment.actionSpace {
            case .discrete(let count, let start): .discrete(start + count)
            case .box(let box): .box([Float](repeating: .nan, count: box.low.count))
            default: .tuple([])
            }
        if (try? environment.step(wrong)) != nil {
            note(.notRefused, "the action \(wrong) did not throw")
        }
    }

    private func checkGoalSpace(_ environment: some Environment, _ note: Note) {
        guard let goals = environment as? any GoalEnvironment else { return }
        let space = environment.observationSpace
        guard space["observation"] != nil, let achieved = space["achieved_goal"],
            let desired = space["desired_goal"]
        else {
            note(
                .goalSpace,
                "\(space) has not the parts observation, achieved_goal and desired_goal")
            return
        }
        if achieved != desired || goals.goalReward.goalCount != desired.flatCount {
            note(
                .goalSpace,
                "achieved \(achieved), desired \(desired), reward of "
                    + "\(goals.goalReward.goalCount) numbers")
        }
    }

    private func checkGoal(
        _ environment: some Environment, _ step: EnvironmentStep, _ note: Note
    ) {
        guard let goals = environment as? any GoalEnvironment,
            case .dictionary(let parts) = step.observation, let achieved = parts["achieved_goal"],
            let desired = parts["desired_goal"],
            let space = environment.observationSpace["desired_goal"],
            goals.goalReward.goalCount == space.flatCount
        else { return }
        let (one, other) = (space.flat(achieved), space.flat(desired))
        let alone = goals.goalReward(achieved: one, desired: other)
        let isOff = abs(alone.reward - Float(step.reward)) > rewardTolerance
        if isOff || alone.isTerminated != step.isTerminated {
            note(
                .goalReward,
                "the step gave \(step.reward), terminated \(step.isTerminated); the goals "
                    + "\(alone.reward), terminated \(alone.isTerminated)")
        }
        var rewards: [Float] = [0, 0, 0]
        var ends: [UInt8] = [0, 0, 0]
        goals.goalReward.compute(
            achieved: one + other + one, desired: other + other + other, count: 3,
            rewards: &rewards, terminated: &ends)
        if rewards[0] != alone.reward || rewards[2] != alone.reward
            || (ends[0] != 0) != alone.isTerminated
        {
            note(.goalReward, "a batch gave \(rewards), a single pair \(alone.reward)")
        }
    }
}

extension EnvironmentCatalog {
    /// What is wrong with an environment of the catalog; empty if nothing is.
    ///
    /// - Throws: `EnvironmentError` for a name or a setting that there is not.
    public static func check(
        _ name: String, settings: [String: String] = [:]
    ) throws -> [EnvironmentChecker.Finding] {
        if isGymnasium(name) { return try checkGymnasium(name, settings: settings) }
        let entry = try entry(name)
        return EnvironmentChecker().findings(
            in: try entry.environment(EnvironmentSettings(settings, of: entry)))
    }
}
