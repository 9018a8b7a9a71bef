import ArgumentParser
import HindsightJobs
import HindsightModels
import HindsightReports
import HindsightRunStore

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Judge a run's model on other data, or a run's policy by episodes, with intervals.")

    @Argument(help: "The run: its name, the unique beginning of it, or last.")
    var runName: String

    @Option(help: "A file with the columns of the run's recipe, or a folder of texts.")
    var data: String?

    @Option(help: "Leave out so many of the data's first examples.")
    var skip = 0

    @Option(help: "How many episodes to play, for the policy of a training.")
    var episodes: Int?

    @Option(help: "Where the episodes' start states come from.")
    var seed: UInt64?

    @Option(help: "The numbers to predict with; int8 is faster and a little less exact.")
    var precision = InferencePrecision.float32

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if skip < 0 { throw ValidationError("--skip must not be negative.") }
        if let episodes, !(1...1_000_000).contains(episodes) {
            throw ValidationError("--episodes is a whole number from 1 to 1000000.")
        }
        if data != nil, episodes != nil || seed != nil {
            throw ValidationError("--data judges a model, --episodes and --seed a policy.")
        }
    }

    func run() throws {
        try reporting(common.json) {
            let store = try common.openStore()
            if try PolicyJob.isTraining(runName, in: store) {
                try evaluatePolicy(store)
                return
            }
            guard let data else {
                throw JobError(
                    "what to judge \(runName) on is missing; give a file of texts with --data")
            }
            let job = try EvaluateJob(run: runName, in: store)
            let (evaluation, _) = try job.evaluate(data, skipping: skip, precision: precision)
            let results = evaluation.results
            let show = Output(json: common.json)
            let terminal = Terminal.current(1)
            show.line("\(job.run.name) on \(evaluation.dataset): \(results.count) examples")
            let rows = results.metrics.sorted { $0.key < $1.key }.map { name, value in
                [
                    name, Numbers.short(value.value), value.low.map { Numbers.short($0) } ?? "",
                    value.high.map { Numbers.short($0) } ?? "",
                ]
            }
            let table = TerminalTable(
                columns: [
                    .init("metric"), .init("value", .right), .init("95 % from", .right),
                    .init("to", .right),
                ], rows: rows)
            show.line(table.text(width: terminal.width, unicode: terminal.hasUnicode))
            if !results.confusion.isEmpty {
                let matrix = ConfusionMatrix(classes: results.classes, counts: results.confusion)
                show.line("\nconfusion (rows: what is true, columns: what was predicted)")
                show.line(matrix.table.text(width: terminal.width, unicode: terminal.hasUnicode))
            }
            if !results.calibration.isEmpty {
                let bins = results.calibration.map {
                    ReliabilityDiagram.Bin(
                        confidence: $0.confidence, accuracy: $0.accuracy, count: $0.count)
                }
                show.line("\ncalibration")
                show.line(
                    ReliabilityDiagram(bins: bins).table.text(
                        width: terminal.width, unicode: terminal.hasUnicode))
            }
            show.object(
                "evaluation",
                [
                    ("run", job.run.name), ("dataset", evaluation.dataset),
                    ("count", results.count), ("metrics", TuneDisplay.members(results.metrics)),
                    (
                        "intervals",
                        results.metrics.sorted { $0.key < $1.key }.map {
                            ($0.key, [$0.value.low as Any?, $0.value.high as Any?] as Any?)
                        }
                    ), ("classes", results.classes as [Any?]),
                    ("confusion", results.confusion.map { $0 as [Any?] } as [Any?]),
                ])
        }
    }

    private func evaluatePolicy(_ store: RunStore) throws {
        guard data == nil else {
            throw JobError("\(runName) learnt to act; judge it with --episodes N instead of --data")
        }
        guard precision == .float32 else {
            throw JobError("\(runName) learnt to act; --precision int8 is for models of texts")
        }
        let count = episodes ?? 100
        let job = try PolicyJob(run: runName, in: store)
        let measured = try job.evaluate(episodes: count, seed: seed)
        let show = Output(json: common.json)
        let plan = job.policy.plan
        show.line("\(job.run.name): \(plan.algorithm) in \(plan.environment), \(count) episodes")
        for metric in measured { show.line("  " + TrainDisplay.text(metric)) }
        let (values, intervals) = TrainDisplay.members(measured)
        show.object(
            "evaluation",
            [
                ("run", job.run.name), ("environment", plan.environment), ("count", count),
                ("metrics", values), ("intervals", intervals),
            ])
    }
}
