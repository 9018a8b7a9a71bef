// What keys have to do with each other.

extension RecipeDraft {
    /// Checks keys against each other, as far as their values are known.
    mutating func checkTogether() {
        checkMetric()
        checkTarget("stop.at_least", for: true)
        checkTarget("stop.at_most", for: false)
        checkFractions()
        checkSplitFiles()
        checkColumns()
        checkLearningRate()
        checkRegularization()
    }

    /// A key's value as its Swift type; nil if it is missing or broken.
    func known<Value>(_ key: Key<Value>) -> Value? {
        values.values[key.description.path].flatMap(Value.init(recipeValue:))
    }

    private mutating func checkMetric() {
        guard let metric = known(Recipe.Stop.Keys.metric), let task = known(Recipe.Keys.task),
            !metric.tasks.contains(task)
        else { return }
        let names = Recipe.Metric.allCases.filter { $0.tasks.contains(task) }.map(\.rawValue)
        report(
            "stop.metric",
            "expected a metric of \(task.rawValue) (\(names.joined(separator: ", "))), "
                + "found \(metric.rawValue)")
    }

    private mutating func checkTarget(_ path: String, for maximized: Bool) {
        guard case .number(let target)? = values.values[path],
            let metric = known(Recipe.Stop.Keys.metric)
        else { return }
        let name = metric.rawValue
        if metric.isMaximized != maximized {
            let better = maximized ? "smaller" : "greater"
            let other = maximized ? "stop.at_most" : "stop.at_least"
            report(path, "\(name) is better when \(better); use \(other)")
        } else if !metric.range.contains(target) {
            let range = "\(format(metric.range.lowerBound)) and \(format(metric.range.upperBound))"
            let perCent = metric.range == 0...1 && target > 1 && target <= 100
            report(
                path,
                metric.range.upperBound.isFinite
                    ? "\(name) lies between \(range), found \(format(target))"
                        + (perCent ? "; for per cent write \(format(target / 100))" : "")
                    : "\(name) is never negative, found \(format(target))")
        }
    }

    private mutating func checkFractions() {
        guard case .fraction(let validation)? = known(Recipe.Data.Keys.validation),
            case .fraction(let test)?? = known(Recipe.Data.Keys.test), validation + test >= 1
        else { return }
        let path = given["data.test"] == nil ? "data.validation" : "data.test"
        report(
            path,
            "data.validation and data.test take \(format(validation)) + \(format(test)) of the "
                + "examples and leave none for training; make them less than 1 together")
    }

    private mutating func checkSplitFiles() {
        guard let train = known(Recipe.Data.Keys.train) else { return }
        var owners = [train: "data.train"]
        for path in ["data.validation", "data.test"] {
            guard case .text(let file)? = values.values[path] else { continue }
            if let owner = owners[file] {
                report(
                    path,
                    "the same file as \(owner), so it would measure what was learned by heart; "
                        + "give another file, or a fraction such as 0.1")
            } else {
                owners[file] = path
            }
        }
    }

    private mutating func checkColumns() {
        var owners: [String: String] = [:]
        for path in ["data.text", "data.pair", "data.label", "data.weight", "data.id"] {
            guard case .text(let column)? = values.values[path] else { continue }
            if let owner = owners[column] {
                report(
                    given[path] == nil ? owner : path,
                    "the same column \(shown(column)) as \(given[path] == nil ? path : owner); "
                        + "name two columns")
            } else {
                owners[column] = path
            }
        }
    }

    private mutating func checkLearningRate() {
        checkAdapterRate()
        guard let rate = known(Recipe.Optimizer.Keys.learningRate), rate > 1e-3,
            let method = known(Recipe.Keys.method), method == .full || method == .lpft,
            known(Recipe.Optimizer.Keys.name) != .sgd, given["optimizer.learning_rate"] != nil
        else { return }
        report(
            "optimizer.learning_rate",
            "\(format(rate)) is far above what method \(method.rawValue) bears, usually 1e-5 to "
                + "1e-4; the model is likely to forget what it knows",
            severity: .warning)
    }

    /// A rate for whole weights, as a recipe for method full has, leaves adapters nearly as they were.
    private mutating func checkAdapterRate() {
        guard let rate = known(Recipe.Optimizer.Keys.learningRate), rate < 1.5e-4,
            known(Recipe.Keys.method) == .lora, known(Recipe.Optimizer.Keys.name) != .sgd,
            given["optimizer.learning_rate"] != nil
        else { return }
        report(
            "optimizer.learning_rate",
            "\(format(rate)) is far below what method lora needs, usually 2e-4 to 2e-3; the adapters "
                + "will hardly learn",
            severity: .warning)
    }
}
