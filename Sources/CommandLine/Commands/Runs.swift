import ArgumentParser
import Foundation
import HindsightReports
import HindsightRunStore

struct Runs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What is in the run store.",
        subcommands: [
            List.self, Show.self, Compare.self, Plot.self, Report.self, RunExport.self,
            Delete.self, Prune.self,
        ], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the runs, the newest first.")

        @Option(help: "At most so many.")
        var limit: Int?

        @OptionGroup var common: CommonOptions

        func run() throws {
            try reporting(common.json) {
                let store = try common.openStore()
                let show = Output(json: common.json)
                let terminal = Terminal.current(1)
                var table = TerminalTable(
                    columns: [
                        .init("run"), .init("status"), .init("task"), .init("result"),
                        .init("took", .right), .init("when"),
                    ])
                for run in try store.runs(limit: limit) {
                    let result = try Runs.result(run, store)
                    table.rows.append([
                        run.name, run.status.rawValue, run.task,
                        result.map { "\($0.name) \(Numbers.fixed($0.value, 3))" } ?? "",
                        Numbers.duration(run.duration), Numbers.moment(run.created),
                    ])
                    show.object(
                        "run",
                        [
                            ("run", run.name), ("status", run.status.rawValue), ("task", run.task),
                            ("parent", run.parent), ("reason", run.reason),
                            ("metric", result?.name), ("value", result?.value),
                            ("seconds", run.duration),
                        ])
                }
                show.line(
                    table.rows.isEmpty
                        ? "no runs yet in \(store.folder)"
                        : table.text(width: terminal.width, unicode: terminal.hasUnicode))
            }
        }
    }

    /// The most telling figure of a run's last evaluation.
    static func result(_ run: Run, _ store: RunStore) throws -> (name: String, value: Double)? {
        guard let last = try store.evaluations(of: run).last else { return nil }
        for name in [
            "accuracy", "subset_accuracy", "pearson", "rmse", "success_rate", "mean_return",
        ] {
            if let value = last.results.metrics[name] { return (name, value.value) }
        }
        return nil
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show all about a run.")

        @Argument(help: "The run: its name, the unique beginning of it, or last.")
        var runName = "last"

        @OptionGroup var common: CommonOptions

        func run() throws {
            try reporting(common.json) {
                let store = try common.openStore()
                let run = try store.find(runName)
                let show = Output(json: common.json)
                let terminal = Terminal.current(1)
                show.line("\(run.name)  \(run.status.rawValue)  \(run.reason ?? "")")
                show.line("task        \(run.task)")
                if let parent = run.parent { show.line("from        \(parent)") }
                show.line(
                    "machine     \(run.machine.processor), \(run.threads) threads, "
                        + "\(run.kernelVariant) kernels")
                show.line("seed        \(run.seed)")
                show.line("predictions \(try store.predictionCount(of: run))")
                var table = TerminalTable(
                    columns: [
                        .init("data"), .init("model"), .init("examples", .right), .init("metric"),
                        .init("value", .right),
                    ])
                for one in try store.evaluations(of: run) {
                    for name in ["accuracy", "f1_macro", "mcc", "ece", "rmse", "pearson"] {
                        guard let value = one.results.metrics[name] else { continue }
                        table.rows.append([
                            one.dataset, one.model, "\(one.results.count)", name,
                            TuneDisplay.interval(value),
                        ])
                    }
                }
                show.line("")
                show.line(table.text(width: terminal.width, unicode: terminal.hasUnicode))
                if let recipe = try store.recipe(of: run) { show.line("\n" + recipe) }
                show.object(
                    "run",
                    [
                        ("run", run.name), ("status", run.status.rawValue), ("reason", run.reason),
                        ("task", run.task), ("parent", run.parent), ("seed", Int(run.seed)),
                        ("folder", store.folder(of: run)), ("kernels", run.kernelVariant),
                        (
                            "evaluations",
                            try store.evaluations(of: run).map { one -> Any? in
                                [
                                    ("dataset", one.dataset as Any?), ("model", one.model),
                                    ("metrics", TuneDisplay.members(one.results.metrics)),
                                ]
                            }
                        ),
                    ])
            }
        }
    }

    struct Compare: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put runs side by side.")

        @Argument(help: "Two runs or more.")
        var names: [String]

        @OptionGroup var common: CommonOptions

        func run() throws {
            try reporting(common.json) {
                let store = try common.openStore()
                let runs = try names.map { try store.find($0) }
                let table = try RunComparison(runs, in: store).table
                let terminal = Terminal.current(1)
                let show = Output(json: common.json)
                show.line(table.text(width: terminal.width, unicode: terminal.hasUnicode))
                for row in table.rows {
                    show.object(
                        "compared",
                        [("name", row.first), ("values", Array(row.dropFirst()) as [Any?])])
                }
            }
        }
    }

    struct Plot: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Draw a run's curves in the terminal.")

        @Argument(help: "The run: its name, the unique beginning of it, or last.")
        var runName = "last"

        @OptionGroup var common: CommonOptions

        func run() throws {
            try reporting(common.json) {
                let store = try common.openStore()
                let run = try store.find(runName)
                let show = Output(json: common.json)
                for name in ["loss", "accuracy", "rmse"] {
                    let curves = try ["train", "validation"].compactMap { split -> Curve? in
                        let values = try store.metrics(of: run, split: split, name: name)
                        guard !values.isEmpty else { return nil }
                        return Curve(
                            name: split, points: values.map { (Double($0.step), $0.value) })
                    }
                    guard !curves.isEmpty else { continue }
                    show.line(
                        TerminalPlot(title: "\(run.name): \(name)", curves: curves).text(
                            .current(1)))
                    for curve in curves {
                        show.object(
                            "curve",
                            [
                                ("metric", name), ("split", curve.name),
                                ("points", curve.points.map { [$0.x, $0.y] as [Any?] } as [Any?]),
                            ])
                    }
                }
            }
        }
    }

    struct Report: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a run's report as one HTML page.")

        @Argument(help: "The run: its name, the unique beginning of it, or last.")
        var runName = "last"

        @Option(help: "The page; report.html in the run's folder if not given.")
        var output: String?

        @OptionGroup var common: CommonOptions

        func run() throws {
            try reporting(common.json) {
                let store = try common.openStore()
                let run = try store.find(runName)
                let path = output ?? "\(store.folder(of: run))/report.html"
                try ReportFile.write(try RunReport(of: run, in: store).html(), to: path)
                Output(json: common.json).line(path)
                Output(json: common.json).object("report", [("run", run.name), ("path", path)])
            }
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a run with its files, predictions and outcomes.")

        @Argument(help: "The run's whole name.")
        var runName: String

        @Flag(help: "Even if it is running or other runs started from it.")
        var force = false

        @OptionGroup var common: CommonOptions

        func run() throws {
            try reporting(common.json) {
                let store = try common.openStore()
                let run = try store.find(runName)
                let bytes = try store.delete(run, force: force)
                let show = Output(json: common.json)
                show.line("\(run.name) is deleted, \(Numbers.bytes(bytes)) freed")
                show.object("deleted", [("run", run.name), ("bytes", bytes)])
            }
        }
    }

    struct Prune: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete files that no run needs to resume or to predict.")

        @Flag(help: "Only say what would be deleted.")
        var dryRun = false

        @OptionGroup var common: CommonOptions

        func run() throws {
            try reporting(common.json) {
                let pruned = try common.openStore().prune(dryRun: dryRun)
                let show = Output(json: common.json)
                for path in pruned.paths { show.line(path) }
                show.line(
                    "\(pruned.paths.count) files, \(Numbers.bytes(pruned.bytes)) "
                        + (dryRun ? "would be freed" : "freed"))
                show.object(
                    "pruned",
                    [
                        ("paths", pruned.paths as [Any?]), ("bytes", pruned.bytes),
                        ("dry_run", dryRun),
                    ])
            }
        }
    }
}
