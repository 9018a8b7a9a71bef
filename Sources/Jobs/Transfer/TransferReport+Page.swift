import HindsightReports
import HindsightRunStore

extension TransferReport {
    /// The report as a page: what the run's own page has, and what was measured here.
    ///
    /// - Throws: `StoreError`.
    public func page(of run: Run, in store: RunStore) throws -> RunReport {
        var page = try RunReport(of: run, in: store, dataset: dataset)
        page.title = "Did \(run.name) transfer?"
        page.verdict = verdict
        page.warnings = warnings
        page.summary = BarChart(
            title: "\(metric) on \(dataset)",
            bars: levels.map { level in
                BarChart.Bar(
                    level.seeds > 1 ? "\(level.name) (\(level.seeds) seeds)" : level.name,
                    level.value, low: level.low ?? level.deviation.map { level.value - $0 },
                    high: level.high ?? level.deviation.map { level.value + $0 })
            }, emphasizesLast: true)
        page.curves = charts + page.curves
        if let journal = try SearchJournal.read(from: store.folder(of: run)) {
            page.curves += journal.charts
        }
        page.hyperparameters += facts
        return page
    }

    private var charts: [LineChart] {
        var charts: [LineChart] = []
        func chart(_ title: String, _ label: String, _ curves: [(String, [Point])]) {
            let drawn = curves.filter { !$0.1.isEmpty }.map { name, points in
                Curve(
                    name: name,
                    points: points.map { point in
                        Curve.Point(
                            point.x, point.y, low: point.deviation.map { point.y - $0 },
                            high: point.deviation.map { point.y + $0 })
                    })
            }
            guard !drawn.isEmpty else { return }
            charts.append(LineChart(title: title, xLabel: label, curves: drawn))
        }
        chart(
            "accuracy with few examples", "examples a class",
            [("pretrained", fewShot), ("from scratch", fewShotFresh)])
        chart(
            "\(metric) between pretrained and fine-tuned", "share of fine-tuning",
            [(dataset, blend), (elsewhere ?? "elsewhere", blendElsewhere)])
        chart("\(metric) with typos", "share of letters", [("typos", typos)])
        chart(
            "\(metric) of cut-off texts", "share of words that is left", [("words", truncation)])
        return charts
    }

    private var facts: [RunReport.Fact] {
        var facts: [RunReport.Fact] = []
        if let gain = transferGain { facts.append(.init("transfer gain", Numbers.short(gain))) }
        if let calibration {
            facts.append(.init("temperature", Numbers.fixed(calibration.temperature, 2)))
            facts.append(
                .init(
                    "calibration error before, after",
                    calibration.errors.map { Numbers.fixed($0, 3) }.joined(separator: ", ")))
            facts.append(
                .init(
                    "Brier score before, after",
                    calibration.brier.map { Numbers.fixed($0, 3) }.joined(separator: ", ")))
        }
        if let worst = classes.first {
            facts.append(
                .init("worst class", "\(worst.name): F1 \(Numbers.fixed(worst.f1, 3))"))
        }
        if let saved = examplesSaved { facts.append(.init("examples saved", saved)) }
        for (name, seconds) in seconds.sorted(by: { $0.key < $1.key }) {
            facts.append(.init("time of the \(name)", Numbers.duration(seconds)))
        }
        return facts
    }

    /// How many examples a class a probe on fresh features needs for what the pretrained ones give with one.
    private var examplesSaved: String? {
        guard let first = fewShot.first, let last = fewShotFresh.last else { return nil }
        if let enough = fewShotFresh.first(where: { $0.y >= first.y }) {
            return enough.x > first.x
                ? "\(Int(enough.x - first.x)) a class: fresh features need \(Int(enough.x)) for what "
                    + "pretrained ones give with \(Int(first.x))" : nil
        }
        return
            "more than \(Int(last.x - first.x)) a class: fresh features with \(Int(last.x)) stay below "
            + "pretrained ones with \(Int(first.x))"
    }
}
