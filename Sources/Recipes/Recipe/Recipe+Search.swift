extension Recipe {
    /// How settings are chosen: by cross-validation over the training examples.
    public struct Search: Sendable, Equatable {
        /// What is varied, each as `key=[value, …]`; nil for the learning rate alone.
        public let over: [String]?
        /// How candidates are dropped.
        public let strategy: Strategy
        /// Folds of the cross-validation.
        public let folds: Int
        /// Learning rates that are tried, with `auto`.
        public let rates: Int
        /// What each round divides the number of candidates by.
        public let factor: Int
        /// The most candidates, drawn at random from all combinations; nil for all.
        public let trials: Int?
        /// The most examples that are used.
        public let rows: Int
        /// Passes of each training; nil for the recipe's.
        public let epochs: Int?
        /// The time the search may take.
        public let minutes: Double
        /// Trainings side by side; nil for one on each core.
        public let workers: Int?
        /// What the settings that were found are then trained on.
        public let retrain: Retrain

        /// What the settings that were found are then trained on.
        public enum Retrain: String, RecipeChoice {
            /// The training examples.
            case train
            /// The validation examples too.
            case all

            /// What the choice means, in a few words.
            public var summary: String {
                switch self {
                case .train: "the training examples; validation says which step is best"
                case .all: "the validation examples too, for the median best step of the search"
                }
            }
        }

        /// How candidates are dropped.
        public enum Strategy: String, RecipeChoice {
            /// After each round only the best stay.
            case halving
            /// Several halvings that drop candidates at different times.
            case hyperband
            /// None is dropped.
            case grid

            /// What the choice means, in a few words.
            public var summary: String {
                switch self {
                case .halving: "after each round only the best stay"
                case .hyperband: "several halvings that drop candidates at different times"
                case .grid: "every candidate on every fold"
                }
            }
        }

        /// What is varied; the learning rate alone if the recipe says nothing.
        public var axes: [SearchAxis] {
            (over ?? ["optimizer.learning_rate=auto"]).compactMap { try? SearchAxis($0) }
        }

        init(_ values: RecipeValues) {
            over = values(Keys.over)
            strategy = values(Keys.strategy)
            folds = values(Keys.folds)
            rates = values(Keys.rates)
            factor = values(Keys.factor)
            trials = values(Keys.trials)
            rows = values(Keys.rows)
            epochs = values(Keys.epochs)
            minutes = values(Keys.minutes)
            workers = values(Keys.workers)
            retrain = values(Keys.retrain)
        }
    }
}

extension Recipe.Search {
    enum Keys {
        static let over = Key<[String]?>(
            "search.over", .list(.text, 1...32), default: nil, null: "the learning rate",
            also: ["space", "grid", "parameters"], affectsResult: false,
            "What is varied, such as [\"optimizer.learning_rate=auto\", \"batch_size=[16, 32]\"].")
        static let strategy = Key<Strategy>(
            "search.strategy", .choice(Strategy.self), default: .halving, also: ["method"],
            affectsResult: false, "How candidates are dropped.")
        static let folds = Key<Int>(
            "search.folds", .integer(2...20), default: 5, also: ["k", "cv", "n_splits"],
            affectsResult: false, "Folds of the cross-validation.")
        static let rates = Key<Int>(
            "search.rates", .integer(2...50), default: 5, affectsResult: false,
            "Learning rates that are tried, with optimizer.learning_rate auto.")
        static let factor = Key<Int>(
            "search.factor", .integer(2...10), default: 2, also: ["eta", "reduction_factor"],
            affectsResult: false, "What each round divides the number of candidates by.")
        static let trials = Key<Int?>(
            "search.trials", .integer(1...10_000), default: nil, null: "all combinations",
            also: ["n_trials", "num_samples"], affectsResult: false,
            "The most candidates, drawn at random from all combinations.")
        static let rows = Key<Int>(
            "search.rows", .integer(20...100_000_000), default: 2000, affectsResult: false,
            "The most training examples that the search uses.")
        static let epochs = Key<Int?>(
            "search.epochs", .integer(1...100_000), default: nil, null: "the recipe's",
            affectsResult: false, "Passes of each training of the search.")
        static let minutes = Key<Double>(
            "search.minutes", .number(.above(0, to: 1_000_000)), default: 3,
            also: ["timeout", "max_time"], affectsResult: false,
            "Time that the search may take; it is cut down to fit.")
        static let workers = Key<Int?>(
            "search.workers", .integer(1...1024), default: nil, null: "one on each core",
            also: ["n_jobs"], affectsResult: false, "Trainings side by side.")
        static let retrain = Key<Retrain>(
            "search.retrain", .choice(Retrain.self), default: .train, also: ["refit"],
            "What a run is trained on with the learning rate that was found.")
    }

    static let section = SectionDescription(
        "search", "How settings are chosen: by cross-validation over the training examples.",
        [
            Keys.over.description, Keys.strategy.description, Keys.folds.description,
            Keys.rates.description, Keys.factor.description, Keys.trials.description,
            Keys.rows.description, Keys.epochs.description, Keys.minutes.description,
            Keys.workers.description, Keys.retrain.description,
        ])
}
