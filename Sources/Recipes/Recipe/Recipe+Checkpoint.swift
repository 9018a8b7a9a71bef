extension Recipe {
    /// When the state is saved, so that a run can be resumed exactly.
    public struct Checkpoint: Sendable, Equatable {
        /// Seconds from one checkpoint to the next; nil for none by the clock.
        public let everySeconds: Double?
        /// Steps from one checkpoint to the next; nil for none by steps.
        public let everySteps: Int?
        /// Checkpoints that are kept beside the best.
        public let keep: Int

        init(_ values: RecipeValues) {
            everySeconds = values(Keys.everySeconds)
            everySteps = values(Keys.everySteps)
            keep = values(Keys.keep)
        }
    }
}

extension Recipe.Checkpoint {
    enum Keys {
        static let everySeconds = Key<Double?>(
            "checkpoint.every_seconds", .number(.from(1, to: 1e9)), default: 120,
            null: "none by the clock", affectsResult: false,
            "Seconds from one checkpoint to the next.")
        static let everySteps = Key<Int?>(
            "checkpoint.every_steps", .integer(1...1_000_000_000), default: nil,
            null: "none by steps", also: ["save_steps"], affectsResult: false,
            "Steps from one checkpoint to the next.")
        static let keep = Key<Int>(
            "checkpoint.keep", .integer(1...10_000), default: 2, also: ["save_total_limit"],
            affectsResult: false, "Checkpoints that are kept beside the best.")
    }

    static let section = SectionDescription(
        "checkpoint", "When the state is saved, so that a run can be resumed exactly.",
        [Keys.everySeconds.description, Keys.everySteps.description, Keys.keep.description])
}
