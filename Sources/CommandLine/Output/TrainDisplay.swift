import Foundation
import HindsightJobs
import HindsightLearning
import HindsightReports

/// Shows a training while it runs: a progress line on a terminal, plain lines elsewhere, or JSON.
struct TrainDisplay {
    private let output: Output
    private let plan: TrainPlan
    private var progress: ProgressLine?
    private var name = "train"
    private var latest: ProgressLine.State
    private var done: [UInt64: Int] = [:]
    private var training: [(x: Double, y: Double)] = []
    private var judged: [(x: Double, y: Double)] = []

    init(_ plan: TrainPlan, json: Bool) {
        self.plan = plan
        output = Output(json: json)
        latest = ProgressLine.State(done: 0, total: plan.allSteps * plan.seeds)
    }

    private static var now: Double { ProcessInfo.processInfo.systemUptime }

    mutating func take(_ event: TrainJobEvent) {
        switch event {
        case .run(let name, let folder, _): begin(name, folder)
        case .note(let text):
            say(text)
            output.object("note", [("message", text)])
        case .warning(let text):
            say("warning: \(text)")
            output.object("warning", [("message", text)])
        case .training(let seed, let event): take(event, of: seed)
        case .judged(let seed, let metrics):
            guard plan.seeds > 1 else { return }
            let text = metrics.map { "\(TrainDisplay.words($0.name)) \(Numbers.short($0.value))" }
            say("seed \(seed) at its end: \(text.joined(separator: ", "))")
        }
    }

