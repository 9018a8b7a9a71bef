import Foundation
import HindsightDatasets
import HindsightLearning
import HindsightRecipes
import HindsightRunStore
import HindsightTensors

/// Finds a recipe's settings by cross-validation over its training examples: a range test for the bracket of
/// learning rates, then successive halving over the folds, trainings side by side on the cores.
///
/// Validation and test examples have no part in it.
struct TextSearch {
    let recipe: Recipe
    let split: TextSplit
    let places: ModelPlaces
    let store: RunStore
    let run: Run
    let stopSwitch: StopSwitch
    /// What to choose from; nil for what the recipe says.
    private let given: [SearchPlan.Candidate]?
    private let begin = ContinuousClock.now

    /// Steps of the range test.
    private static let rangeSteps = 60
    /// How far the range test reaches below and above the usual rate.
    private static let rangeReach = 300.0

    init(
        _ recipe: Recipe, _ split: TextSplit, _ places: ModelPlaces, _ store: RunStore, _ run: Run,
        _ stopSwitch: StopSwitch, candidates: [SearchPlan.Candidate]? = nil
    ) throws {
        given = candidates
        self.recipe = recipe
        self.split = split
        self.places = places
        self.store = store
        self.run = run
        self.stopSwitch = stopSwitch
    }

    private var folder: String { store.folder(of: run) }

    /// Searches, or goes on with a search that was cut off.
    ///
    /// - Returns: what was found; nil if it was interrupted.
    /// - Throws: what a training throws, `JobError` if none learnt anything.
    func perform(_ observe: (JobEvent) -> Void) throws -> SearchChoice? {
        var journal: SearchJournal
        if let known = try SearchJournal.read(from: folder) {
            journal = known
        } else {
            journal = SearchJournal(plan: try makePlan(observe))
            guard !stopSwitch.isOff else { return nil }
            journal.seconds = seconds
            try journal.write(to: folder)
        }
        if let choice = journal.choice { return choice }
        observe(.search(.planned(journal.plan, done: journal.trials.count)))
        let runner = try SearchRunner(self, journal)
        var isCut = try runner.run(observe)
        while !isCut, !stopSwitch.isOff, let plan = runner.widen() {
            observe(.search(.widened(plan)))
            isCut = try runner.run(observe)
        }
        journal = runner.journal
        guard !stopSwitch.isOff else { return nil }
        guard let choice = journal.choose(isCut: isCut), choice.result?.mean != nil else {
            throw JobError(
                "every training of the search diverged; look at the data, or search lower rates")
        }
        journal.choice = choice
        try record(choice, journal.plan)
        try journal.write(to: folder)
        observe(.search(.chosen(choice, of: journal.plan)))
        return choice
    }

    /// Seconds since this process began to search.
    var seconds: Double { begin.duration(to: .now) / .seconds(1) }

    // MARK: Planning

    private func makePlan(_ observe: (JobEvent) -> Void) throws -> SearchPlan {
        let search = recipe.search
        let isEpochsVaried = search.axes.contains { $0.key == "epochs" }
        let rows = min(search.rows, split.train.count)
        let folds = min(search.folds, rows)
        var plan = SearchPlan(
            candidates: [], brackets: [], folds: folds, rows: rows,
            epochs: isEpochsVaried ? nil : search.epochs ?? recipe.epochs,
            metric: recipe.stop.metric.rawValue, isMaximized: recipe.stop.metric.isMaximized,
            budget: search.minutes * 60, estimate: 0, cuts: [])
        let probed = try probeSpeed(plan, observe)
        plan.rangeTest = probed.test
        let rates = probed.test.map { test in
            let bracket = test.bracket(around: recipe.usualLearningRate)
            return RateGrid.logarithmic(
                from: bracket.low, to: bracket.high, count: search.rates)
        }
        plan.candidates = try given ?? SearchSpace.candidates(recipe, rates: rates ?? [])
        plan.brackets = brackets(plan.candidates.count, folds)
        let count = plan.candidates.count
        SearchBudget(speed: probed.speed, seconds: plan.budget - seconds)
            .fit(&plan, epochs: recipe.epochs) { brackets(count, $0) }
        return plan
    }

    private func brackets(_ candidates: Int, _ folds: Int) -> [Hyperband.Bracket] {
        let factor = recipe.search.factor
        switch recipe.search.strategy {
        case .halving:
            return [
                .init(
                    members: Array(0..<candidates),
                    rungs: SuccessiveHalving.rungs(
                        candidates: candidates, folds: folds, factor: factor))
            ]
        case .hyperband:
            return Hyperband.brackets(candidates: candidates, folds: folds, factor: factor)
        case .grid:
            return [
                .init(
                    members: Array(0..<candidates),
                    rungs: [HalvingRung(candidates: candidates, folds: folds)])
            ]
        }
    }

    /// Learns a little to see how fast it goes, and with rising rates if one is to be found.
    private func probeSpeed(
        _ plan: SearchPlan, _ observe: (JobEvent) -> Void
    ) throws -> (test: RangeTest?, speed: Double) {
        let needsRates = given == nil && SearchSpace.needsRates(recipe)
        let isTrained = recipe.method != .linearProbe
        observe(
            .note(
                needsRates
                    ? "looking where learning fails as the rate rises (range test)"
                    : "looking how fast training goes"))
        let folds = try split.folds(max(2, plan.folds), limit: plan.rows, seed: UInt64(recipe.seed))
        let session = try TextSession(recipe, split.replacing(folds[0]), places) { _ in }
        let start = ContinuousClock.now
        guard isTrained else {
            _ = try session.trial(seconds: nil, stopSwitch)
            let time = start.duration(to: .now) / .seconds(1)
            return (nil, Double(session.train.count * max(plan.epochs ?? 1, 1)) / time)
        }
        let usual = recipe.usualLearningRate
        let (test, texts) = try session.rangeTest(
            steps: needsRates ? TextSearch.rangeSteps : TextSearch.rangeSteps / 4,
            rates: (
                usual / TextSearch.rangeReach,
                min(usual * TextSearch.rangeReach, 1)
            ), stopSwitch)
        let time = start.duration(to: .now) / .seconds(1)
        return (needsRates ? test : nil, Double(texts) / max(time, 1e-3))
    }

    // MARK: Keeping

    /// Each candidate's mean over its folds, with one standard error to each side.
    private func record(_ choice: SearchChoice, _ plan: SearchPlan) throws {
        let known = try store.evaluations(of: run)
        for result in choice.ranking.reversed() {
            guard let mean = result.mean,
                !known.contains(where: {
                    $0.dataset == SearchJob.dataset && $0.model == result.name
                })
            else { continue }
            let error = result.standardError
            try store.record(
                HindsightRunStore.Evaluation(
                    step: 0, dataset: SearchJob.dataset, model: result.name,
                    results: .init(
                        count: plan.rows,
                        metrics: [
                            plan.metric: .init(mean, low: mean - error, high: mean + error)
                        ])), of: run)
        }
    }
}
