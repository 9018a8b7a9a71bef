/// Settings that are known to work for an algorithm in an environment.
///
/// Those of Gymnasium's environments follow the tuned settings of rl-baselines3-zoo; its target updates
/// are counted in environment steps, ours in gradient steps.
public struct AlgorithmPreset: Sendable {
    /// Environment steps to learn for.
    public var steps: Int
    /// Environments side by side.
    public var environments: Int
    /// Settings of the algorithm by key.
    public var settings: [(key: String, value: String)]

    /// - Parameters:
    ///   - steps: environment steps to learn for.
    ///   - environments: how many side by side.
    ///   - settings: of the algorithm by key, separated by spaces: `batch_size=64 discount=0.95`.
    init(_ steps: Int, environments: Int = 1, _ settings: String = "") {
        self.steps = steps
        self.environments = environments
        self.settings = settings.split(separator: " ").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1)
            return (String(parts[0]), String(parts[1]))
        }
    }

    /// The preset of an algorithm in an environment; the algorithm's defaults where none is known, with
    /// hindsight where there are goals to replace.
    ///
    /// - Parameters:
    ///   - algorithm: its name.
    ///   - environment: what was made of the environment catalog.
    /// - Throws: `AlgorithmError` for a name that there is not.
    public static func find(
        _ algorithm: String, in environment: any VectorEnvironment
    ) throws -> AlgorithmPreset {
        let entry = try AlgorithmCatalog.entry(algorithm)
        let key = "\(entry.name) \(presetName(environment.name))"
        if key == "dqn bitflip" { return bitFlip(environment.batch.observationCount) }
        if let known = all[key] { return known }
        let isOnPolicy = ["ppo", "a2c", "reinforce"].contains(entry.name)
        var preset = AlgorithmPreset(100_000, environments: isOnPolicy ? 8 : 1)
        // Some algorithms have hindsight of their own.
        let isMissing = entry.settings.contains {
            $0.name == "hindsight" && $0.defaultValue == "none"
        }
        if environment.goalReward != nil, isMissing {
            preset.settings = [("hindsight", "future")]
        }
        return preset
    }

    /// More switches need more steps; many also a wide network, a small step size and double Q-learning, without
    /// which values run away.
    private static func bitFlip(_ bits: Int) -> AlgorithmPreset {
        let few = "hidden=256 learning_rate=0.002 discount=0.95 exploration_part=0.5"
        let many =
            "hidden=512 learning_rate=0.0005 discount=0.98 double=true exploration_part=0.3 "
            + "exploration_end=0.02"
        return AlgorithmPreset(
            bits * 1_000,
            "batch_size=128 train_every=1 gradient_steps=4 target_every=50 hindsight=future "
                + (bits <= 15 ? few : many))
    }

    private static let all: [String: AlgorithmPreset] = {
        let cartpole =
            "learning_rate=0.0023 batch_size=64 buffer_size=100000 learning_starts=1000 "
            + "target_every=128 train_every=256 gradient_steps=128 exploration_part=0.16 "
            + "exploration_end=0.04 hidden=256x256"
        let acrobot =
            "learning_rate=0.00063 batch_size=128 buffer_size=50000 learning_starts=0 "
            + "target_every=250 train_every=4 gradient_steps=4 exploration_part=0.12 "
            + "exploration_end=0.1 hidden=256x256"
        let mountaincar =
            "learning_rate=0.004 batch_size=128 buffer_size=10000 learning_starts=1000 "
            + "discount=0.98 target_every=300 train_every=16 gradient_steps=8 "
            + "exploration_part=0.2 exploration_end=0.07 hidden=256x256"
        var presets = [
            "dqn cartpole": AlgorithmPreset(50_000, cartpole),
            "dqn acrobot": AlgorithmPreset(100_000, acrobot),
            "dqn mountaincar": AlgorithmPreset(120_000, mountaincar + " double=true"),
            "qr-dqn cartpole": AlgorithmPreset(
                50_000, cartpole + " quantiles=10 adam_epsilon=0.00016"),
            "qr-dqn acrobot": AlgorithmPreset(
                100_000, acrobot + " quantiles=25 adam_epsilon=0.00008"),
            "qr-dqn mountaincar": AlgorithmPreset(
                120_000, mountaincar + " quantiles=25 adam_epsilon=0.00008"),
        ]
        presets["ppo cartpole"] = AlgorithmPreset(
            100_000, environments: 8,
            "rollout_steps=32 batch_size=256 epochs=20 lambda=0.8 discount=0.98 "
                + "learning_rate=0.001 decays_learning_rate=true decays_clip=true")
        presets["ppo acrobot"] = AlgorithmPreset(
            1_000_000, environments: 16, "rollout_steps=256 lambda=0.94 epochs=4")
        presets["ppo mountaincar"] = AlgorithmPreset(
            1_000_000, environments: 16, "rollout_steps=16 lambda=0.98 epochs=4")
        presets["ppo pendulum"] = AlgorithmPreset(
            100_000, environments: 4, "rollout_steps=1024 discount=0.9 learning_rate=0.001")
        presets["a2c cartpole"] = AlgorithmPreset(500_000, environments: 8)
        presets["reinforce cartpole"] = AlgorithmPreset(200_000, environments: 8)
        for algorithm in ["sac", "td3", "ddpg", "tqc"] {
            presets["\(algorithm) pendulum"] = AlgorithmPreset(20_000, "learning_rate=0.001")
        }
        // The zoo's, whose 64x64 need normalised observations: without, normalised layers do.
        for algorithm in ["sac", "tqc"] {
            presets["\(algorithm) gym:FetchReach"] = AlgorithmPreset(
                20_000,
                "hidden=256x256x256 normalizes_critics=true batch_size=256 learning_rate=0.001 "
                    + "discount=0.95 learning_starts=1000 hindsight=future hindsight_ratio=4")
        }
        presets["sac mountaincar-continuous"] = AlgorithmPreset(
            50_000,
            "hidden=64x64 batch_size=512 learning_starts=5000 random_action_length=30 "
                + "train_every=32 gradient_steps=32 discount=0.9999 target_rate=0.01 "
                + "entropy_coefficient=0.1")
        for algorithm in ["bc", "iql", "awac", "cal-ql"] {
            for world in ["cartpole", "pendulum"] {
                presets["\(algorithm) \(world)"] = AlgorithmPreset(
                    10_000, "learning_rate=0.001 hidden=64x64")
            }
        }
        // Fewer and smaller critics than the papers' do for three numbers of an observation.
        let few = "learning_rate=0.001 hidden=64x64 critics=4 "
        presets["rlpd pendulum"] = AlgorithmPreset(5_000, few + "gradient_steps=5 policy_delay=5")
        presets["wsrl pendulum"] = AlgorithmPreset(5_000, few + "learning_starts=1000")
        return presets
    }()
}
