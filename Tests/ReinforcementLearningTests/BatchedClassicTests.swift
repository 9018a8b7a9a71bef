import HindsightLearning
import Testing

@testable import HindsightReinforcementLearning

/// The batched environments against the scalar ones, which are Gymnasium's bit for bit.
@Suite struct BatchedClassicTests {
    /// The scalar environment in a state of the batch.
    private func scalar(
        _ world: BatchedClassic, _ index: Int, isFirst: Bool
    ) -> any Environment {
        let column = { (number: Int) in world.columns[number * world.count + index] }
        switch world.kind {
        case .mountainCar:
            var car = MountainCar()
            _ = car.reset(seed: 0)
            (car.position, car.velocity) = (column(0), column(1))
            return car
        case .mountainCarContinuous:
            var car = MountainCarContinuous()
            _ = car.reset(seed: 0)
            (car.position, car.velocity, car.isFirst) = (column(0), column(1), isFirst)
            return car
        case .pendulum:
            var pendulum = Pendulum()
            _ = pendulum.reset(seed: 0)
            (pendulum.angle, pendulum.speed) = (column(0), column(1))
            return pendulum
        case .acrobot:
            var acrobot = Acrobot()
            _ = acrobot.reset(seed: 0)
            acrobot.state = SIMD4(column(0), column(1), column(2), column(3))
            return acrobot
        }
    }

    private func action(
        _ world: BatchedClassic, _ random: inout PCG64
    ) -> (number: Float, value: SpaceValue) {
        if case .discrete(let count, _) = world.actionSpace {
            let choice = random.integer(below: count)
            return (Float(choice), .discrete(choice))
        }
        // Beyond the bounds too, where actions are cut off.
        let number = Float(random.uniform(-2.5, 2.5))
        return (number, .box([number]))
    }

    @Test("every step has the scalar one's bits", arguments: BatchedClassic.Kind.allCases)
    func steps(kind: BatchedClassic.Kind) throws {
        let count = 37
        let world = BatchedClassic(kind, count: count, timeLimit: 60)
        world.reset(seed: 4)
        let seen = world.batch.observationCount
        var random = PCG64(seed: 2)
        var isFirst = [Bool](repeating: true, count: count)
        var late = 0
        for _ in 0..<200 {
            var expected: [EnvironmentStep] = []
            for index in 0..<count {
                let (number, value) = action(world, &random)
                world.batch.actions[index] = number
                var one = scalar(world, index, isFirst: isFirst[index])
                expected.append(try one.step(value))
            }
            try world.step()
            for index in 0..<count {
                guard case .box(let row) = expected[index].observation else {
                    Issue.record("no box")
                    return
                }
                for (place, number) in row.enumerated() {
                    #expect(world.batch.next.observations[index * seen + place] == number)
                }
                #expect(world.batch.rewards[index] == Float(expected[index].reward))
                #expect((world.batch.terminated[index] != 0) == expected[index].isTerminated)
                late += Int(world.batch.truncated[index])
                isFirst[index] =
                    world.batch.terminated[index] | world.batch.truncated[index] != 0
            }
        }
        #expect(late > 0)
    }

    @Test("a saved batch goes on as it would have", arguments: BatchedClassic.Kind.allCases)
    func saving(kind: BatchedClassic.Kind) throws {
        let one = BatchedClassic(kind, count: 5, timeLimit: 40)
        let other = BatchedClassic(kind, count: 5, timeLimit: 40)
        one.reset(seed: 6)
        for index in 0..<5 { one.batch.actions[index] = Float(index % 2) }
        for index in 0..<5 { other.batch.actions[index] = Float(index % 2) }
        for _ in 0..<30 { try one.step() }
        try other.restore(try #require(try one.state()))
        for _ in 0..<40 {
            try one.step()
            try other.step()
            for number in 0..<5 * one.batch.observationCount {
                #expect(
                    one.batch.current.observations[number]
                        == other.batch.current.observations[number])
            }
        }
        #expect(throws: LearningStateError.self) {
            let different = BatchedClassic(kind, count: 4, timeLimit: 40)
            try different.restore(try #require(try one.state()))
        }
        one.batch.actions[3] = .nan
        #expect(throws: EnvironmentError.self) { try one.step() }
        #expect(
            try EnvironmentCatalog.make(kind.rawValue, count: 3, isBatched: true) is BatchedClassic)
    }
}
