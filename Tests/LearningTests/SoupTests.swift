import HindsightLearning
import HindsightTensors
import Testing

/// Averages of weights: soups and interpolation.
@Suite struct SoupTests {
    private func model(_ value: Float) -> LearningState {
        LearningState(tensors: ["w": Tensor([value])])
    }

    /// The nearer to 1, the better.
    private func judge(_ model: LearningState) -> Metrics {
        ["score": 1 - Double((model.tensors["w"]!.item - 1).magnitude)]
    }

    private func ingredients(_ values: [Float]) -> [Evaluation] {
        values.enumerated().map { Evaluation(step: $0, metrics: judge(model($1))) }
            .sorted { $0.metrics["score"]! > $1.metrics["score"]! }
    }

    @Test func takesWhatMakesItNoWorse() throws {
        let values: [Float] = [0.8, 1.3, 5, 1.1]
        let soup = try GreedySoup(
            ingredients(values), goal: Goal("score"), model: { model(values[$0]) }, judge: judge)
        // 1.1, then 0.8 makes it 0.95, then 1.3 would make it 1.067, 5 much worse.
        #expect(soup.steps == [3, 0])
        #expect((soup.model.tensors["w"]!.item - 0.95).magnitude < 1e-6)
        #expect((soup.metrics["score"]! - 0.95).magnitude < 1e-6)
    }

    @Test func isNeverWorseThanTheBest() throws {
        var random = RandomGenerator(seed: 3)
        for _ in 0..<50 {
            let values = random.normal([6]).array(of: Float.self)
            let all = ingredients(values)
            let soup = try GreedySoup(
                all, goal: Goal("score"), model: { model(values[$0]) }, judge: judge)
            #expect(soup.metrics["score"]! >= all[0].metrics["score"]!)
            #expect(soup.metrics["score"]! == judge(soup.model)["score"]!)
        }
    }

    @Test func theTrainerKeepsTheBestAndAveragesThem() throws {
        func run(_ soup: Int) throws -> (TrainingResult, ScriptedMethod) {
            let method = ScriptedMethod(total: 12)
            for step in 0...12 { method.scores[step] = step == 8 ? 5 : step == 4 ? 4 : 0 }
            let result = try Trainer(
                method, rules: StoppingRules(goal: Goal("score")), evaluateEvery: 4, soup: soup
            ).run()
            return (result, method)
        }
        let (plain, best) = try run(0)
        #expect(plain.soup == [] && plain.best?.step == 8)
        // Judged as the steps say, every average is as good as the step it is judged after: 12, worse.
        let (result, method) = try run(2)
        #expect(result.soup == [8] && result.best?.metrics["score"] == 5)
        #expect(method.value == best.value)
    }

    @Test func interpolationIsAStraightLine() throws {
        let start = LearningState(tensors: ["a": Tensor([1, 2] as [Float]), "gone": Tensor([1])])
        let tuned = LearningState(
            tensors: ["a": Tensor([3, 6] as [Float]), "new": Tensor([9 as Float])])
        let half = try interpolate(start, tuned, 0.5)
        #expect(half.tensors["a"]!.array() == [2, 4] as [Float])
        #expect(half.tensors["new"]!.item == 9 && half.tensors["gone"] == nil)
        #expect(try interpolate(start, tuned, 0).tensors["a"]!.array() == [1, 2] as [Float])
        #expect(try interpolate(start, tuned, 1).tensors["a"]!.array() == [3, 6] as [Float])
        #expect(throws: LearningStateError.self) {
            try interpolate(LearningState(tensors: ["a": Tensor([1 as Float])]), tuned, 0.5)
        }
    }
}
