extension Recipe {
    /// How the learning rate changes from step to step.
    public struct Schedule: Sendable, Equatable {
        /// The course after the warm-up.
        public let name: Name
        /// How long the learning rate rises at the start.
        public let warmup: Warmup

        /// The course of the learning rate after the warm-up.
        public enum Name: String, RecipeChoice {
            /// Falls evenly to zero.
            case linear
            /// Falls to zero along half a cosine.
            case cosine
            /// Stays.
            case constant

            /// What the choice means, in a few words.
            public var summary: String {
                switch self {
                case .linear: "falls evenly to zero"
                case .cosine: "falls to zero along half a cosine"
                case .constant: "stays"
                }
            }
        }

        init(_ values: RecipeValues) {
            name = values(Keys.name)
            warmup = values(Keys.warmup)
        }
    }
}

extension Recipe.Schedule {
    enum Keys {
        static let name = Key<Name>(
            "schedule.name", .choice(Name.self), by: Recipe.Optimizer.Keys.name,
            [(.scheduleFree, .constant)], otherwise: .linear,
            also: ["lr_scheduler_type", "type"], "The learning rate's course after the warm-up.")
        static let warmup = Key<Warmup>(
            "schedule.warmup", .either([.integer(0...1_000_000_000), .number(.from(0, below: 1))]),
            default: .fraction(0.1), also: ["warmup_ratio", "warmup_steps", "warmup_proportion"],
            "Steps, or the fraction of all steps, in which the learning rate rises from 0.")
    }

    static let section = SectionDescription(
        "schedule", only: Recipe.trained, "How the learning rate changes from step to step.",
        [Keys.name.description, Keys.warmup.description])
}
