import Foundation
import HindsightLearning
import HindsightModelFiles
import HindsightReports

/// All that is known of a search, in the run's folder: a search that was cut off goes on from it.
struct SearchJournal: Codable, Sendable {
    static let fileName = "search.json"

    /// What is done.
    var plan: SearchPlan
    /// What was done.
    var trials: [SearchTrial] = []
    /// The time spent, in seconds.
    var seconds = 0.0
    /// What was found; nil before the end.
    var choice: SearchChoice?

    /// The journal of a run; nil if it has none.
    ///
    /// - Throws: `JobError` if the file is broken.
    static func read(from folder: String) throws -> SearchJournal? {
        let path = "\(folder)/\(fileName)"
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        do {
            return try JSONDecoder().decode(SearchJournal.self, from: data)
        } catch {
            throw JobError(
                "\(path) is no journal of a search (\(error)); remove it to search again")
        }
    }

    /// Writes it whole or not at all.
    ///
    /// - Throws: `FileError`.
    func write(to folder: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try AtomicFile.write(
            [UInt8](try encoder.encode(self)), to: "\(folder)/\(SearchJournal.fileName)")
    }

    /// A training's result, if it is done.
    func trial(_ candidate: Int, _ fold: Int) -> SearchTrial? {
        trials.first { $0.candidate == candidate && $0.fold == fold }
    }

    /// The score of each fold of a candidate, the first folds; a training that diverged is the worst.
    func scores(of candidate: Int) -> [Double] {
        let worst = plan.isMaximized ? -Double.infinity : .infinity
        var scores: [Double] = []
        while let trial = trial(candidate, scores.count) { scores.append(trial.score ?? worst) }
        return scores
    }

    // MARK: Choosing

    /// On fewer folds a standard error says too little to prefer what has a worse mean.
    private static let foldsOfRule = 3

    /// What is best by all that was done: judged on the most folds, and by the one-standard-error rule toward
    /// the smaller rate; by the mean alone if there are fewer than three folds.
    func choose(isCut: Bool) -> SearchChoice? {
        let scores = plan.candidates.indices.map(self.scores)
        let most = scores.map(\.count).max() ?? 0
        let compared = scores.indices.filter { scores[$0].count == most }
        guard most > 0 else { return nil }
        let (best, chosen) = OneStandardError.choose(
            compared.map { scores[$0] }, isMaximized: plan.isMaximized
        ) { best in
            most < SearchJournal.foldsOfRule ? [] : smallerRates(compared, than: best)
        }
        let shares = trials.filter { $0.candidate == compared[chosen] }.map(\.bestShare).sorted()
        return SearchChoice(
            candidate: compared[chosen], settings: plan.candidates[compared[chosen]].settings,
            best: compared[best], bestShare: shares[shares.count / 2],
            ranking: ranking(scores), isCut: isCut,
            isAtEnd: plan.rateBeyond(compared[best]) != nil)
    }

    /// Those that differ from the best in nothing but a smaller rate, the smallest first; places in `compared`.
    private func smallerRates(_ compared: [Int], than best: Int) -> [Int] {
        let reference = plan.candidates[compared[best]]
        guard let limit = reference.rate else { return [] }
        return compared.indices.filter { place in
            let candidate = plan.candidates[compared[place]]
            return candidate.rest == reference.rest
                && candidate.rate.map { $0 <= limit } == true
        }.sorted {
            plan.candidates[compared[$0]].rate! < plan.candidates[compared[$1]].rate!
        }
    }

    private func ranking(_ scores: [[Double]]) -> [SearchChoice.Result] {
        let sign = plan.isMaximized ? 1.0 : -1.0
        return scores.indices.filter { !scores[$0].isEmpty }.map { index in
            let mean = OneStandardError.mean(scores[index])
            let error = OneStandardError.standardError(scores[index])
            return SearchChoice.Result(
                candidate: index, name: plan.candidates[index].name,
                rate: plan.candidates[index].rate, folds: scores[index].count,
                mean: mean.isFinite ? mean : nil, standardError: error.isFinite ? error : 0)
        }.sorted {
            ($0.folds, sign * ($0.mean ?? -sign * .infinity))
                > ($1.folds, sign * ($1.mean ?? -sign * .infinity))
        }
    }

    // MARK: Drawing

    /// The score by learning rate, and the range test.
    var charts: [LineChart] {
        var charts: [LineChart] = []
        let curve = Curve(
            name: plan.metric,
            points: (choice?.ranking ?? []).compactMap { result in
                guard let rate = result.rate, let mean = result.mean else { return nil }
                return Curve.Point(
                    log10(rate), mean, low: mean - result.standardError,
                    high: mean + result.standardError)
            }.sorted { $0.x < $1.x })
        if Set(curve.points.map(\.x)).count > 1,
            Set(curve.points.map(\.x)).count == curve.points.count
        {
            var chart = LineChart(
                title: "cross-validated \(plan.metric)", xLabel: "learning rate (power of ten)",
                curves: [curve])
            if let rate = choice?.result?.rate, let mean = choice?.result?.mean {
                chart.mark = (Curve.Point(log10(rate), mean), "chosen \(Numbers.short(rate))")
            }
            charts.append(chart)
        }
        if let test = plan.rangeTest {
            let points = zip(test.rates, test.smoothed).map { (x: log10($0), y: $1) }
            charts.append(
                LineChart(
                    title: "range test: loss", xLabel: "learning rate (power of ten)",
                    curves: [Curve(name: "loss", points: points)]))
        }
        return charts
    }
}
