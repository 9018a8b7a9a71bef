// An environment of one's own, learnt by DQN with hindsight: every place that was reached by mistake is a
// lesson in how to reach that place. Run it in the repository's folder: swift run -c release ferry-example
import Hindsight

func ferries(_ count: Int) -> SynchronousVector<Ferry> {
    SynchronousVector(Ferry(), name: "ferry", count: count, timeLimit: 40)
}

var settings = DQN.Settings()
settings.learningRate = 1e-3
settings.loop.batchSize = 128
settings.loop.trainEvery = 1
settings.loop.discount = 0.95
settings.loop.hindsight = .future
settings.targetEvery = 100
settings.explorationPart = 0.5

let world = ferries(1)
let agent = try OffPolicyAgent(
    DQN(world, settings, seed: 0), in: world,
    evaluator: Evaluator(ferries(10), episodes: 100, seed: 1), steps: 6_000)
for try await progress in agent.learn(steps: 6_000, evaluateEvery: 1_000) {
    guard case .evaluated(let judged, _) = progress else { continue }
    let landed = Int((100 * (judged.metrics["success_rate"] ?? 0)).rounded())
    print("after \(judged.step) steps: \(landed) of 100 ferries land")
}
