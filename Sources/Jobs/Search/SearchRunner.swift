import Foundation
import HindsightDatasets
import HindsightLearning
import HindsightRecipes
import HindsightRunStore
import HindsightTensors

/// Does the trainings of a search, several side by side.
///
/// A result does not depend on how many there are: each training computes the same bits on any number of
/// threads.
final class SearchRunner: @unchecked Sendable {
    /// What is known so far; read it after `run` only.
    private(set) var journal: SearchJournal
    private let search: TextSearch
    private let folds: TextFolds
    private let folder: String
    private let earlier: Double
    private let lock = NSLock()
    private var queue: [(candidate: Int, fold: Int)] = []
    private var underWay = 0
    private var isCut = false
    private var problem: (any Error)?

    init(_ search: TextSearch, _ journal: SearchJournal) throws {
        self.search = search
        self.journal = journal
        folder = search.store.folder(of: search.run)
        // What planning took is counted by the search's own clock in the process that planned.
        earlier = journal.trials.isEmpty ? 0 : journal.seconds
        folds = try search.split.folds(
            journal.plan.folds, limit: journal.plan.rows, seed: UInt64(search.recipe.seed))
    }

    /// Goes through all rounds, as far as the time allows.
    ///
    /// - Parameter observe: told what happens, one call at a time.
    /// - Returns: whether time was over before the end.
    /// - Throws: the first error of a training.
    func run(_ observe: (JobEvent) -> Void) throws -> Bool {
        for bracket in journal.plan.brackets {
            var alive = bracket.members
            for rung in bracket.rungs {
                alive = best(rung.candidates, of: alive)
                queue = (0..<rung.folds).flatMap { fold in
                    alive.filter { journal.trial($0, fold) == nil }.map { ($0, fold) }
                }
                try work(observe)
                if isCut || search.stopSwitch.isOff { return isCut }
            }
        }
        return false
    }

    /// Adds a learning rate beyond the best one if that is the least or the greatest, and there is time.
    ///
    /// - Returns: the plan that is now to be run; nil if it is as it was.
    func widen() -> SearchPlan? {
        let plan = journal.plan
        guard let best = journal.choose(isCut: false)?.best,
            let wider = plan.widened(beyond: best)
        else { return nil }
        let usual =
            journal.trials.reduce(0) { $0 + $1.seconds } / Double(max(journal.trials.count, 1))
        let workers = min(search.recipe.search.workers ?? Threads.limit, plan.folds)
        let rounds = Double((plan.folds + workers - 1) / workers)
        guard seconds + rounds * usual <= plan.budget else { return nil }
        journal.plan = wider
        return wider
    }

    private func best(_ count: Int, of alive: [Int]) -> [Int] {
        guard count < alive.count else { return alive }
        let sign = journal.plan.isMaximized ? 1.0 : -1.0
        let means = alive.map { (sign * OneStandardError.mean(journal.scores(of: $0)), $0) }
        return means.sorted { ($0.0, -$0.1) > ($1.0, -$1.1) }.prefix(count).map(\.1).sorted()
    }

    private func work(_ observe: (JobEvent) -> Void) throws {
        guard !queue.isEmpty else { return }
        let threads = Threads.limit
        let workers = min(search.recipe.search.workers ?? threads, queue.count)
        withoutActuallyEscaping(observe) { observe in
            let tell = Telling(observe)
            DispatchQueue.concurrentPerform(iterations: workers) { _ in
                Threads.withLimit(max(1, threads / workers)) {
                    while let (candidate, fold) = next() {
                        do {
                            try finish(try train(candidate, fold), tell)
                        } catch {
                            lock.withLock { problem = problem ?? error }
                        }
                    }
                }
            }
        }
        if let problem { throw problem }
    }

    /// The time since the search began, over all processes.
    private var seconds: Double { earlier + search.seconds }

    private func next() -> (candidate: Int, fold: Int)? {
        lock.withLock {
            guard problem == nil, !isCut, !search.stopSwitch.isOff, !queue.isEmpty else {
                return nil
            }
            let times = journal.trials.map(\.seconds)
            let usual = times.isEmpty ? 0 : times.reduce(0, +) / Double(times.count)
            // The first trainings are done whatever the time: without them there is nothing to choose from.
            if journal.trials.count + underWay > 0, seconds + usual > journal.plan.budget {
                isCut = true
                return nil
            }
            underWay += 1
            return queue.removeFirst()
        }
    }

    private func train(_ candidate: Int, _ fold: Int) throws -> SearchTrial {
        let plan = lock.withLock { journal.plan }
        let passes = plan.epochs.map { ["epochs=\($0)"] } ?? []
        let recipe = try search.recipe.changed(plan.candidates[candidate].settings + passes)
        return try Memory.withLimit(recipe.memoryLimit?.bytes ?? .max) {
            let session = try TextSession(
                recipe, search.split.replacing(folds[fold]), try places(of: recipe)
            ) { _ in }
            let result = try session.trial(seconds: nil, search.stopSwitch)
            let best = result.best
            let isUsable = best != nil && !result.reason.isDivergence
            return SearchTrial(
                candidate: candidate, fold: fold,
                score: isUsable
                    ? best?.metrics[plan.metric].flatMap { $0.isFinite ? $0 : nil } : nil,
                bestShare: Double(best?.step ?? 0)
                    / Double(max(session.stepsPerEpoch * recipe.epochs, 1)),
                steps: result.steps, seconds: result.seconds, reason: result.reason.name)
        }
    }

    /// A candidate may be another model than the recipe's.
    private func places(of recipe: Recipe) throws -> ModelPlaces {
        recipe.model == search.recipe.model
            ? search.places : try ModelPlaces(recipe) { _ in }
    }

    private func finish(_ trial: SearchTrial, _ tell: Telling) throws {
        try lock.withLock {
            underWay -= 1
            guard trial.reason != StopReason.interrupted.name else { return }
            journal.trials.append(trial)
            journal.seconds = seconds
            try record(trial)
            try journal.write(to: folder)
            tell.observe(
                .search(.trial(trial, of: journal.plan, done: journal.trials.count)))
        }
    }

    private func record(_ trial: SearchTrial) throws {
        let plan = journal.plan
        try search.store.record(
            HindsightRunStore.Evaluation(
                step: trial.steps, dataset: "fold \(trial.fold + 1)",
                model: plan.candidates[trial.candidate].name,
                results: .init(
                    count: folds[trial.fold].validation.count,
                    metrics: trial.score.map { [plan.metric: .init($0)] } ?? [:],
                    remarks: trial.score == nil ? ["training \(trial.reason)"] : [])),
            of: search.run)
    }
}

/// What several threads tell, one at a time under the runner's lock.
private final class Telling: @unchecked Sendable {
    let observe: (JobEvent) -> Void

    init(_ observe: @escaping (JobEvent) -> Void) { self.observe = observe }
}
