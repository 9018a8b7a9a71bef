/// A greedy soup: the average of models, from the best on, that goes on as long as it does not get worse
/// (Wortsman et al. 2022, "Model soups", recipe 1).
public struct GreedySoup: Sendable {
    /// The mean of the weights of the ingredients that were taken.
    public let model: LearningState
    /// The steps of the ingredients that were taken, the best first.
    public let steps: [Int]
    /// What the average reached: no worse than the best ingredient.
    public let metrics: Metrics

    /// Makes a soup.
    ///
    /// - Parameters:
    ///   - ingredients: evaluations of the models, the best first; at least one.
    ///   - goal: the measurement that must not get worse.
    ///   - model: the weights of the model of that step.
    ///   - judge: measures weights on held-out data.
    /// - Throws: what `model` and `judge` throw.
    public init(
        _ ingredients: [Evaluation], goal: Goal, model: (Int) throws -> LearningState,
        judge: (LearningState) throws -> Metrics
    ) throws {
        var taken = [ingredients[0]]
        var (models, metrics) = ([try model(ingredients[0].step)], ingredients[0].metrics)
        for candidate in ingredients.dropFirst() {
            let weights = try model(candidate.step)
            let measured = try judge(average(models + [weights]))
            guard let value = measured[goal.metric], value.isFinite,
                let known = metrics[goal.metric],
                goal.isMaximized ? value >= known : value <= known
            else { continue }
            taken.append(candidate)
            models.append(weights)
            metrics = measured
        }
        self.model = average(models)
        self.metrics = metrics
        steps = taken.map(\.step)
    }
}
