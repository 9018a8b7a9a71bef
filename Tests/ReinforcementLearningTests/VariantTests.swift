import Testing

@testable import HindsightReinforcementLearning

/// Environments with other bodies and goals than usual, to adapt to.
@Suite struct VariantTests {
    /// What is seen in some steps of fixed actions.
    private func seen(
        _ name: String, _ settings: [String: String], steps: Int = 30
    ) throws -> [Float] {
        let world = try EnvironmentCatalog.make(name, settings: settings)
        try world.reset(seed: 3)
        var numbers: [Float] = []
        for step in 0..<steps {
            for place in 0..<world.batch.actionCount {
                world.batch.actions[place] = Float(step % 2)
            }
            try world.step()
            numbers += UnsafeBufferPointer(
                start: world.batch.next.observations, count: world.batch.observationCount)
        }
        return numbers
    }

    @Test(
        "a setting at its default changes no bit, and another value does",
        arguments: [
            ("cartpole", "pole_length", "0.5", "1"), ("cartpole", "pole_mass", "0.1", "0.3"),
            ("cartpole", "cart_mass", "1", "2"), ("cartpole", "force", "10", "-10"),
            ("cartpole", "gravity", "9.8", "5"), ("pendulum", "gravity", "10", "-10"),
            ("pendulum", "mass", "1", "2"), ("pendulum", "length", "1", "1.5"),
            ("pointmaze", "force", "1", "-1"),
        ])
    func settings(name: String, key: String, usual: String, other: String) throws {
        let plain = try seen(name, [:])
        #expect(try seen(name, [key: usual]) == plain)
        #expect(try seen(name, [key: other]) != plain)
    }

    @Test("bodies move as their equations say")
    func bodies() {
        var body = CartPole.Body()
        body.halfLength = 1
        body.massOfPole = 0.2
        let state = CartPole.moved([0, 0, 0.1, 0], force: 10, body)
        // θ̈ = (g sin θ - cos θ F / m) / (l (4/3 - m_p cos² θ / m)), by hand.
        #expect((state[3] / 0.02 + 6.259659).magnitude < 1e-5, "\(state)")
        #expect(CartPole.moved([0, 0, 0, 0], force: 10)[1] > 0)
    }

    @Test("goals are as near as asked for, and the usual ones are not")
    func ranges() throws {
        var (near, far) = (Reach(goalRange: 0.3), Reach())
        var beyond = 0
        for seed in 0..<50 as Range<UInt64> {
            for isNear in [true, false] {
                let seen = isNear ? near.reset(seed: seed) : far.reset(seed: seed)
                guard case .dictionary(let parts) = seen,
                    let hand = parts["achieved_goal"]?.numbers,
                    let goal = parts["desired_goal"]?.numbers
                else { return }
                let square = zip(hand, goal).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                if isNear {
                    #expect(square <= 0.3 * 0.3)
                } else if square > 0.3 * 0.3 {
                    beyond += 1
                }
            }
        }
        #expect(beyond > 25)
        var maze = PointMaze(layout: .medium, goalRange: 2)
        for seed in 0..<100 as Range<UInt64> {
            _ = maze.reset(seed: seed)
            let way = maze.goal - maze.position
            // Two cells, and a quarter of a cell on either side in both directions.
            #expect(way.x.magnitude + way.y.magnitude <= 3)
        }
    }

    @Test("batched forms refuse bodies that they do not have")
    func batched() throws {
        for (name, key) in [("cartpole", "pole_length"), ("pendulum", "mass")] {
            #expect(throws: EnvironmentError.self) {
                try EnvironmentCatalog.make(name, settings: [key: "2"], isBatched: true)
            }
        }
        _ = try EnvironmentCatalog.make(
            "cartpole", settings: ["pole_length": "0.5", "limit": "100"], isBatched: true)
        #expect(throws: EnvironmentError.self) {
            try EnvironmentCatalog.make("pendulum", settings: ["mass": "0"])
        }
    }
}
