extension Recipe {
    /// The linear probe on frozen features: a method, the first part of lp-ft, and what every
    /// other method is measured against.
    public struct Probe: Sendable, Equatable {
        /// Passes over the features.
        public let epochs: Int
        /// The step size.
        public let learningRate: Double
        /// The factor of the squared weights that is added to the loss.
        public let l2: Double

        init(_ values: RecipeValues) {
            epochs = values(Keys.epochs)
            learningRate = values(Keys.learningRate)
            l2 = values(Keys.l2)
        }
    }
}

extension Recipe.Probe {
    enum Keys {
        static let epochs = Key<Int>(
            "probe.epochs", .integer(1...100_000), default: 300, "Passes over the features.")
        static let learningRate = Key<Double>(
            "probe.learning_rate", .number(.above(0, to: 100)), default: 5e-2, also: ["probe_lr"],
            "The step size.")
        static let l2 = Key<Double>(
            "probe.l2", .number(.from(0)), default: 1e-4, also: ["ridge"],
            "Factor of the squared weights that is added to the loss.")
    }

    static let section = SectionDescription(
        "probe",
        "The linear probe: a method, the first part of lp-ft, and the measure of every method.",
        [Keys.epochs.description, Keys.learningRate.description, Keys.l2.description])
}
