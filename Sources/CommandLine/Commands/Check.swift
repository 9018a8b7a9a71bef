import ArgumentParser
import HindsightJobs
import HindsightRecipes

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say everything that is wrong with a recipe, before any work.")

    @Argument(help: "The recipe, a YAML file.")
    var recipe: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Another value for a key of the recipe.", valueName: "key=value"))
    var overrides: [String] = []

    @Flag(help: "Explain every key instead.")
    var explain = false

    @Option(help: "With --explain: only this key or section.")
    var key: String?

    @Flag(help: "Print the recipe with all defaults filled in.")
    var effective = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard explain != (recipe != nil) else {
            throw ValidationError("Give a recipe, or --explain.")
        }
    }

    func run() throws {
        let show = Output(json: common.json)
        guard let recipe else {
            show.line(RecipeSchema.explain(key))
            show.object("explained", [("text", RecipeSchema.explain(key))])
            return
        }
        try reporting(common.json) {
            let result = try RecipeReader.read(path: recipe, overrides: overrides)
            for problem in result.problems {
                show.line("\(problem)")
                show.object(
                    "problem",
                    [
                        ("severity", problem.severity.rawValue), ("key", problem.path),
                        ("file", problem.file), ("line", problem.line),
                        ("column", problem.column), ("message", problem.message),
                    ])
            }
            var count = result.errors.count
            if let checked = result.recipe {
                if effective { show.line(checked.yaml()) }
                do {
                    show.line("\(try checked.dataReport())")
                } catch {
                    count += 1
                    show.line("\(recipe): error: \(error)")
                    show.object("problem", [("severity", "error"), ("message", "\(error)")])
                }
            }
            show.object("checked", [("recipe", recipe), ("errors", count)])
            if count > 0 { throw ExitCode(2) }
            show.line("\(recipe): no errors")
        }
    }
}
