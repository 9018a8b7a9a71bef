import ArgumentParser
import HindsightJobs

struct ReportOutcome: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outcome",
        abstract: "Report what really happened to something that was predicted.",
        discussion: """
            A file needs the columns id and label; all its rows are taken, or none if any is wrong. \
            Learn from what was reported with: hindsight tune --from RUN --outcomes
            """)

    @Argument(help: "The run that predicted.")
    var runName: String

    @Option(help: "The prediction's id.")
    var id: String?

    @Option(help: "What really happened: a label, or a number for regression.")
    var label: String?

    @Option(help: "A file of outcomes with the columns id and label.")
    var file: String?

    @Option(help: "Who or what says so.")
    var source: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (file == nil) != (id == nil), (id == nil) == (label == nil) else {
            throw ValidationError("Give --id and --label, or --file.")
        }
    }

    func run() throws {
        try reporting(common.json) {
            let job = try ReportOutcomesJob(run: runName, in: try common.openStore())
            var count = 1
            if let file {
                count = try job.report(file: file, source: source)
            } else if let id, let label {
                try job.report(id: id, outcome: label, source: source)
            }
            let show = Output(json: common.json)
            show.line("\(count) outcome\(count == 1 ? "" : "s") kept for \(job.run.name)")
            show.object("outcomes", [("run", job.run.name), ("count", count)])
        }
    }
}
