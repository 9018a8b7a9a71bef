import HindsightRunStore

extension RunReport {
    /// The report of a run, from what the store knows.
    ///
    /// - Parameters:
    ///   - dataset: Whose evaluations are shown; that of the last evaluation if nil.
    ///   - metric: What is compared in the summary; the most telling one there is if nil.
    /// - Throws: `StoreError`.
    public init(
        of run: Run, in store: RunStore, dataset: String? = nil, metric: String? = nil
    ) throws {
        let evaluations = try store.evaluations(of: run)
        let shown = evaluations.filter {
            $0.dataset == dataset ?? evaluations.last?.dataset
        }
        let metric =
            metric
            ?? shown.last.flatMap { MetricDirection.mostTelling($0.results.metrics.keys) }
        self.init(
            title: run.name,
            subtitle: [
                run.task, Numbers.moment(run.created), Numbers.duration(run.duration),
                run.reason ?? "",
            ].filter { !$0.isEmpty }.joined(separator: " · "), status: run.status.rawValue)
        curves = try Self.curves(of: run, in: store, best: metric)
        warnings = try store.events(of: run).filter { $0.level == .warning || $0.level == .error }
            .suffix(20).map(\.message)
        if let metric { compare(shown, by: metric) }
        describe(shown)
        settings(of: run)
        recipe = try store.recipe(of: run)
    }

    /// The latest evaluation of each model, in the order the models first appeared.
    private static func latest(_ evaluations: [Evaluation]) -> [Evaluation] {
        var order: [String] = []
        var latest: [String: Evaluation] = [:]
        for evaluation in evaluations {
            if latest[evaluation.model] == nil { order.append(evaluation.model) }
            latest[evaluation.model] = evaluation
        }
        return order.map { latest[$0]! }
    }

    private mutating func compare(_ evaluations: [Evaluation], by metric: String) {
        let latest = Self.latest(evaluations)
        let bars = latest.compactMap { evaluation in
            evaluation.results.metrics[metric].map {
                BarChart.Bar(evaluation.model, $0.value, low: $0.low, high: $0.high)
            }
        }
        guard let last = bars.last, let dataset = latest.last?.dataset else { return }
        summary = BarChart(title: "\(metric) on \(dataset)", bars: bars, emphasizesLast: true)
        let count = latest.last?.results.count ?? 0
        verdict =
            "\(last.name.prefix(1).uppercased() + last.name.dropFirst()) reaches \(metric) \(Numbers.fixed(last.value, 3))"
            + (last.low.map { " [\(Numbers.fixed($0, 3)), \(Numbers.fixed(last.high ?? .nan, 3))]" }
                ?? "") + " on \(Numbers.count(count)) examples of \(dataset)"
        guard bars.count > 1 else {
            verdict += "."
            return
        }
        let before = bars[bars.count - 2]
        verdict += "; \(before.name): \(Numbers.fixed(before.value, 3))."
        let gain =
            MetricDirection.isLowerBetter(metric)
            ? before.value - last.value : last.value - before.value
        if gain < 0 {
            warnings.insert(
                "\(last.name) is worse than \(before.name): \(metric) "
                    + "\(Numbers.fixed(last.value, 3)) against \(Numbers.fixed(before.value, 3)).",
                at: 0)
        }
    }

    private mutating func describe(_ evaluations: [Evaluation]) {
        let latest = Self.latest(evaluations)
        models = latest.map(\.model)
        let names = Set(latest.flatMap(\.results.metrics.keys)).sorted()
        metrics = names.map { name in
            MetricRow(
                name: name, values: latest.map { Self.text($0.results.metrics[name]) })
        }
        guard let results = latest.last?.results else { return }
        warnings += results.remarks
        if !results.classes.isEmpty, !results.confusion.isEmpty {
            let matrix = ConfusionMatrix(classes: results.classes, counts: results.confusion)
            confusion = matrix
            let sums = matrix.counts.map { $0.reduce(0, +) }
            let total = Double(max(1, sums.reduce(0, +)))
            classBalance = BarChart(
                title: "Examples of each class",
                bars: zip(matrix.classes, sums).sorted { $0.1 > $1.1 }.prefix(20).map {
                    BarChart.Bar(
                        $0, Double($1),
                        label: "\(Numbers.count($1))  (\(Numbers.percent(Double($1) / total)))")
                })
        }
        if !results.calibration.isEmpty {
            reliability = ReliabilityDiagram(
                bins: results.calibration.map {
                    .init(confidence: $0.confidence, accuracy: $0.accuracy, count: $0.count)
                })
        }
    }

    private static func text(_ estimate: Evaluation.Estimate?) -> String {
        guard let estimate else { return "–" }
        let value = Numbers.short(estimate.value)
        guard let low = estimate.low, let high = estimate.high else { return value }
        return "\(value) [\(Numbers.short(low)), \(Numbers.short(high))]"
    }

    private mutating func settings(of run: Run) {
        let facts: [(String, String)] = [
            ("task", run.task), ("parent", run.parent ?? ""), ("seed", String(run.seed)),
            ("version", run.softwareVersion), ("recipe", String(run.recipeHash?.prefix(12) ?? "")),
            ("tags", run.tags.joined(separator: ", ")), ("notes", run.notes),
        ]
        hyperparameters = facts.filter { !$0.1.isEmpty }.map { Fact($0.0, $0.1) }
        let computer: [(String, String)] = [
            ("processor", run.machine.processor), ("cores", "\(run.machine.cores)"),
            ("threads", "\(run.threads)"), ("kernels", run.kernelVariant),
            ("memory", Numbers.bytes(Int(clamping: run.machine.memory))),
            ("system", run.machine.system), ("architecture", run.machine.architecture),
            ("host", run.host),
        ]
        machine = computer.filter { !$0.1.isEmpty }.map { Fact($0.0, $0.1) }
    }

    /// A chart for each metric, with a curve for each split.
    private static func curves(of run: Run, in store: RunStore, best: String?) throws
        -> [LineChart]
    {
        let values = try store.metrics(of: run)
        let names = Set(values.map(\.name)).sorted {
            (MetricDirection.telling.reversed().firstIndex(of: $0) ?? -1, $1)
                > (MetricDirection.telling.reversed().firstIndex(of: $1) ?? -1, $0)
        }
        return names.map { name in
            let splits = Dictionary(grouping: values.filter { $0.name == name }, by: \.split)
            var chart = LineChart(title: name, curves: [])
            for split in splits.keys.sorted() {
                let curve = Curve(
                    name: split, points: splits[split]!.map { (Double($0.step), $0.value) })
                let count = curve.points.count
                chart.series.append(
                    count > 60
                        ? .init(curve.smoothed(window: max(5, count / 25)), behind: curve)
                        : .init(curve))
            }
            if name == best,
                let validation = chart.series.first(where: {
                    $0.curve.name == "validation"
                })
            {
                chart.markBest(of: validation.curve, lower: MetricDirection.isLowerBetter(name))
            }
            if chart.series.count == 1 {
                chart.title = "\(chart.series[0].curve.name) \(name)"
            }
            return chart
        }
    }
}

extension LineChart {
    /// Marks a curve's best point.
    mutating func markBest(of curve: Curve, lower: Bool) {
        let finite = curve.points.filter { $0.y.isFinite }
        let best = lower ? finite.min { $0.y < $1.y } : finite.max { $0.y < $1.y }
        guard let best else { return }
        mark = (best, "best \(Numbers.short(best.y))")
    }
}
