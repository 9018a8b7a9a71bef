extension Recipe {
    /// Old examples that are learnt from beside the new ones, so that what was known is not forgotten.
    public struct Replay: Sendable, Equatable {
        /// The old examples, with the same columns; nil for none.
        public let data: String?
        /// How many old examples stand beside each new one.
        public let ratio: Double

        init(_ values: RecipeValues) {
            data = values(Keys.data)
            ratio = values(Keys.ratio)
        }
    }
}

extension Recipe.Replay {
    enum Keys {
        static let data = Key<String?>(
            "replay.data", .path(.examples), default: nil, null: "none",
            also: ["old_data", "rehearsal"],
            "Old examples with the columns of data.train, learnt from beside the new ones.")
        static let ratio = Key<Double>(
            "replay.ratio", .number(.above(0, to: 100)), default: 0.5,
            "How many old examples stand beside each new one.")
    }

    static let section = SectionDescription(
        "replay", only: Recipe.trained, "Old examples beside the new ones, against forgetting.",
        [Keys.data.description, Keys.ratio.description])
}
