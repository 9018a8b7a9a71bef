import ArgumentParser
import Foundation
import HindsightJobs
import HindsightRecipes
import HindsightRunStore

struct Tune: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fine-tune a pretrained model as a recipe says.",
        discussion: """
            Everything is kept in the run store: a run that was cut off goes on with --resume as if it never \
            had been. With --from and --outcomes a run's model learns from the outcomes that were reported \
            for its predictions; the new model is kept only if held-out data agrees.
            """)

    @Argument(help: "The recipe, a YAML file.")
    var recipe: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Another value for a key of the recipe.", valueName: "key=value"))
    var overrides: [String] = []

    @Option(help: ArgumentHelp("Go on with a run that was cut off.", valueName: "run"))
    var resume: String?

    @Option(help: ArgumentHelp("Start from this run's model.", valueName: "run"))
    var from: String?

    @Flag(help: "Learn from the outcomes reported for the run's predictions.")
    var outcomes = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        let ways = [recipe != nil, resume != nil, from != nil].count { $0 }
        guard ways == 1 else {
            throw ValidationError("Give a recipe, or --resume RUN, or --from RUN --outcomes.")
        }
        if from != nil, !outcomes {
            throw ValidationError("--from RUN needs --outcomes: what to learn from.")
        }
        if recipe == nil, !overrides.isEmpty, from == nil {
            throw ValidationError("A resumed run keeps its recipe; --set is for new runs.")
        }
    }

    func run() throws {
        try reporting(common.json) {
            let stop = Interrupts.stopSwitch()
            var display = TuneDisplay(json: common.json)
            let summary: TuneSummary
            if let recipe {
                let store = common.store.map { ["store=\($0)"] } ?? []
                let result = try RecipeReader.read(path: recipe, overrides: overrides + store)
                for warning in result.warnings { display.take(.warning("\(warning)")) }
                summary = try TuneJob(result, stopSwitch: stop).perform { display.take($0) }
            } else if let resume {
                summary = try TuneJob(
                    resuming: resume, in: try common.openStore(), stopSwitch: stop
                ).perform { display.take($0) }
            } else {
                summary = try OutcomeJob(
                    from: from ?? "last", in: try common.openStore(), overrides: overrides,
                    stopSwitch: stop
                ).perform { display.take($0) }
            }
            display.finish(summary)
            if summary.reason == "interrupted" { throw ExitCode(130) }
        }
    }
}
