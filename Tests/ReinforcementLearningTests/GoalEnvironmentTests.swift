import HindsightReinforcementLearning
import Testing

@Suite struct GoalEnvironmentTests {
    @Test("bit flipping: flipping what differs reaches the goal, and ends the episode")
    func bitFlip() throws {
        var environment = BitFlip(bits: 12)
        for seed in 0..<50 as Range<UInt64> {
            guard case .dictionary(let parts) = environment.reset(seed: seed),
                case .multiBinary(let state)? = parts["observation"],
                case .multiBinary(let goal)? = parts["desired_goal"]
            else {
                Issue.record("no goal observation")
                return
            }
            let wrong = state.indices.filter { state[$0] != goal[$0] }
            #expect(!wrong.isEmpty)
            for (index, bit) in wrong.enumerated() {
                let step = try environment.step(.discrete(bit))
                let isLast = index == wrong.count - 1
                #expect(step.isTerminated == isLast && step.reward == (isLast ? 0 : -1))
            }
            #expect(throws: EnvironmentError.notReset(environment: "bitflip")) {
                try environment.step(.discrete(0))
            }
        }
        #expect(throws: EnvironmentError.self) {
            var other = BitFlip(bits: 3)
            _ = other.reset(seed: 1)
            _ = try other.step(.discrete(3))
        }
    }

    @Test("no push brings a point into a wall", arguments: PointMaze.Layout.allCases)
    func walls(layout: PointMaze.Layout) throws {
        var environment = PointMaze(layout: layout)
        var random = PCG64(seed: 4)
        let rows = layout.rows.map { Array($0) }
        for seed in 0..<30 as Range<UInt64> {
            _ = environment.reset(seed: seed)
            var push = environment.actionSpace.sample(using: &random)
            for step in 0..<200 {
                if step % 7 == 0 { push = environment.actionSpace.sample(using: &random) }
                let observation = try environment.step(push).observation
                #expect(environment.observationSpace.problem(with: observation) == nil)
                for (x, y) in [(-1, -1), (-1, 1), (1, -1), (1, 1)] as [(Float, Float)] {
                    let corner = environment.position + SIMD2(x, y) * 0.1
                    #expect(rows[Int(corner.y)][Int(corner.x)] != "#")
                }
            }
        }
    }

    @Test("every free cell of a maze can be reached", arguments: PointMaze.Layout.allCases)
    func connected(layout: PointMaze.Layout) {
        let rows = layout.rows.map { Array($0) }
        var seen: Set<[Int]> = []
        var open = [[1, 1]]
        while let cell = open.popLast() {
            guard seen.insert(cell).inserted else { continue }
            for (x, y) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
                let next = [cell[0] + x, cell[1] + y]
                if rows[next[1]][next[0]] != "#" { open.append(next) }
            }
        }
        #expect(seen.count == rows.joined().count { $0 != "#" })
    }

    @Test("the arm's goals are within its reach, and moving joints moves the hand")
    func reach() throws {
        for dimensions in 2...3 {
            var environment = Reach(dimensions: dimensions)
            for seed in 0..<100 as Range<UInt64> {
                _ = environment.reset(seed: seed)
                let distance = environment.goal.reduce(0) { $0 + $1 * $1 }.squareRoot()
                #expect(environment.goal.count == dimensions && distance <= 1.0001)
                let step = try environment.step(.box([1, -0.5, 0.5]))
                #expect(environment.observationSpace.problem(with: step.observation) == nil)
            }
        }
    }

    @Test("a door opens only with its key, and the goal lies behind it")
    func keysAndDoors() throws {
        var environment = KeyDoorGrid(doors: 2, size: 4, isMasked: true)
        var random = PCG64(seed: 9)
        var solved = 0
        for seed in 0..<40 as Range<UInt64> {
            _ = environment.reset(seed: seed)
            for _ in 0..<3000 {
                let mask = try #require(environment.actionMask)
                let allowed = mask.indices.filter { mask[$0] }
                let before = environment.agent
                let choice = allowed[random.integer(below: allowed.count)]
                let step = try environment.step(.discrete(choice))
                #expect(environment.agent != before)
                if case .dictionary(let parts) = step.observation,
                    let seen = parts["observation"]?.numbers
                {
                    // Beyond a door, that door is open and its key held.
                    for door in 0..<2 where environment.agent.column > (door + 1) * 5 - 1 {
                        #expect(seen[5 + 5 * door] == 1 && seen[6 + 5 * door] == 1)
                    }
                }
                if step.isTerminated {
                    #expect(environment.agent == environment.goal && step.reward == 0)
                    solved += 1
                    break
                }
            }
        }
        #expect(solved >= 30)
    }
}
