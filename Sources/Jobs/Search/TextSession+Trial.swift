import HindsightFineTuning
import HindsightLearning
import HindsightRecipes

extension TextSession {
    /// Trains on a fold, keeping nothing on disk.
    ///
    /// - Parameters:
    ///   - seconds: after which it is cut off; nil for any time.
    ///   - stopSwitch: how another thread or a signal ends it.
    func trial(seconds: Double?, _ stopSwitch: StopSwitch) throws -> TrainingResult {
        if recipe.method == .linearProbe { return try fitProbe() }
        let method = try makeMethod()
        var rules = recipe.stoppingRules
        // Trials that end at different targets or budgets could not be compared.
        rules.goal.target = nil
        rules.seconds = seconds
        let judged = SearchBudget.evaluations(epochs: recipe.epochs)
        let trainer = Trainer(
            method, rules: rules, evaluateEvery: (method.progress.total ?? 1) / judged,
            soup: recipe.regularization.soup, evaluatesStart: false, stopSwitch: stopSwitch)
        return try trainer.run { _ in }
    }

    /// Lets the learning rate rise from step to step until learning fails.
    ///
    /// - Parameters:
    ///   - steps: how many at most.
    ///   - rates: the first step's and the last one's.
    ///   - stopSwitch: ends it early.
    /// - Returns: what the loss did, and how many texts were learnt from.
    func rangeTest(
        steps: Int, rates: (low: Double, high: Double), _ stopSwitch: StopSwitch
    ) throws -> (test: RangeTest, texts: Int) {
        let method = try makeMethod { settings in
            settings.epochs = (steps + stepsPerEpoch - 1) / stepsPerEpoch
            settings.learningRate = rates.high
            settings.risesFrom = rates.low
        }
        var test = RangeTest()
        while !method.progress.isFinished, !stopSwitch.isOff {
            let metrics = try method.step()
            guard let rate = metrics["learning_rate"], let loss = metrics["loss"],
                test.add(rate: rate, loss: loss)
            else { break }
        }
        return (test, method.progress.units)
    }
}
