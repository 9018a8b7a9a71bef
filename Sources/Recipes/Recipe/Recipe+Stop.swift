extension Recipe {
    /// When training ends: as soon as one of these holds, or after all epochs.
    public struct Stop: Sendable, Equatable {
        /// The metric on the validation examples that decides which model is best.
        public let metric: Metric
        /// The value at which a metric that is better when greater is good enough.
        public let atLeast: Double?
        /// The value at which a metric that is better when smaller is good enough.
        public let atMost: Double?
        /// Evaluations in a row without a better value; nil waits for ever.
        public let patience: Int?
        /// How much a value has to be better by to count as better.
        public let minimumDelta: Double
        /// The time training may take, in minutes; nil for any time.
        public let minutes: Double?

        init(_ values: RecipeValues) {
            metric = values(Keys.metric)
            atLeast = values(Keys.atLeast)
            atMost = values(Keys.atMost)
            patience = values(Keys.patience)
            minimumDelta = values(Keys.minimumDelta)
            minutes = values(Keys.minutes)
        }
    }
}

extension Recipe.Stop {
    enum Keys {
        static let metric = Key<Recipe.Metric>(
            "stop.metric", .choice(Recipe.Metric.self), by: Recipe.Keys.task,
            [(.textMultiLabel, .f1), (.textRegression, .rmse)], otherwise: .accuracy,
            also: ["metric_for_best_model", "monitor"],
            "The metric on data.validation that decides which model is best.")
        static let atLeast = Key<Double?>(
            "stop.at_least", .number(.any), default: nil, null: "no target",
            also: ["target", "goal", "minimum"],
            "Good enough: the metric is this or greater.")
        static let atMost = Key<Double?>(
            "stop.at_most", .number(.any), default: nil, null: "no target", also: ["maximum"],
            "Good enough: the metric is this or smaller.")
        static let patience = Key<Int?>(
            "stop.patience", .integer(1...1_000_000), default: 3, null: "waits for ever",
            only: Recipe.trained, also: ["early_stopping_patience"],
            "Evaluations in a row without a better value, after which training ends.")
        static let minimumDelta = Key<Double>(
            "stop.minimum_delta", .number(.from(0)), default: 0, only: Recipe.trained,
            also: ["min_delta", "early_stopping_threshold"],
            "How much a value has to be better by to count as better.")
        static let minutes = Key<Double?>(
            "stop.minutes", .number(.above(0, to: 1_000_000)), default: nil, null: "any time",
            also: ["max_time", "time_limit", "timeout"], "Time that training may take.")
    }

    static let section = SectionDescription(
        "stop", "When training ends: as soon as one of these holds, or after all epochs.",
        [
            Keys.metric.description, Keys.atLeast.description, Keys.atMost.description,
            Keys.patience.description, Keys.minimumDelta.description, Keys.minutes.description,
        ])
}
