import HindsightReinforcementLearning
import Testing

/// A walk over ten places that breaks the contract on demand.
struct Faulty: GoalEnvironment, Codable {
    enum Fault: String, Codable, CaseIterable {
        case none, notANumber, shape, reward, reset, step, end, action, goal
    }

    var fault = Fault.none
    private var place: Float = 0
    private var isRunning = false

    init(_ fault: Fault) { self.fault = fault }

    var observationSpace: Space {
        .goal(observation: .box([1], from: -1, to: 11), goal: .box([1], from: -1, to: 11))
    }
    var actionSpace: Space { .discrete(2) }
    var goalReward: GoalReward {
        .sparse(goalCount: 1, threshold: fault == .goal ? 5 : 0.5, terminates: true)
    }

    mutating func reset(seed: UInt64?) -> SpaceValue {
        place = fault == .reset ? Float.random(in: 0..<1) : 5
        isRunning = true
        return observation
    }

    mutating func step(_ action: SpaceValue) throws -> EnvironmentStep {
        if fault != .end && !isRunning { throw EnvironmentError.notReset(environment: "faulty") }
        if fault != .action, let problem = actionSpace.problem(with: action) {
            throw EnvironmentError.action(environment: "faulty", problem: problem)
        }
        place = min(max(place + (action.index == 1 ? 1 : -1), 0), 10)
        if fault == .step { place += Float.random(in: 0..<0.1) }
        let isReached = abs(place - 10) <= 0.5
        isRunning = !isReached
        return EnvironmentStep(
            observation, reward: fault == .reward ? .nan : isReached ? 0 : -1,
            isTerminated: isReached)
    }

    private var observation: SpaceValue {
        let seen: [Float] =
            switch fault {
            case .notANumber: [.nan]
            case .shape: [place, place]
            default: [place]
            }
        return .goal(observation: .box(seen), achieved: .box([place]), desired: .box([10]))
    }
}

@Suite struct CheckerTests {
    @Test(
        "environments of the catalog keep the contract",
        arguments: EnvironmentCatalog.entries.map(\.name))
    func catalog(name: String) throws {
        #expect(try EnvironmentCatalog.check(name) == [])
    }

    @Test("masked environments keep it too", arguments: ["taxi", "keydoor"])
    func masked(name: String) throws {
        #expect(try EnvironmentCatalog.check(name, settings: ["masked": "true"]) == [])
    }

    @Test("each breach is found, and nothing else", arguments: Faulty.Fault.allCases)
    func faults(fault: Faulty.Fault) {
        let rules = EnvironmentChecker().findings(in: Faulty(fault)).map(\.rule)
        let expected: [Faulty.Fault: [EnvironmentChecker.Finding.Rule]] = [
            .none: [], .notANumber: [.observation], .shape: [.observation],
            .reset: [.resetDeterminism], .step: [.stepDeterminism], .end: [.notRefused],
            .action: [.notRefused], .goal: [.goalReward],
        ]
        if fault == .reward {
            #expect(rules.contains(.reward))
        } else {
            #expect(rules == expected[fault])
        }
    }

    @Test("a vector refuses what breaks the contract", arguments: Faulty.Fault.allCases)
    func vector(fault: Faulty.Fault) {
        let vector = SynchronousVector(Faulty(fault), name: "faulty")
        func run() throws {
            try vector.reset(seed: 1)
            for _ in 0..<30 { try vector.step() }
        }
        switch fault {
        case .notANumber, .shape, .reward: #expect(throws: EnvironmentError.self) { try run() }
        default: #expect(throws: Never.self) { try run() }
        }
        vector.batch.actions[0] = 2
        #expect(throws: EnvironmentError.self) { try vector.step() }
    }
}
