import ArgumentParser
import Foundation
import HindsightJobs
import HindsightLearning
import HindsightReports
import HindsightRunStore

struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say whether a fine-tuned model or a policy transferred: one page.",
        discussion: """
            Measured on the held-out examples: majority class, nearest neighbours, a linear probe, the same \
            trained from scratch, and the fine-tuned model; what a few examples give; the way from the \
            pretrained to the fine-tuned weights; typos and cut-off texts; calibration; the worst class.

            Trainings of agents are compared by their learning curves with --against: jump-start, \
            asymptotic gain, time to a threshold, transfer ratio and the first dip, with intervals over seeds.
            """)

    @Argument(
        help: ArgumentHelp(
            "The run, or last; several trainings of agents count together.", valueName: "run"))
    var runNames: [String]

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Trainings from scratch that the curves of trained agents are compared with.",
            valueName: "run"))
    var against: [String] = []

    @Option(help: "With --against: the return or success rate that the time to is measured.")
    var threshold: Double?

    @Option(help: "With --against: mean_return or success_rate.")
    var metric: String?

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
        guard runNames.count == 1 || !against.isEmpty else {
            throw ValidationError("Several runs are for --against RUN.")
        }
        guard !against.isEmpty || (threshold == nil && metric == nil) else {
            throw ValidationError("--threshold and --metric are for --against RUN.")
        }
        guard metric == nil || ["mean_return", "success_rate"].contains(metric) else {
            throw ValidationError("--metric is mean_return or success_rate.")
        }
    }

    func run() throws {
        try reporting(common.json) {
            let store = try common.openStore()
            guard against.isEmpty else {
                try comparePolicies(in: store)
                return
            }
            var options = TransferReportJob.Options()
            options.seeds = seeds
            options.trainsFromScratch = scratch
            options.elsewhere = elsewhere
            let job = try TransferReportJob(run: runNames[0], in: store, options: options)
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

extension Report {
    /// Trainings of agents beside others.
    private func comparePolicies(in store: RunStore) throws {
        let job = try PolicyTransferJob(runs: runNames, against: against, in: store)
        let result = try job.perform(metric: metric, threshold: threshold)
        let run = job.transfer[0]
        let path = self.output ?? "\(store.folder(of: run))/transfer.html"
        try ReportFile.write(try result.page(of: run, in: store).html(), to: path)
        let output = Output(json: common.json)
        let table = TerminalTable(
            columns: [.init("measure"), .init("value", .right), .init("95 % interval", .right)],
            rows: result.rows)
        for line in table.lines() { output.line(line) }
        output.line(result.verdict)
        for warning in result.warnings { output.line("warning: \(warning)") }
        output.line("report: \(path)")
        output.object("finished", members(result, path))
    }

    /// Numbers that are infinite, since something never happened, are null.
    private func members(_ result: PolicyTransfer, _ path: String) -> [(String, Any?)] {
        func finite(_ value: Double) -> Any? { value.isFinite ? value : nil }
        let measures = CurveTransfer.Measure.allCases.compactMap { measure in
            result.measured.estimates[measure].map { estimate in
                (
                    measure.rawValue,
                    [
                        ("value", finite(estimate.value)),
                        ("low", finite(estimate.interval.lowerBound)),
                        ("high", finite(estimate.interval.upperBound)),
                    ] as [(String, Any?)] as Any?
                )
            }
        }
        return [
            ("runs", result.runs as [Any?]), ("against", result.against as [Any?]),
            ("report", path), ("metric", result.metric), ("threshold", result.measured.threshold),
            ("floor", result.measured.floor), ("effect", result.measured.effect?.rawValue),
            ("source_steps", result.sourceSteps), ("measures", measures),
            ("seeds", result.measured.transfer.seeds.count),
            ("seeds_against", result.measured.scratch.seeds.count),
            ("warnings", result.warnings as [Any?]),
        ]
    }
}
