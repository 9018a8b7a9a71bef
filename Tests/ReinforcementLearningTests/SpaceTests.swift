import HindsightReinforcementLearning
import HindsightTensors
import Testing

@Suite struct SpaceTests {
    static let spaces: [Space] = [
        .box([2, 3], from: -1, to: 2), .box([], from: 0), .discrete(4), .discrete(3, start: -1),
        .multiDiscrete([2, 5, 3]), .multiBinary(4),
        .goal(observation: .box([3]), goal: .multiBinary(2)),
        .tuple([.discrete(2), .dictionary([.init("a", .box([2])), .init("b", .discrete(7))])]),
    ]

    @Test("samples are in their space, and their flat form leads back", arguments: spaces)
    func samples(space: Space) {
        var random = RandomGenerator(seed: 3)
        for _ in 0..<200 {
            let value = space.sample(using: &random)
            #expect(space.problem(with: value) == nil)
            let flat = space.flat(value)
            #expect(flat.count == space.flatCount)
            #expect(space.value(flat: flat) == value)
        }
    }

    @Test("what is wrong with a value is said")
    func problems() {
        #expect(Space.discrete(3).problem(with: .discrete(3)) == "3 is not in 0..<3")
        let box = Space.box([2], from: 0, to: 1)
        #expect(box.problem(with: .box([0, .nan])) == "number 1 is NaN")
        #expect(box.problem(with: .box([0, 1.5])) == "number 1 is 1.5, outside 0.0...1.0")
        #expect(box.problem(with: .box([0])) == "1 numbers instead of 2 (shape [2])")
        #expect(box.problem(with: .discrete(1)) != nil)
        let goal = Space.goal(observation: .box([1]), goal: .box([1]))
        #expect(
            goal.problem(with: .dictionary(["observation": .box([0])]))
                == "achieved_goal is missing")
    }
}
