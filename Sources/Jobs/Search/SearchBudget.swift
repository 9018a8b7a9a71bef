import HindsightLearning

/// How much a search may do in its time.
struct SearchBudget {
    /// Texts a second that training gets through, all workers together.
    let speed: Double
    /// Seconds that are left.
    let seconds: Double

    /// What judging a text costs beside learning from it.
    private static let judging = 0.35
    /// Fewer examples say too little.
    private static let fewestRows = 200

    /// Seconds of some trainings.
    ///
    /// - Parameters:
    ///   - trainings: how many.
    ///   - rows: examples that are divided into folds.
    ///   - folds: of the cross-validation.
    ///   - epochs: of each training.
    func cost(trainings: Int, rows: Int, folds: Int, epochs: Int) -> Double {
        let held = Double(rows) / Double(folds)
        let texts = (Double(rows) - held) * Double(epochs)
        let judged = held * Double(SearchBudget.evaluations(epochs: epochs)) * SearchBudget.judging
        return Double(trainings) * (texts + judged) / speed
    }

    /// How often a training is judged.
    static func evaluations(epochs: Int) -> Int { max(2, epochs) }

    /// Makes a plan smaller until it fits: first the folds, then the examples to half of them, then the
    /// passes, since fewer passes make greater rates look better than they are, then more of the examples.
    ///
    /// - Parameters:
    ///   - plan: what is wanted; what is cut is noted there.
    ///   - epochs: of the recipe where the plan leaves them open.
    ///   - brackets: the rounds over so many folds.
    func fit(
        _ plan: inout SearchPlan, epochs: Int, _ brackets: (Int) -> [Hyperband.Bracket]
    ) {
        func cost() -> Double {
            self.cost(
                trainings: plan.trainings, rows: plan.rows, folds: plan.folds,
                epochs: plan.epochs ?? epochs)
        }
        let wanted = plan
        func dropRows(to fewest: Int) {
            while plan.rows > fewest, cost() > seconds {
                plan.rows = max(fewest, plan.rows * 9 / 10)
            }
        }
        while plan.folds > 3, cost() > seconds {
            plan.folds -= 1
            plan.brackets = brackets(plan.folds)
        }
        dropRows(to: max(SearchBudget.fewestRows, wanted.rows / 2))
        while let passes = plan.epochs, passes > 1, cost() > seconds { plan.epochs = passes - 1 }
        dropRows(to: SearchBudget.fewestRows)
        if plan.epochs != wanted.epochs {
            plan.cuts.append("\(plan.epochs ?? 1) of \(wanted.epochs ?? 1) passes a training")
        }
        if plan.folds != wanted.folds { plan.cuts.append("\(plan.folds) of \(wanted.folds) folds") }
        if plan.rows != wanted.rows { plan.cuts.append("\(plan.rows) of \(wanted.rows) examples") }
        plan.estimate = cost()
    }
}
