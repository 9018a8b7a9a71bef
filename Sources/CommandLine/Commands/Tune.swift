import ArgumentParser
import Foundation
import HindsightJobs
import HindsightLearning
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
            if let from {
                let job = try OutcomeJob(
                    from: from, in: try common.openStore(), overrides: overrides, stopSwitch: stop)
                try end(try job.perform { display.take($0) }, nil, &display)
                return
            }
            let job = try makeJob(stop) { display.take($0) }
            let resumption = common.resumption(of: job.run.name, in: job.store.folder)
            let summary: TuneSummary
            do {
                summary = try job.perform { display.take($0) }
            } catch {
                throw CommandFailure(
                    cause: error,
                    advice:
                        "\(job.run.name) ended here; when that is mended, go on with: \(resumption)"
                )
            }
            try end(summary, resumption, &display)
        }
    }

    private func makeJob(
        _ stop: StopSwitch, _ observe: (JobEvent) -> Void
    ) throws -> TuneJob {
        if let resume {
            return try TuneJob(resuming: resume, in: try common.openStore(), stopSwitch: stop)
        }
        let store = common.namedStore.map { ["store=\(TuneJob.quoted($0))"] } ?? []
        let result = try RecipeReader.read(path: recipe ?? "", overrides: overrides + store)
        for warning in result.warnings { observe(.warning("\(warning)")) }
        return try TuneJob(result, stopSwitch: stop)
    }

    private func end(
        _ summary: TuneSummary, _ resumption: String?, _ display: inout TuneDisplay
    ) throws {
        let isInterrupted = summary.reason == "interrupted"
        display.finish(summary, resumption: isInterrupted ? resumption : nil)
        if isInterrupted { throw ExitCode(130) }
    }
}