    private mutating func begin(_ name: String, _ folder: String) {
        self.name = name
        let seeds = plan.seeds > 1 ? ", \(plan.seeds) seeds" : ""
        let before = plan.offline.map { "\(Numbers.count($0.updates)) steps offline, " } ?? ""
        say(
            "\(name): \(plan.algorithm) in \(plan.environment), \(before)\(Numbers.count(plan.steps)) "
                + "steps\(seeds); kept in \(folder)")
        output.object(
            "run",
            [
                ("run", name), ("folder", folder), ("environment", plan.environment),
                ("algorithm", plan.algorithm), ("steps", plan.steps), ("seeds", plan.seeds),
                ("offline", plan.offline?.path), ("offline_steps", plan.offline?.updates),
                ("from", plan.start?.run),
                (
                    "settings",
                    plan.settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value as Any?) }
                ),
            ])
        if !output.json { progress = ProgressLine(label: name, now: TrainDisplay.now) }
    }

    private mutating func say(_ text: String) {
        // Elsewhere than on a terminal it is not in the way.
        if Terminal.current(2).isInteractive { progress?.clear() }
        output.line(text)
        output.flush()
    }

    private mutating func take(_ event: TrainerEvent, of seed: UInt64) {
        switch event {
        case .started(let state): note(state.completed, of: seed)
        case .step(let state, let metrics, _):
            note(state.completed, of: seed)
            latest.loss = metrics["loss"]
            if let mean = metrics["training_return"] {
                training.append((Double(state.completed), mean))
            }
            progress?.update(latest, now: TrainDisplay.now)
        case .evaluated(let evaluation, let isBest): take(evaluation, isBest, of: seed)
        case .checkpointing, .finished: break
        case .checkpointed(let step, let path):
            output.object(
                "checkpoint", [("seed", Int64(clamping: seed)), ("step", step), ("path", path)])
            output.flush()
        }
    }

    private mutating func note(_ completed: Int, of seed: UInt64) {
        done[seed] = completed
        latest.done = done.values.reduce(0, +)
    }

    private mutating func take(_ evaluation: Evaluation, _ isBest: Bool, of seed: UInt64) {
        let metrics = evaluation.metrics
        judged.append((Double(evaluation.step), metrics["mean_return"] ?? .nan))
        latest.metric = metrics["mean_return"].map { ("return", $0) }
        let shown = ["mean_return", "success_rate", "mean_length"].compactMap { name in
            metrics[name].map { "\(TrainDisplay.words(name)) \(Numbers.short($0))" }
        }
        let isStart = plan.start != nil && evaluation.step == 0
        let who = plan.seeds > 1 ? "seed \(seed), " : ""
        say(
            "\(who)step \(evaluation.step): \(shown.joined(separator: ", "))"
                + (isBest ? " (best)" : "")
                + (isStart ? " (the pretrained policy, before the first step)" : ""))
        output.object(
            "evaluation",
            [
                ("seed", Int64(clamping: seed)), ("step", evaluation.step), ("best", isBest),
                ("pretrained", isStart ? true : nil),
                ("metrics", metrics.values.map { ($0.name, $0.value as Any?) }),
            ])
        output.flush()
    }

    /// A metric's name as words.
    static func words(_ name: String) -> String { name.replacing("_", with: " ") }

    /// A measurement with its interval.
    static func text(_ metric: MeasuredMetric) -> String {
        let interval = metric.interval.map {
            " [\(Numbers.short($0.lowerBound)), \(Numbers.short($0.upperBound))]"
        }
        return "\(words(metric.name)) \(Numbers.short(metric.value))\(interval ?? "")"
    }

    /// Measurements as members of a JSON object, and their intervals.
    static func members(
        _ metrics: [MeasuredMetric]
    ) -> (values: [(String, Any?)], intervals: [(String, Any?)]) {
        (
            metrics.map { ($0.name, $0.value as Any?) },
            metrics.compactMap { metric in
                metric.interval.map {
                    (metric.name, [$0.lowerBound as Any?, $0.upperBound as Any?] as Any?)
                }
            }
        )
    }

    /// The end: the learning curve, the last judgement, and what to do next.
    mutating func finish(_ summary: TrainSummary, resumption: String?) {
        progress?.finish(latest, now: TrainDisplay.now)
        progress = nil
        if !output.json { output.line(plot(summary)) }
        output.line("\(summary.run): \(summary.explanation)")
        if !summary.evaluation.isEmpty {
            let over =
                plan.seeds > 1
                ? "interquartile mean of \(plan.seeds) seeds, 95 % interval"
                : "\(plan.finalEpisodes) new episodes of the best policy, 95 % interval"
            output.line("  " + summary.evaluation.map(TrainDisplay.text).joined(separator: ", "))
            output.line("  (\(over))")
        }
        output.line("  \(Numbers.count(Int(summary.stepsPerSecond.rounded()))) steps a second")
        if let report = summary.report { output.line("report: \(report)") }
        output.line(
            resumption.map { "go on with: \($0)" } ?? "watch it with: hindsight play \(summary.run)"
        )
        printObject(summary, resumption)
    }

    private func plot(_ summary: TrainSummary) -> String {
        var curves: [Curve]
        if summary.band.isEmpty {
            curves = [
                Curve(name: "training return", points: training),
                Curve(name: "judged without exploration", points: judged),
            ]
        } else {
            let band = summary.band
            curves = [
                Curve(name: "interquartile mean", points: band.map { (Double($0.step), $0.value) }),
                Curve(name: "95 % from", points: band.map { (Double($0.step), $0.low) }),
                Curve(name: "to", points: band.map { (Double($0.step), $0.high) }),
            ]
        }
        curves.removeAll { $0.points.isEmpty }
        return TerminalPlot(title: "return", xLabel: "environment steps", curves: curves)
            .text(.current(1))
    }

    private func printObject(_ summary: TrainSummary, _ resumption: String?) {
        let (values, intervals) = TrainDisplay.members(summary.evaluation)
        let seeds = summary.seeds.map { seed -> Any? in
            [
                ("seed", Int64(clamping: seed.seed) as Any?), ("steps", seed.steps),
                ("best_step", seed.best?.step),
                ("evaluation", TrainDisplay.members(seed.judged).values),
            ] as [(String, Any?)]
        }
        output.object(
            "finished",
            [
                ("run", summary.run), ("folder", summary.folder), ("reason", summary.reason),
                ("explanation", summary.explanation), ("environment", plan.environment),
                ("algorithm", plan.algorithm), ("steps", plan.steps),
                ("evaluation", values.isEmpty ? nil : values), ("intervals", intervals),
                ("seeds", seeds), ("steps_per_second", summary.stepsPerSecond),
                ("report", summary.report), ("resume", resumption),
            ])
    }
}
