extension Recipe {
    /// How parameters are changed.
    public struct Optimizer: Sendable, Equatable {
        /// The rule.
        public let name: Name
        /// The step size after the warm-up.
        public let learningRate: Double
        /// How strongly weights are drawn to zero.
        public let weightDecay: Double
        /// Adam's decay rates of the gradients' mean and mean square: two numbers.
        public let betas: [Double]
        /// How slowly RMSprop's mean square moves.
        public let smoothing: Double
        /// Adam's term that keeps the division finite.
        public let epsilon: Double
        /// The share of the last step that is taken again; for sgd and rmsprop.
        public let momentum: Double

        /// A rule by which parameters follow gradients.
        public enum Name: String, RecipeChoice {
            /// Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv:1711.05101).
            case adamw
            /// Adam; weight decay is added to the gradients (Kingma and Ba 2015, arXiv:1412.6980).
            case adam
            /// Stochastic gradient descent with momentum.
            case sgd
            /// Steps of one length along the sign of the momentum (Chen et al. 2023, arXiv:2302.06675).
            case lion
            /// Gradients divided by the root of their mean square (Tieleman and Hinton 2012).
            case rmsprop
            /// Next to no memory, steps relative to the weights (Shazeer and Stern 2018,
            /// arXiv:1804.04235).
            case adafactor
            /// AdamW whose average predicts, without a schedule (Defazio et al. 2024, arXiv:2405.15682).
            case scheduleFree = "schedule-free"

            /// What the choice means, in a few words.
            public var summary: String {
                switch self {
                case .adamw: "Adam with decoupled weight decay"
                case .adam: "Adam, weight decay added to the gradients"
                case .sgd: "stochastic gradient descent with momentum"
                case .lion: "steps of one length along the sign of the momentum"
                case .rmsprop: "gradients divided by the root of their mean square"
                case .adafactor: "next to no memory, steps relative to the weights"
                case .scheduleFree: "AdamW whose average predicts, without a schedule"
                }
            }
        }

        init(_ values: RecipeValues) {
            name = values(Keys.name)
            learningRate = values(Keys.learningRate)
            weightDecay = values(Keys.weightDecay)
            betas = values(Keys.betas)
            epsilon = values(Keys.epsilon)
            smoothing = values(Keys.smoothing)
            momentum = values(Keys.momentum)
        }
    }
}

extension Recipe.Optimizer {
    enum Keys {
        static let name = Key<Name>(
            "optimizer.name", .choice(Name.self), default: .adamw, also: ["optim", "type"],
            "The rule by which parameters follow gradients.")
        static let learningRate = Key<Double>(
            "optimizer.learning_rate", .number(.above(0, to: 10)), by: Recipe.Keys.method,
            [(.full, 5e-5), (.lpft, 2e-5), (.lora, 1e-3)], otherwise: 1e-2, also: ["lr"],
            "The step size after the warm-up.")
        static let weightDecay = Key<Double>(
            "optimizer.weight_decay", .number(.from(0, to: 10)), default: 0.01, also: ["wd"],
            "How strongly weights are drawn to zero; biases and norms are not.")
        static let betas = Key<[Double]>(
            "optimizer.betas", .list(.number(.from(0, below: 1)), 2...2), by: name,
            [(.lion, [0.9, 0.99])], otherwise: [0.9, 0.999],
            only: [.optimizers(.adamw, .adam, .lion, .scheduleFree)], also: ["adam_beta1", "beta"],
            "Decay rates of the gradients' mean and mean square.")
        static let epsilon = Key<Double>(
            "optimizer.epsilon", .number(.above(0, to: 1)), default: 1e-8,
            only: [.optimizers(.adamw, .adam, .rmsprop, .scheduleFree)],
            also: ["eps", "adam_epsilon"],
            "Term that keeps the division finite.")
        static let smoothing = Key<Double>(
            "optimizer.smoothing", .number(.from(0, below: 1)), default: 0.99,
            only: [.optimizers(.rmsprop)], also: ["alpha"],
            "How slowly the gradients' mean square moves.")
        static let momentum = Key<Double>(
            "optimizer.momentum", .number(.from(0, below: 1)), by: name, [(.sgd, 0.9)],
            otherwise: 0, only: [.optimizers(.sgd, .rmsprop)],
            "Share of the last step that is taken again.")
    }

    static let section = SectionDescription(
        "optimizer", only: Recipe.trained, "How parameters are changed.",
        [
            Keys.name.description, Keys.learningRate.description, Keys.weightDecay.description,
            Keys.betas.description, Keys.epsilon.description, Keys.smoothing.description,
            Keys.momentum.description,
        ])
}
