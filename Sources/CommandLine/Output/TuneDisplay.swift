import Foundation
import HindsightJobs
import HindsightLearning
import HindsightReports
import HindsightRunStore
import HindsightTensors

/// Shows a tuning while it runs: a progress line on a terminal, plain lines elsewhere, or JSON.
struct TuneDisplay {
    private let output: Output
    private var search: SearchDisplay
    private let selection: SelectionDisplay
    private var progress: ProgressLine?
    private var name = "tune"
    private var latest = ProgressLine.State(done: 0)
    private var losses: [(x: Double, y: Double)] = []
    private var validation: [(x: Double, y: Double)] = []

    init(json: Bool) {
        output = Output(json: json)
        search = SearchDisplay(output)
        selection = SelectionDisplay(output)
    }

    private static var now: Double { ProcessInfo.processInfo.systemUptime }

    mutating func take(_ event: JobEvent) {
        switch event {
        case .run(let name, let folder):
            self.name = name
            say("\(name) in \(folder)")
            output.object("run", [("run", name), ("folder", folder)])
        case .note(let text):
            say(text)
            output.object("note", [("message", text)])
        case .warning(let text):
            say("warning: \(text)")
            output.object("warning", [("message", text)])
        case .judged(let evaluation): judged(evaluation)
        case .search(let event): search.take(event)
        case .selection(let event): selection.take(event)
        case .training(let event): training(event)
        }
    }

    private mutating func say(_ text: String) {
        progress?.clear()
        output.line(text)
        output.flush()
    }

    private mutating func judged(_ evaluation: HindsightRunStore.Evaluation) {
        let metrics = evaluation.results.metrics
        let shown = ["accuracy", "subset_accuracy", "f1_macro", "mcc", "rmse", "pearson"].compactMap
        {
            name in metrics[name].map { "\(name) \(TuneDisplay.interval($0))" }
        }
        say(
            "\(evaluation.dataset): \(evaluation.model): "
                + shown.prefix(3).joined(separator: ", ")
                + " (\(evaluation.results.count) examples)")
        output.object(
            "evaluation",
            [
                ("dataset", evaluation.dataset), ("model", evaluation.model),
                ("metrics", TuneDisplay.members(metrics)),
            ])
    }

    static func interval(_ value: HindsightRunStore.Evaluation.Estimate) -> String {
        let number = Numbers.fixed(value.value, 3)
        guard let low = value.low, let high = value.high else { return number }
        return "\(number) [\(Numbers.fixed(low, 3)), \(Numbers.fixed(high, 3))]"
    }

    static func members(
        _ metrics: [String: HindsightRunStore.Evaluation.Estimate]
    ) -> [(String, Any?)] {
        metrics.sorted { $0.key < $1.key }.map { ($0.key, $0.value.value as Any?) }
    }

    private mutating func training(_ event: TrainerEvent) {
        switch event {
        case .started(let state):
            latest = ProgressLine.State(done: state.completed, total: state.total)
            if !output.json { progress = ProgressLine(label: name, now: TuneDisplay.now) }
        case .step(let state, let metrics, _):
            latest.done = state.completed
            latest.loss = metrics["loss"]
            latest.memory = Memory.statistics.peakBytesInUse
            losses.append((Double(state.completed), metrics["loss"] ?? .nan))
            progress?.update(latest, now: TuneDisplay.now)
        case .evaluated(let evaluation, let isBest): evaluated(evaluation, isBest)
        case .checkpointing: break
        case .checkpointed(let step, let path):
            output.object("checkpoint", [("step", step), ("path", path)])
        case .finished:
            progress?.finish(latest, now: TuneDisplay.now)
            progress = nil
        }
    }

    private mutating func evaluated(_ evaluation: HindsightLearning.Evaluation, _ isBest: Bool) {
        guard !evaluation.metrics.values.isEmpty else { return }
        if let first = evaluation.metrics.values.first {
            latest.metric = (first.name, first.value)
            validation.append((Double(evaluation.step), evaluation.metrics["loss"] ?? .nan))
        }
        let text = evaluation.metrics.values.prefix(3).map {
            "\($0.name) \(Numbers.fixed($0.value, 4))"
        }
        say("step \(evaluation.step): \(text.joined(separator: ", "))\(isBest ? " (best)" : "")")
        output.object(
            "validation",
            [
                ("step", evaluation.step), ("best", isBest),
                ("metrics", evaluation.metrics.values.map { ($0.name, $0.value as Any?) }),
            ])
    }

    /// The end: the plot, the table, and what to do next.
    ///
    /// - Parameters:
    ///   - summary: how it ended.
    ///   - resumption: the command that goes on with a run that was interrupted.
    mutating func finish(_ summary: TuneSummary, resumption: String? = nil) {
        if !output.json, losses.count > 1 {
            let curves = [
                Curve(name: "training loss", points: losses).smoothed(window: 9),
                Curve(name: "validation loss", points: validation),
            ]
            output.line(TerminalPlot(title: "loss", curves: curves).text(.current(1)))
        }
        output.line("\(summary.run): \(summary.explanation)")
        if let resumption { output.line("go on with: \(resumption)") }
        for (model, metrics) in summary.test {
            let shown = metrics.values.first { $0.name == "accuracy" } ?? metrics.values.first
            if let shown {
                output.line("  test \(shown.name) \(Numbers.fixed(shown.value, 4))  \(model)")
            }
        }
        if let report = summary.report { output.line("report: \(report)") }
        output.object(
            "finished",
            [
                ("run", summary.run), ("folder", summary.folder), ("reason", summary.reason),
                ("explanation", summary.explanation), ("best", TuneDisplay.list(summary.best)),
                ("test", summary.test.last.map { TuneDisplay.list($0.metrics) }),
                ("tests", summary.test.map { ($0.model, TuneDisplay.list($0.metrics) as Any?) }),
                ("report", summary.report), ("resume", resumption),
                ("search", summary.search.map { $0.settings as [Any?] }),
            ])
    }

    private static func list(_ metrics: Metrics) -> [(String, Any?)] {
        metrics.values.map { ($0.name, $0.value as Any?) }
    }
}
