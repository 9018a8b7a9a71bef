extension Recipe {
    /// Low-rank adapters: Hu et al. 2021, arXiv:2106.09685.
    public struct LoRA: Sendable, Equatable {
        /// The adapters' rank.
        public let rank: Int
        /// The adapters' scale before division by the rank, or by its square root.
        public let alpha: Double
        /// Whether the scale is alpha/√rank (Kalajdzievski 2023, arXiv:2312.03732), not alpha/rank.
        public let rankStabilized: Bool
        /// The probability with which an adapter's input is zeroed.
        public let dropout: Double
        /// Whether the lengths of the weights' rows are learnt by themselves (Liu et al. 2024,
        /// arXiv:2402.09353).
        public let dora: Bool
        /// The linear layers that have adapters.
        public let targets: [Target]

        /// A kind of linear layer in every block of a transformer.
        public enum Target: String, RecipeChoice {
            /// Queries of the attention.
            case query
            /// Keys of the attention.
            case key
            /// Values of the attention.
            case value
            /// The attention's output.
            case attentionOutput = "attention_output"
            /// The first layer of the feed-forward part.
            case intermediate
            /// The last layer of the feed-forward part.
            case output

            /// What the choice means, in a few words.
            public var summary: String {
                switch self {
                case .query: "queries of the attention"
                case .key: "keys of the attention"
                case .value: "values of the attention"
                case .attentionOutput: "the attention's output"
                case .intermediate: "the first layer of the feed-forward part"
                case .output: "the last layer of the feed-forward part"
                }
            }
        }

        init(_ values: RecipeValues) {
            rank = values(Keys.rank)
            alpha = values(Keys.alpha)
            rankStabilized = values(Keys.rankStabilized)
            dropout = values(Keys.dropout)
            dora = values(Keys.dora)
            targets = values(Keys.targets)
        }
    }
}

extension Recipe.LoRA {
    enum Keys {
        static let rank = Key<Int>(
            "lora.rank", .integer(1...1024), default: 8, also: ["r", "lora_r"],
            "The adapters' rank.")
        static let alpha = Key<Double>(
            "lora.alpha", .number(.above(0)), default: 16, also: ["lora_alpha"],
            "The adapters' scale, before division by the rank.")
        static let rankStabilized = Key<Bool>(
            "lora.rank_stabilized", .boolean, default: false, also: ["use_rslora", "rslora"],
            "Whether alpha is divided by the rank's square root, so that high ranks learn too.")
        static let dropout = Key<Double>(
            "lora.dropout", .number(.from(0, below: 1)), default: 0, also: ["lora_dropout"],
            "Probability with which an adapter's input is zeroed.")
        static let dora = Key<Bool>(
            "lora.dora", .boolean, default: false, also: ["use_dora"],
            "Whether the lengths of the weights' rows are learnt by themselves (DoRA).")
        static let targets = Key<[Target]>(
            "lora.targets", .choices(Target.self), default: Target.allCases,
            also: ["target_modules"], "The linear layers that have adapters.")
    }

    static let section = SectionDescription(
        "lora", only: [.methods(.lora)], "Low-rank adapters beside frozen weights.",
        [
            Keys.rank.description, Keys.alpha.description, Keys.rankStabilized.description,
            Keys.dropout.description, Keys.dora.description, Keys.targets.description,
        ])
}
