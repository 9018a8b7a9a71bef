extension Trainer {
    /// Keeps the model for the soup if it is among the best.
    func keepIngredient(_ evaluation: Evaluation) throws {
        guard soupCount > 1 else { return }
        let dropped = memory.noteIngredient(evaluation, count: soupCount, goal: rules.goal)
        guard dropped != evaluation.step else { return }
        let model = try method.modelState()
        // Files are removed with the checkpoints that refer to them.
        if let checkpoints {
            try checkpoints.writeIngredient(model, step: evaluation.step)
        } else {
            ingredientModels[evaluation.step] = model
            if let dropped { ingredientModels[dropped] = nil }
        }
    }

    /// Averages the best models as long as that makes it no worse; the method then holds the average.
    ///
    /// - Returns: which models are in it, and what it reached; nil without at least two to choose from.
    func cookSoup() throws -> (steps: [Int], evaluation: Evaluation)? {
        guard soupCount > 1, let ingredients = memory.ingredients, ingredients.count > 1 else {
            return nil
        }
        let soup = try GreedySoup(ingredients, goal: rules.goal) { step in
            try checkpoints?.ingredient(step: step) ?? ingredientModels[step]!
        } judge: { model in
            try method.restore(model: model)
            return try method.evaluate()
        }
        try method.restore(model: soup.model)
        return (soup.steps, Evaluation(step: ingredients[0].step, metrics: soup.metrics))
    }
}
