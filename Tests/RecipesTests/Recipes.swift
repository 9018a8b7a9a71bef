import HindsightRecipes
import Testing

/// Recipes and shortcuts that the tests share.
enum Recipes {
    /// A recipe with what every recipe has to have.
    static let least = "task: text-classification\nmodel: m\ndata: {train: a.csv}\n"

    /// The recipe of the project's own example, as it is documented.
    static let documented = """
        task: text-classification
        model: models/all-MiniLM-L6-v2            # folder, file or hub:owner/name
        data: {train: reviews.csv, text: text, label: label, validation: 0.1, test: 0.1}   # fractions
        method: full                              # linear-probe | full | lp-ft | lora
        optimizer: {name: adamw, learning_rate: 5.0e-5, weight_decay: 0.01}
        batch_size: 32
        epochs: 3
        stop: {metric: accuracy, at_least: 0.9, patience: 3, minutes: 30}
        seed: 0
        store: runs                               # folder of the run store
        """

    static func recipe(
        _ text: String = "", set overrides: [String] = [],
        _ location: SourceLocation = #_sourceLocation
    ) -> Recipe? {
        let result = RecipeReader.read(text: least + text, name: "r.yaml", overrides: overrides)
        #expect(result.errors.map(\.description) == [], sourceLocation: location)
        return result.recipe
    }

    /// What is said of the least recipe with a text behind it.
    static func problems(_ text: String, set overrides: [String] = []) -> [String] {
        RecipeReader.read(text: least + text, name: "r.yaml", overrides: overrides)
            .problems.map(\.description)
    }
}
