import Foundation
import HindsightReinforcementLearning
import Testing

/// The environments are Gymnasium's, bit for bit, as they are on Linux with glibc: another C library's sine
/// may differ by a unit in the last place.
@Suite struct GymnasiumTests {
    @Test("numbers from a seed are NumPy's")
    func generator() throws {
        let numbers = GymnasiumFixture.shared.numbers
        for expected in numbers.seeds {
            var generator = PCG64(seed: try #require(UInt64(expected.seed)))
            #expect(expected.words == (0..<3).map { _ in "\(generator.next())" })
        }
        var generator = PCG64(seed: 7)
        for pair in numbers.below { #expect(generator.integer(below: pair[0]) == pair[1]) }
        #expect(generator.random() == Double(numbers.last))
    }

    @Test("a generator that was saved goes on with the same numbers, a kept half included")
    func saving() throws {
        var generator = PCG64(seed: 5)
        _ = generator.integer(below: 10)
        var copy = try JSONDecoder().decode(
            PCG64.self, from: JSONEncoder().encode(generator))
        #expect(copy == generator)
        for _ in 0..<9 { #expect(copy.integer(below: 1000) == generator.integer(below: 1000)) }
    }

    static let names = GymnasiumFixture.shared.runs.keys.sorted()

    #if os(Linux) && canImport(Glibc)
        @Test("20 seeds of 10,000 steps each are equal in every bit", arguments: names)
        func wholeRuns(name: String) throws {
            let fixture = GymnasiumFixture.shared
            let runs = try #require(fixture.runs[name])
            #expect(runs.count == 20 && fixture.steps == 10_000)
            for run in runs {
                let found = try Play(name, run, steps: fixture.steps)
                #expect(found.start == run.start, "\(name), seed \(run.seed)")
                let difference = zip(found.first, run.first).enumerated().first { $1.0 != $1.1 }
                if let difference {
                    Issue.record("\(name), seed \(run.seed), step \(difference)")
                }
                #expect(found.digest == run.digest, "\(name), seed \(run.seed)")
                #expect(found.episodes == run.episodes, "\(name), seed \(run.seed)")
            }
        }
    #endif

    @Test("catalog has Gymnasium's limits and thresholds")
    func limits() throws {
        let expected: [String: (Int?, Double?)] = [
            "CartPole-v1": (500, 475), "MountainCar-v0": (200, -110),
            "MountainCarContinuous-v0": (999, 90), "Acrobot-v1": (500, -100),
            "Pendulum-v1": (200, nil), "FrozenLake-v1": (100, 0.7), "CliffWalking-v1": (nil, nil),
            "Taxi-v4": (200, 8), "Blackjack-v1": (nil, nil),
        ]
        for (name, (limit, threshold)) in expected {
            let entry = try EnvironmentCatalog.entry(name.uppercased())
            #expect(entry.timeLimit == limit && entry.rewardThreshold == threshold)
        }
        #expect(
            try EnvironmentCatalog.entry("frozenlake").timeLimit(settings: ["map": "8x8"]) == 200)
    }
}

/// An environment played as the reference was.
struct Play {
    var start: [Int] = []
    var first: [GymnasiumFixture.Step] = []
    var digest = ""
    var episodes = 1

    init(_ name: String, _ run: GymnasiumFixture.Run, steps: Int) throws {
        let entry = try EnvironmentCatalog.entry(name)
        var environment = try Self.environment(entry.name)
        var digest = Digest()
        let observation = try environment.reset(seed: run.seed)
        start = Self.whole(observation)
        Self.add(observation, to: &digest)
        var (x, episodeStep) = (run.seed, 0)
        for _ in 0..<steps {
            x = x &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let step = try environment.step(Self.action(x, environment.actionSpace))
            episodeStep += 1
            let isLate = entry.timeLimit == episodeStep
            Self.add(step.observation, to: &digest)
            digest.add(step.reward.bitPattern)
            digest.add(step.isTerminated ? 1 as UInt8 : 0)
            digest.add(isLate ? 1 as UInt8 : 0)
            if first.count < run.first.count {
                first.append(
                    GymnasiumFixture.Step(
                        Self.whole(step.observation), step.reward,
                        terminated: step.isTerminated, truncated: isLate))
            }
            if step.isTerminated || isLate {
                Self.add(try environment.reset(seed: nil), to: &digest)
                (episodes, episodeStep) = (episodes + 1, 0)
            }
        }
        self.digest = digest.text
    }

    static func environment(_ name: String) throws -> any Environment {
        let all: [String: any Environment] = [
            "cartpole": CartPole(), "mountaincar": MountainCar(),
            "mountaincar-continuous": MountainCarContinuous(), "acrobot": Acrobot(),
            "pendulum": Pendulum(), "frozenlake": FrozenLake(), "cliffwalking": CliffWalking(),
            "taxi": Taxi(), "blackjack": Blackjack(),
        ]
        return try #require(all[name])
    }

    static func action(_ x: UInt64, _ space: Space) -> SpaceValue {
        switch space {
        case .box(let box):
            return .box([Float((Double(x >> 40) / 16_777_216 * 2 - 1) * 1.25) * box.high[0]])
        case .discrete(let count, _): return .discrete(Int((x >> 33) % UInt64(count)))
        default: return .box([])
        }
    }

    private static func whole(_ value: SpaceValue) -> [Int] {
        switch value {
        case .box(let numbers): numbers.map { Int($0.bitPattern) }
        case .discrete(let index): [index]
        case .tuple(let parts): parts.flatMap(whole)
        default: []
        }
    }

    private static func add(_ value: SpaceValue, to digest: inout Digest) {
        if case .box(let numbers) = value {
            for number in numbers { digest.add(number.bitPattern) }
        } else {
            for number in whole(value) { digest.add(Int64(number)) }
        }
    }
}
