import HindsightRunStore

/// Runs side by side.
public struct RunComparison: Sendable {
    /// Attributes and metrics down, runs across.
    public let table: TerminalTable

    /// Compares what the store knows of runs; attributes that are the same in all are left out.
    ///
    /// - Throws: `StoreError`.
    public init(_ runs: [Run], in store: RunStore) throws {
        var rows: [[String]] = [["status"] + runs.map(\.status.rawValue)]
        rows.append(["took"] + runs.map { Numbers.duration($0.duration) })
        let attributes: [(String, (Run) -> String)] = [
            ("task", \.task), ("parent", { $0.parent ?? "–" }), ("seed", { String($0.seed) }),
            ("recipe", { String($0.recipeHash?.prefix(8) ?? "–") }), ("version", \.softwareVersion),
            ("kernels", \.kernelVariant), ("threads", { String($0.threads) }), ("host", \.host),
        ]
        for (name, value) in attributes where Set(runs.map(value)).count > 1 {
            rows.append([name] + runs.map(value))
        }
        let recipes = try runs.map { try store.recipe(of: $0) ?? "" }
        rows += Self.differences(recipes)
        let evaluations = try runs.map { try store.evaluations(of: $0) }
        rows += Self.metricRows(evaluations)
        table = TerminalTable(
            columns: [.init("")] + runs.map { .init($0.name, .right) }, rows: rows)
    }

    /// The lines of recipes that are not in all of them, by what stands before the colon.
    private static func differences(_ recipes: [String]) -> [[String]] {
        let lines = recipes.map { recipe in
            recipe.split(separator: "\n").compactMap { line -> (String, String)? in
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, !line.hasPrefix("#") else { return nil }
                return (String(parts[0]), parts[1].drop { $0 == " " }.description)
            }
        }
        var keys: [String] = []
        for (key, _) in lines.joined() where !keys.contains(key) { keys.append(key) }
        return keys.compactMap { key in
            let values = lines.map { recipe in recipe.last { $0.0 == key }?.1 ?? "–" }
            return Set(values).count > 1 ? ["  " + key] + values : nil
        }
    }

    /// The metrics that are compared; `runs show` and the report have all.
    private static let shown: Set = [
        "accuracy", "subset_accuracy", "f1_macro", "mcc", "auc", "ece", "log_loss", "rmse", "mae",
        "pearson", "spearman",
    ]

    private static func metricRows(_ evaluations: [[Evaluation]]) -> [[String]] {
        var latest = [[String: Evaluation.Estimate]](repeating: [:], count: evaluations.count)
        var keys: [String] = []
        for (index, list) in evaluations.enumerated() {
            for evaluation in list {
                let metrics = evaluation.results.metrics.sorted { $0.key < $1.key }
                for (name, estimate) in metrics where shown.contains(name) {
                    let key = "\(evaluation.dataset) · \(evaluation.model) · \(name)"
                    if latest.allSatisfy({ $0[key] == nil }) { keys.append(key) }
                    latest[index][key] = estimate
                }
            }
        }
        return keys.map { key in
            [key] + latest.map { $0[key].map { Numbers.short($0.value) } ?? "–" }
        }
    }
}
