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
            var begun: (name: String, store: String)?
            func resumption() -> String? {
                begun.map { common.resumption(of: $0.name, in: $0.store) }
            }
            let summary: TuneSummary
            do {
                summary = try work(stop) { event in
                    if case .run(let name, let folder) = event {
                        begun = (
                            name, URL(fileURLWithPath: folder).deletingLastPathComponent().path
                        )
                    }
                    display.take(event)
                }
            } catch {
                guard let begun, let resumption = resumption() else { throw error }
                throw CommandFailure(
                    cause: error,
                    advice:
                        "\(begun.name) ended here; when that is mended, go on with: \(resumption)")
            }
            let isInterrupted = summary.reason == "interrupted"
            display.finish(summary, resumption: isInterrupted ? resumption() : nil)
            if isInterrupted { throw ExitCode(130) }
        }
    }

    private func work(
        _ stop: StopSwitch, _ observe: (JobEvent) -> Void
    ) throws -> TuneSummary {
        if let from {
            return try OutcomeJob(
                from: from, in: try common.openStore(), overrides: overrides, stopSwitch: stop
            ).perform(observe)
        }
        if let resume {
            let store = try common.openStore()
            guard try store.find(resume).parent == nil else {
                return try OutcomeJob(resuming: resume, in: store, stopSwitch: stop)
                    .perform(observe)
            }
            return try TuneJob(resuming: resume, in: store, stopSwitch: stop).perform(observe)
        }
        return try newJob(stop, observe).perform(observe)
    }

    private func newJob(
        _ stop: StopSwitch, _ observe: (JobEvent) -> Void
    ) throws -> TuneJob {
        let store = common.namedStore.map { ["store=\(TuneJob.quoted($0))"] } ?? []
        let result = try RecipeReader.read(path: recipe ?? "", overrides: overrides + store)
        if result.errors.isEmpty {
            for warning in result.warnings {
                observe(.warning("\(warning)".replacing("warning: ", with: "", maxReplacements: 1)))
            }
        }
        return try TuneJob(result, stopSwitch: stop)
    }
}
