/// What the trainer itself remembers from one step to the next.
struct TrainerState: Codable {
    /// Seconds of training before this process took over.
    var seconds: Double = 0
    var evaluations: [Evaluation] = []
    var best: Evaluation?
    var evaluationsSinceBest = 0
    /// The best evaluations whose models are kept for a soup, the best first; nil without.
    var ingredients: [Evaluation]?
    /// The loss of the first step.
    var firstLoss: Double?

    /// Notes an evaluation.
    ///
    /// - Returns: true if it is the best so far.
    mutating func note(_ evaluation: Evaluation, goal: Goal) -> Bool {
        evaluations.append(evaluation)
        let value = evaluation.metrics[goal.metric] ?? .nan
        guard goal.isBetter(value, than: best?.metrics[goal.metric]) else {
            evaluationsSinceBest += 1
            return false
        }
        best = evaluation
        evaluationsSinceBest = 0
        return true
    }

    /// Notes an evaluation as an ingredient of a soup, if it is among the best.
    ///
    /// - Parameter count: how many are kept.
    /// - Returns: the step of the ingredient that is not kept any more, its own if it is none; nil if there
    ///   was room.
    mutating func noteIngredient(_ evaluation: Evaluation, count: Int, goal: Goal) -> Int? {
        let value = evaluation.metrics[goal.metric] ?? .nan
        guard value.isFinite else { return evaluation.step }
        var kept = ingredients ?? []
        // Behind those that are as good: the earlier ones are nearer to the start.
        let place = kept.firstIndex { other in
            let known = other.metrics[goal.metric] ?? .nan
            return goal.isMaximized ? value > known : value < known
        }
        kept.insert(evaluation, at: place ?? kept.count)
        let dropped = kept.count > count ? kept.removeLast().step : nil
        ingredients = kept
        return dropped
    }

    /// Whether the latest evaluation of a step was made.
    func wasEvaluated(at step: Int) -> Bool { evaluations.last?.step == step }

    /// Why to stop after the evaluations so far, if there is a reason.
    func reasonToStop(_ rules: StoppingRules) -> StopReason? {
        guard let latest = evaluations.last else { return nil }
        if let name = latest.metrics.firstNonFinite {
            return .diverged(metric: name, step: latest.step)
        }
        if let value = latest.metrics[rules.goal.metric], rules.goal.isMet(by: value) {
            return .targetReached
        }
        if let patience = rules.patience, evaluationsSinceBest >= patience {
            return .outOfPatience(evaluations: evaluationsSinceBest)
        }
        return nil
    }

    /// Notes a step's loss.
    ///
    /// - Returns: why to stop, if it is beyond all measure.
    mutating func note(loss: Double?, step: Int, _ rules: StoppingRules) -> StopReason? {
        guard let loss else { return nil }
        let first = firstLoss ?? loss
        firstLoss = first
        guard let limit = rules.lossLimit, first > 0, loss > limit * first else { return nil }
        return .exploded(metric: "loss", step: step, times: loss / first)
    }
}
