// Environment steps a second of whole trainings, with the networks and settings of torch/control.py.
//
// usage: control her|dqn|ppo|ppo475|cartpole|cartpole32 [--steps N] [--threads N] [--seed K]
import Foundation
import HindsightReinforcementLearning
import HindsightTensors

let arguments = CommandLine.arguments
func option(_ name: String, _ standard: Int) -> Int {
    guard let place = arguments.firstIndex(of: name), place + 1 < arguments.count else {
        return standard
    }
    return Int(arguments[place + 1]) ?? standard
}

let mode = arguments.dropFirst().first ?? "her"
let threads = option("--threads", 1)

func seconds(_ body: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(body) / .seconds(1)
}

/// Trains to the end and says how fast, and what was learnt.
func report(_ agent: any Agent) throws {
    let time = try seconds { while !agent.progress.isFinished { _ = try agent.step() } }
    let steps = agent.progress.completed
    let judged = try agent.evaluate().values.map { "\"\($0.name)\": \($0.value)" }
    print(
        "{\"mode\": \"\(mode)\", \"threads\": \(threads), \"steps\": \(steps), \"steps_per_second\": "
            + "\(Double(steps) / time), \(judged.joined(separator: ", "))}")
}

func evaluator(_ name: String, _ settings: [String: String] = [:]) throws -> Evaluator {
    Evaluator(
        try EnvironmentCatalog.make(name, settings: settings, count: 10), episodes: 50, seed: 1_000)
}

/// DQN with hindsight on 15 bits: two hidden layers of 256, batches of 256, an update a step.
func her() throws {
    let world = try EnvironmentCatalog.make("bitflip", settings: ["bits": "15"])
    var settings = DQN.Settings()
    settings.hidden = [256, 256]
    settings.learningRate = 1e-3
    settings.loop.batchSize = 256
    settings.loop.trainEvery = 1
    settings.loop.learningStarts = 100
    settings.loop.hindsight = .future
    settings.loop.discount = 0.95
    settings.targetEvery = 500
    try report(
        OffPolicyAgent(
            DQN(world, settings, seed: 0), in: world, evaluator: evaluator("bitflip"),
            steps: option("--steps", 5_000)))
}

/// DQN on CartPole: two hidden layers of 128, batches of 64, an update a step.
func dqn() throws {
    let world = try EnvironmentCatalog.make("cartpole")
    var settings = DQN.Settings()
    settings.hidden = [128, 128]
    settings.learningRate = 1e-3
    settings.loop.batchSize = 64
    settings.loop.trainEvery = 1
    settings.targetEvery = 500
    try report(
        OffPolicyAgent(
            DQN(world, settings, seed: 0), in: world, evaluator: evaluator("cartpole"),
            steps: option("--steps", 20_000)))
}

/// PPO on CartPole with the tuned settings of rl-baselines3-zoo.
func ppo(seed: Int) throws -> any Agent {
    let world = try EnvironmentCatalog.make("cartpole", count: 8)
    var settings = PPO.Settings()
    settings.rolloutSteps = 32
    settings.batchSize = 256
    settings.epochs = 20
    settings.lambda = 0.8
    settings.discount = 0.98
    settings.learningRate = 1e-3
    settings.decaysLearningRate = true
    settings.decaysClip = true
    return try OnPolicyAgent(
        PPO(world, settings, seed: UInt64(seed)), in: world, evaluator: evaluator("cartpole"),
        steps: option("--steps", 100_000), seed: UInt64(seed))
}

/// Time until the mean return of the last hundred training episodes is 475.
func ppo475() throws {
    let seed = option("--seed", 0)
    let agent = try ppo(seed: seed)
    var mean = 0.0
    let time = try seconds {
        while mean < 475, !agent.progress.isFinished {
            mean = try agent.step()["training_return"] ?? 0
        }
    }
    print(
        "{\"mode\": \"ppo475\", \"seed\": \(seed), \"steps\": \(agent.progress.completed), "
            + "\"seconds\": \(time), \"reached\": \(mean >= 475)}")
}

/// 1,024 poles side by side: steps alone, with actions that do not depend on what is seen.
func cartpole(_ precision: BatchedCartPole.Precision) throws {
    let world = BatchedCartPole(count: 1_024, precision: precision)
    world.reset(seed: 0)
    var random = RandomGenerator(seed: 1)
    for index in 0..<1_024 {
        world.batch.actions[index] = Float(Int.random(in: 0...1, using: &random))
    }
    let rounds = option("--steps", 50_000_000) / 1_024
    let time = try seconds { for _ in 0..<rounds { try world.step() } }
    print(
        "{\"mode\": \"\(mode)\", \"threads\": \(threads), \"steps\": \(rounds * 1_024), "
            + "\"steps_per_second\": \(Double(rounds * 1_024) / time)}")
}

try Threads.withLimit(threads) {
    switch mode {
    case "her": try her()
    case "dqn": try dqn()
    case "ppo": try report(ppo(seed: 0))
    case "ppo475": try ppo475()
    case "cartpole": try cartpole(.double)
    case "cartpole32": try cartpole(.single)
    default:
        let message =
            "control: unknown mode \(mode): her, dqn, ppo, ppo475, cartpole or cartpole32\n"
        FileHandle.standardError.write(Data(message.utf8))
        exit(2)
    }
}
