import ArgumentParser
import Foundation
import HindsightJobs
import HindsightLearning
import HindsightRecipes
import HindsightRunStore

struct Select: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Choose the pretrained model for a recipe's data.",
        discussion: """
            Every model's features of the training examples are scored (LogME, nearest neighbours, a linear \
            probe and more), the best few are fine-tuned for a short time by cross-validation, and the \
            best of these is chosen.

              hindsight select recipe.yaml --models models/a models/b models/c
              hindsight select recipe.yaml --models models/a --over "layers=[2, 4, 6]" --over "pooling=[cls, mean]"
            """)

    @Argument(help: "The recipe, a YAML file.")
    var recipe: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Folders or hub names; the recipe's own if none.", valueName: "model"))
    var models: [String] = []

    @Option(help: ArgumentHelp("Vary this key too.", valueName: "key=[value, …]"))
    var over: [String] = []

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Another value for a key of the recipe.", valueName: "key=value"))
    var overrides: [String] = []

    @Option(help: ArgumentHelp("How many are fine-tuned, or all.", valueName: "count"))
    var confirm = "3"

    @Option(help: ArgumentHelp("Time that the fine-tunes may take.", valueName: "minutes"))
    var minutes: Double?

    @Option(help: ArgumentHelp("Go on with a choice that was cut off.", valueName: "run"))
    var resume: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (recipe == nil) != (resume == nil) else {
            throw ValidationError("Give a recipe, or --resume RUN.")
        }
        guard confirm == "all" || Int(confirm).map({ $0 > 0 }) == true else {
            throw ValidationError("--confirm needs a number above 0, or all.")
        }
        if resume != nil, !overrides.isEmpty || !over.isEmpty || !models.isEmpty || minutes != nil {
            throw ValidationError("A resumed choice keeps its recipe and its models.")
        }
    }

    func run() throws {
        try reporting(common.json) {
            let stop = Interrupts.stopSwitch()
            var display = TuneDisplay(json: common.json)
            let job =
                try resume.map {
                    try SelectJob(resuming: $0, in: try common.openStore(), stopSwitch: stop)
                } ?? newJob(stop)
            let resumption = common.resumption(
                of: job.run.name, in: job.store.folder, command: "select")
            let summary: SelectSummary
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

    private func newJob(_ stop: StopSwitch) throws -> SelectJob {
        var settings = overrides
        if !over.isEmpty {
            settings.append("search.over=[\(over.map(TuneJob.quoted).joined(separator: ", "))]")
        }
        if let minutes { settings.append("search.minutes=\(minutes)") }
        if let store = common.namedStore { settings.append("store=\(TuneJob.quoted(store))") }
        let result = try RecipeReader.read(path: recipe ?? "", overrides: settings)
        var models = models
        if models.isEmpty, let own = result.recipe?.model, case .text(let text) = own.recipeValue {
            models = [result.files["model"] ?? text]
        }
        return try SelectJob(result, models: models, confirmed: Int(confirm), stopSwitch: stop)
    }

    private func finish(_ summary: SelectSummary, _ resumption: String) {
        let output = Output(json: common.json)
        if let recipe = summary.recipe {
            output.line("fine-tune it: hindsight tune \(recipe)")
        } else {
            output.line("interrupted; go on with: \(resumption)")
        }
        if let report = summary.report { output.line("report: \(report)") }
        output.object(
            "finished",
            [
                ("run", summary.run), ("folder", summary.folder),
                ("choice", summary.choice?.result?.name), ("recipe", summary.recipe),
                ("report", summary.report),
                ("resume", summary.choice == nil ? resumption : nil),
            ])
    }
}
