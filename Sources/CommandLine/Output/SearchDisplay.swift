import Foundation
import HindsightJobs
import HindsightReports

/// Shows a search for settings while it runs.
struct SearchDisplay {
    private let output: Output
    private var progress: ProgressLine?

    init(_ output: Output) { self.output = output }

    private static var now: Double { ProcessInfo.processInfo.systemUptime }

    mutating func take(_ event: SearchEvent) {
        switch event {
        case .planned(let plan, let done): planned(plan, done)
        case .widened(let plan): widened(plan)
        case .trial(let trial, let plan, let done): tried(trial, plan, done)
        case .chosen(let choice, let plan): chosen(choice, plan)
        }
    }

    private mutating func planned(_ plan: SearchPlan, _ done: Int) {
        let passes = plan.epochs.map { " of \($0) \($0 == 1 ? "pass" : "passes")" } ?? ""
        output.line(
            "search: \(plan.candidates.count) candidates, \(plan.folds) folds of "
                + "\(Numbers.count(plan.rows)) examples, up to \(plan.trainings) trainings\(passes), "
                + "about \(Numbers.duration(plan.estimate))")
        if !plan.cuts.isEmpty {
            output.line(
                "to fit \(Numbers.duration(plan.budget)) (search.minutes): "
                    + plan.cuts.joined(separator: ", "))
        }
        if let test = plan.rangeTest, !output.json, test.rates.count > 1 {
            let points = zip(test.rates, test.smoothed).map { (x: log10($0), y: $1) }
            output.line(
                TerminalPlot(
                    title: "range test: loss by learning rate", xLabel: "power of ten",
                    curves: [Curve(name: "loss", points: points)]
                ).text(.current(1), height: 8))
        }
        output.object(
            "search",
            [
                ("candidates", plan.candidates.map(\.name) as [Any?]), ("folds", plan.folds),
                ("rows", plan.rows), ("trainings", plan.trainings), ("epochs", plan.epochs),
                ("seconds", plan.estimate), ("done", done),
            ])
        if !output.json {
            progress =
                progress
                ?? ProgressLine(label: "search", unit: "trainings", now: SearchDisplay.now)
        }
        output.flush()
    }

    private mutating func widened(_ plan: SearchPlan) {
        progress?.clear()
        guard let added = plan.candidates.last else { return }
        output.line("the best rate so far is the last one tried: \(added.name) is tried as well")
        output.object("widened", [("candidate", added.name), ("trainings", plan.trainings)])
        output.flush()
    }

    private mutating func tried(_ trial: SearchTrial, _ plan: SearchPlan, _ done: Int) {
        progress?.clear()
        let score = trial.score.map { "\(plan.metric) \(Numbers.fixed($0, 4))" } ?? trial.reason
        output.line(
            "\(plan.candidates[trial.candidate].name), fold \(trial.fold + 1): \(score) "
                + "(\(Numbers.duration(trial.seconds)))")
        output.object(
            "trial",
            [
                ("candidate", plan.candidates[trial.candidate].name), ("fold", trial.fold + 1),
                ("metric", plan.metric), ("score", trial.score), ("steps", trial.steps),
                ("seconds", trial.seconds), ("reason", trial.reason),
            ])
        progress?.update(
            ProgressLine.State(done: done, total: plan.trainings), now: SearchDisplay.now)
        output.flush()
    }

    private mutating func chosen(_ choice: SearchChoice, _ plan: SearchPlan) {
        progress?.clear()
        progress = nil
        table(choice, plan)
        plot(choice, plan)
        if choice.isCut { output.line("the time was over before every training was done") }
        let best = choice.ranking.first { $0.candidate == choice.best }
        if choice.best != choice.candidate, let best {
            output.line(
                "\(best.name) has the best mean; the smaller rate is within one standard error of it"
            )
        }
        if let result = choice.result { output.line("chosen: \(result.name)") }
        if choice.isAtEnd {
            output.line(
                "no rate beyond it was tried, a better one may lie there: give the search more time "
                    + "(search.minutes), or name rates in search.over")
        }
        output.object(
            "chosen",
            [
                ("settings", choice.settings as [Any?]), ("cut", choice.isCut),
                ("at_end", choice.isAtEnd),
                ("metric", plan.metric), ("mean", choice.result?.mean),
                ("standard_error", choice.result?.standardError),
            ])
    }

    private func table(_ choice: SearchChoice, _ plan: SearchPlan) {
        let table = TerminalTable(
            columns: [
                .init(""), .init("candidate"), .init("folds", .right),
                .init(plan.metric, .right), .init("standard error", .right),
            ],
            rows: choice.ranking.map { result in
                [
                    result.candidate == choice.candidate ? "*" : "", result.name,
                    "\(result.folds)", result.mean.map { Numbers.fixed($0, 4) } ?? "diverged",
                    Numbers.fixed(result.standardError, 4),
                ]
            })
        for line in table.lines() { output.line(line) }
    }

    private func plot(_ choice: SearchChoice, _ plan: SearchPlan) {
        let points = choice.ranking.compactMap { result -> (x: Double, y: Double)? in
            guard let rate = result.rate, let mean = result.mean else { return nil }
            return (log10(rate), mean)
        }.sorted { $0.x < $1.x }
        guard !output.json, points.count > 2, Set(points.map(\.x)).count == points.count else {
            return
        }
        output.line(
            TerminalPlot(
                title: "\(plan.metric) by learning rate", xLabel: "power of ten",
                curves: [Curve(name: plan.metric, points: points)]
            ).text(.current(1), height: 8))
    }
}
