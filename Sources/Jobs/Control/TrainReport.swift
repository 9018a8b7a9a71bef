import HindsightReports
import HindsightRunStore

/// The report of a training in the run's folder.
struct TrainReport {
    /// What the last judgement is called in the store.
    static let dataset = "last judgement"
    private let summary: TrainSummary
    private let run: Run
    private let store: RunStore

    init(_ summary: TrainSummary, _ run: Run, _ store: RunStore) {
        self.summary = summary
        self.run = run
        self.store = store
    }

    /// Writes it.
    ///
    /// - Returns: the file's path.
    func write() throws -> String {
        let path = "\(summary.folder)/report.html"
        let metric = try summary.plan.hasGoals() ? "success_rate" : "mean_return"
        var report = try RunReport(
            of: try store.find(run.name), in: store, dataset: Self.dataset, metric: metric)
        report.verdict = verdict
        if !summary.band.isEmpty {
            var chart = LineChart(
                title:
                    "mean return: interquartile mean of \(summary.seeds.count) seeds, 95 % interval",
                curves: [])
            chart.series = [
                .init(
                    Curve(
                        name: "interquartile mean",
                        points: summary.band.map {
                            Curve.Point(Double($0.step), $0.value, low: $0.low, high: $0.high)
                        }))
            ]
            report.curves.insert(chart, at: 0)
        }
        try ReportFile.write(report.html(), to: path)
        return path
    }

    private var verdict: String {
        let plan = summary.plan
        let parts = summary.evaluation.filter { $0.name != "mean_length" }.map { metric in
            let name = metric.name.replacing("_", with: " ")
            let interval = metric.interval.map {
                " [\(Numbers.short($0.lowerBound)), \(Numbers.short($0.upperBound))]"
            }
            return "\(name) \(Numbers.short(metric.value))\(interval ?? "")"
        }
        let steps = Numbers.count(plan.allSteps)
        return "\(plan.algorithm) in \(plan.environment) after \(steps) steps: "
            + parts.joined(separator: ", ")
            + (plan.seeds == 1
                ? " over \(Numbers.count(plan.finalEpisodes)) episodes."
                : ", interquartile mean of \(plan.seeds) seeds.")
    }
}
