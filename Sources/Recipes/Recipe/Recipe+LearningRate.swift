extension Recipe {
    /// A learning rate, or the wish that one be found.
    public enum LearningRate: Sendable, Hashable, RecipeConvertible, CustomStringConvertible {
        /// This one.
        case fixed(Double)
        /// The one that cross-validation chooses.
        case auto

        /// Takes over a number or `auto`.
        public init?(recipeValue: RecipeValue) {
            switch recipeValue {
            case .number(let rate): self = .fixed(rate)
            case .text("auto"): self = .auto
            default: return nil
            }
        }

        /// The number or `auto`.
        public var recipeValue: RecipeValue {
            switch self {
            case .fixed(let rate): .number(rate)
            case .auto: .text("auto")
            }
        }

        /// The number or `auto`, as a recipe has it.
        public var description: String { recipeValue.yaml }
    }

    /// A rate that works for most models and data.
    public var usualLearningRate: Double { method.usualLearningRate }
}

extension Recipe.Method {
    /// A rate that works for most models and data.
    var usualLearningRate: Double {
        switch self {
        case .full: 5e-5
        case .lpft: 2e-5
        case .lora: 1e-3
        case .linearProbe: 1e-2
        }
    }
}
