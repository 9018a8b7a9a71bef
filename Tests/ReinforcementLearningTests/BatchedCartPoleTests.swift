import HindsightReinforcementLearning
import Testing

@Suite struct BatchedCartPoleTests {
    /// Each number of a step against the scalar environment's, from the same state: in units of the last
    /// place of the larger of the number and what it was before, of which it is a sum.
    @Test("a step in double precision is the scalar one to 2 ulp")
    func singleSteps() throws {
        let count = 1003
        let batched = BatchedCartPole(count: count)
        batched.reset(seed: 3)
        let columns = try #require(batched.columns)
        var random = PCG64(seed: 8)
        var worst = 0.0
        for _ in 0..<200 {
            let before = (0..<4 * count).map { columns[$0] }
            for index in 0..<count {
                batched.batch.actions[index] = Float(random.integer(below: 2))
            }
            try batched.step()
            for index in 0..<count
            where batched.batch.terminated[index] == 0 && batched.batch.truncated[index] == 0 {
                let state = (0..<4).map { before[$0 * count + index] }
                let push = batched.batch.actions[index] == 1 ? 10.0 : -10
                let expected = CartPole.moved(state, force: push)
                for column in 0..<4 {
                    let found = columns[column * count + index]
                    let unit = max(abs(expected[column]), abs(state[column])).ulp
                    worst = max(worst, abs(found - expected[column]) / unit)
                    #expect(
                        batched.batch.current.observations[4 * index + column] == Float(found))
                }
            }
        }
        #expect(worst <= 2)
    }

    @Test(
        "episodes end as they should, begin within bounds, and do not depend on the number",
        arguments: BatchedCartPole.Precision.allCases)
    func episodes(precision: BatchedCartPole.Precision) throws {
        let many = BatchedCartPole(count: 600, precision: precision, timeLimit: 30)
        let few = BatchedCartPole(count: 5, precision: precision, timeLimit: 30)
        many.reset(seed: 11)
        few.reset(seed: 11)
        var (ended, late) = (0, 0)
        for step in 0..<300 {
            for index in 0..<600 {
                many.batch.actions[index] = Float((step + index / 3) % 2)
                if index < 5 { few.batch.actions[index] = many.batch.actions[index] }
            }
            try many.step()
            try few.step()
            for number in 0..<20 {
                let (one, other) = (many.batch.current, few.batch.current)
                #expect(one.observations[number] == other.observations[number])
            }
            for index in 0..<600 {
                let last = many.batch.next.observations + 4 * index
                let isOut = abs(last[0]) > 2.4 || abs(last[2]) > 0.20943951
                #expect(isOut == (many.batch.terminated[index] == 1))
                ended += Int(many.batch.terminated[index])
                late += Int(many.batch.truncated[index])
                if many.batch.terminated[index] | many.batch.truncated[index] == 1 {
                    let first = many.batch.current.observations + 4 * index
                    #expect((0..<4).allSatisfy { abs(first[$0]) <= 0.05 })
                }
            }
        }
        #expect(ended > 0 && late > 0)
    }

    @Test("a saved batch goes on as it would have", arguments: BatchedCartPole.Precision.allCases)
    func saving(precision: BatchedCartPole.Precision) throws {
        let one = BatchedCartPole(count: 9, precision: precision)
        let other = BatchedCartPole(count: 9, precision: precision)
        one.reset(seed: 2)
        for _ in 0..<20 { try one.step() }
        try other.restore(try #require(try one.state()))
        for _ in 0..<50 {
            try one.step()
            try other.step()
            for number in 0..<36 {
                #expect(
                    one.batch.current.observations[number]
                        == other.batch.current.observations[number])
            }
        }
        one.batch.actions[4] = 2
        #expect(throws: EnvironmentError.self) { try one.step() }
    }
}
