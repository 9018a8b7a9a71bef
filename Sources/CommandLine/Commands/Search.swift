import ArgumentParser
import Foundation
import HindsightJobs
import HindsightRecipes
import HindsightRunStore

struct Search: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find a recipe's settings by cross-validation.",
        discussion: """
            What is varied stands in the recipe, or after --over; without either it is the learning rate. \
            Candidates are judged on more and more folds, and the worse half is dropped each time; of \
            those within one standard error of the best the smallest learning rate is chosen. The search \
            keeps to search.minutes.

              hindsight search recipe.yaml
              hindsight search recipe.yaml --over "optimizer.learning_rate=auto" --over "batch_size=[16, 32]"
            """)

    @Argument(help: "The recipe, a YAML file.")
    var recipe: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Another value for a key of the recipe.", valueName: "key=value"))
    var overrides: [String] = []

    @Option(help: ArgumentHelp("Vary this key.", valueName: "key=[value, …]"))
    var over: [String] = []

    @Option(help: ArgumentHelp("Time that the search may take.", valueName: "minutes"))
    var minutes: Double?

    @Option(help: ArgumentHelp("Go on with a search that was cut off.", valueName: "run"))
    var resume: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (recipe == nil) != (resume == nil) else {
            throw ValidationError("Give a recipe, or --resume RUN.")
        }
        if resume != nil, !overrides.isEmpty || !over.isEmpty || minutes != nil {
            throw ValidationError("A resumed search keeps its recipe and its plan.")
        }
    }

    func run() throws {
        try reporting(common.json) {
            let stop = Interrupts.stopSwitch()
            var display = TuneDisplay(json: common.json)
            let job =
                try resume.map {
                    try SearchJob(resuming: $0, in: try common.openStore(), stopSwitch: stop)
                } ?? SearchJob(read(), stopSwitch: stop)
            let resumption = common.resumption(
                of: job.run.name, in: job.store.folder, command: "search")
            let summary: SearchSummary
            do {
                summary = try job.perform { display.take($0) }
            } catch {
                throw CommandFailure(
                    cause: error,
                    advice:
                        "\(job.run.name) ended here; when that is mended, go on with: \(resumption)"
                )
            }
            finish(summary, resumption)
            if summary.choice == nil { throw ExitCode(130) }
        }
    }

    private func read() throws -> RecipeReadResult {
        var settings = overrides
        if !over.isEmpty {
            settings.append("search.over=[\(over.map(TuneJob.quoted).joined(separator: ", "))]")
        }
        if let minutes { settings.append("search.minutes=\(minutes)") }
        if let store = common.namedStore { settings.append("store=\(TuneJob.quoted(store))") }
        return try RecipeReader.read(path: recipe ?? "", overrides: settings)
    }

    private func finish(_ summary: SearchSummary, _ resumption: String) {
        let output = Output(json: common.json)
        if let recipe = summary.recipe {
            output.line("fine-tune with it: hindsight tune \(recipe)")
        } else {
            output.line("interrupted; go on with: \(resumption)")
        }
        if let report = summary.report { output.line("report: \(report)") }
        output.object(
            "finished",
            [
                ("run", summary.run), ("folder", summary.folder),
                ("settings", summary.choice.map { $0.settings as [Any?] }),
                ("recipe", summary.recipe), ("report", summary.report),
                ("resume", summary.choice == nil ? resumption : nil),
            ])
    }
}
