import HindsightLearning
import HindsightRecipes
import HindsightTensors

/// The candidates of a search.
enum SearchSpace {
    static let rateKey = "optimizer.learning_rate"
    /// More combinations are no longer listed.
    private static let most = 100_000

    /// Whether learning rates are still to be found.
    static func needsRates(_ recipe: Recipe) -> Bool {
        recipe.search.axes.contains { $0.key == rateKey && $0.values.isEmpty }
    }

    /// All combinations that are different trainings, or so many of them at random.
    ///
    /// - Parameters:
    ///   - recipe: what is varied, and around what.
    ///   - rates: in place of `auto`.
    /// - Throws: `JobError` if there are too many, or none that can be.
    static func candidates(
        _ recipe: Recipe, rates: [Double]
    ) throws -> [SearchPlan.Candidate] {
        var combinations: [[String]] = [[]]
        for axis in recipe.search.axes {
            let values =
                axis.values.isEmpty ? rates.map { "\(Recipe.LearningRate.fixed($0))" } : axis.values
            guard combinations.count * values.count <= most else {
                throw JobError("search.over has more than \(most) combinations; give fewer values")
            }
            combinations = combinations.flatMap { settings in
                values.map { settings + ["\(axis.key)=\($0)"] }
            }
        }
        if let count = recipe.search.trials, count < combinations.count {
            combinations = drawn(combinations, count, recipe)
        } else if recipe.search.strategy == .hyperband {
            combinations = drawn(combinations, combinations.count, recipe)
        }
        var seen: Set<String> = []
        let candidates = try combinations.compactMap { settings -> SearchPlan.Candidate? in
            let changed = try recipe.changed(settings)
            // A key without effect beside another's choice makes no other training.
            guard seen.insert(changed.fingerprint).inserted else { return nil }
            let isVaried = settings.contains { $0.hasPrefix(rateKey + "=") }
            return SearchPlan.Candidate(
                settings: settings, rate: isVaried ? changed.optimizer.learningRate : nil)
        }
        return candidates
    }

    private static func drawn(
        _ combinations: [[String]], _ count: Int, _ recipe: Recipe
    ) -> [[String]] {
        var random = RandomGenerator(seed: UInt64(recipe.seed))
        return Array(combinations.shuffled(using: &random).prefix(count))
    }
}

extension Recipe {
    /// The recipe with other values for some keys.
    ///
    /// - Parameter settings: `key=value`.
    /// - Throws: `RecipeError` if they can't be together.
    func changed(_ settings: [String]) throws -> Recipe {
        try RecipeReader.read(text: yaml(), name: "recipe", overrides: settings).get()
    }
}
