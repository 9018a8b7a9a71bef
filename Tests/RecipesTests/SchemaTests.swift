import HindsightRecipes
import Testing

@Suite struct SchemaTests {
    @Test func everyKeyIsExplained() {
        let table = RecipeSchema.explain(nil)
        let markdown = RecipeSchema.explainMarkdown()
        for key in RecipeSchema.keys {
            #expect(key.summary.hasSuffix(".") && key.summary.count > 8, "\(key.path)")
            #expect(table.contains("  \(key.name) "), "\(key.path)")
            #expect(markdown.contains("| `\(key.path)` |"), "\(key.path)")
            let detail = RecipeSchema.explain(key.path)
            #expect(detail.hasPrefix(key.path + "\n  " + key.summary), "\(key.path)")
        }
        #expect(table.split(separator: "\n").allSatisfy { $0.count <= 110 })
    }

    @Test func everyKeyIsReadAndWritten() throws {
        for method in Recipe.Method.allCases {
            let written = try #require(Recipes.recipe("method: \(method.rawValue)")).yaml()
            #expect(written.contains("method: \(method.rawValue)"))
        }
        #expect(Set(RecipeSchema.keys.map(\.path)).count == RecipeSchema.keys.count)
        #expect(RecipeSchema.keys.count == RecipeSchema.sections.map(\.keys.count).reduce(0, +))
    }

    @Test func synonymsAreNoKeys() {
        let known = Set(RecipeSchema.keys.map(\.name))
        for key in RecipeSchema.keys {
            for synonym in key.synonyms where synonym == key.name {
                Issue.record("\(key.path) is its own synonym")
            }
            #expect(known.contains(key.name))
        }
    }

    @Test func oneKeyIsExplainedInFull() {
        #expect(
            RecipeSchema.explain("optimizer.learning_rate") == """
                optimizer.learning_rate
                  The step size after the warm-up; auto finds it by cross-validation (search).
                  value:    a number above 0 and at most 10, or auto
                              auto              found by cross-validation
                  default:  by method: full 5e-5, lp-ft 2e-5, lora 0.001, else 0.01
                  only for: method full or lp-ft or lora
                  known as: lr

                """)
        #expect(RecipeSchema.explain("optimiser").contains("did you mean optimizer?"))
        #expect(RecipeSchema.explain("stop").hasPrefix("stop: When training ends"))
    }
}
