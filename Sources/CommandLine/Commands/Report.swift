import ArgumentParser
import Foundation
import HindsightJobs
import HindsightReports
import HindsightRunStore

struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say whether a fine-tuned model transferred: one page.",
        discussion: """
            Measured on the held-out examples: majority class, nearest neighbours, a linear probe, the same \
            trained from scratch, and the fine-tuned model; what a few examples give; the way from the \
            pretrained to the fine-tuned weights; typos and cut-off texts; calibration; the worst class.
            """)

    @Argument(help: ArgumentHelp("The run, or last.", valueName: "run"))
    var runName: String

    @Option(help: "Seeds that are trained, for a deviation.")
    var seeds = 1

    @Flag(
        inversion: .prefixedNo,
        help: "Train the same from scratch; takes as long as the run did.")
    var scratch = true

    @Option(help: ArgumentHelp("Other texts with the same labels.", valueName: "file"))
    var elsewhere: String?

    @Option(help: "The page; transfer.html in the run's folder if not given.")
    var output: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...100).contains(seeds) else {
            throw ValidationError("--seeds needs a number from 1 to 100.")
        }
    }

    func run() throws {
        try reporting(common.json) {
            let store = try common.openStore()
            var options = TransferReportJob.Options()
            options.seeds = seeds
            options.trainsFromScratch = scratch
            options.elsewhere = elsewhere
            let job = try TransferReportJob(run: runName, in: store, options: options)
            var display = TuneDisplay(json: common.json)
            let report = try job.perform { display.take($0) }
            let path = output ?? "\(store.folder(of: job.run))/transfer.html"
            try ReportFile.write(try report.page(of: job.run, in: store).html(), to: path)
            show(report, path)
        }
    }

    private func show(_ report: TransferReport, _ path: String) {
        let output = Output(json: common.json)
        let table = TerminalTable(
            columns: [.init("model"), .init(report.metric, .right), .init("", .right)],
            rows: report.levels.map { level in
                let spread =
                    level.deviation.map { "± \(Numbers.fixed($0, 3)) over \(level.seeds) seeds" }
                    ?? level.low.map {
                        "[\(Numbers.fixed($0, 3)), \(Numbers.fixed(level.high ?? .nan, 3))]"
                    } ?? ""
                return [level.name, Numbers.fixed(level.value, 4), spread]
            })
        for line in table.lines() { output.line(line) }
        output.line(report.verdict)
        for warning in report.warnings { output.line("warning: \(warning)") }
        output.line("report: \(path)")
        output.object("finished", members(report, path))
    }

    private func members(_ report: TransferReport, _ path: String) -> [(String, Any?)] {
        func points(_ points: [TransferReport.Point]) -> [Any?] {
            points.map {
                [("x", $0.x as Any?), ("y", $0.y as Any?), ("deviation", $0.deviation as Any?)]
                    as [(String, Any?)]
            }
        }
        return [
            ("run", report.run), ("report", path), ("metric", report.metric),
            ("dataset", report.dataset), ("count", report.count),
            (
                "levels",
                report.levels.map {
                    (
                        $0.name,
                        [
                            ("value", $0.value as Any?), ("deviation", $0.deviation as Any?),
                            ("low", $0.low as Any?), ("high", $0.high as Any?),
                            ("seeds", $0.seeds as Any?),
                        ] as [(String, Any?)] as Any?
                    )
                } as [(String, Any?)]
            ),
            ("transfer_gain", report.transferGain), ("few_shot", points(report.fewShot)),
            ("few_shot_fresh", points(report.fewShotFresh)), ("blend", points(report.blend)),
            ("blend_elsewhere", points(report.blendElsewhere)), ("typos", points(report.typos)),
            ("truncation", points(report.truncation)),
            ("temperature", report.calibration?.temperature),
            ("ece", report.calibration.map { $0.errors as [Any?] }),
            ("brier", report.calibration.map { $0.brier as [Any?] }),
            ("worst_class", report.classes.first?.name), ("warnings", report.warnings as [Any?]),
        ]
    }
}
