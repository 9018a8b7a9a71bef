import HindsightDatasets
import HindsightFineTuning
import HindsightLearning
import HindsightRecipes
import HindsightTransferability

/// Computes features of the training examples with a pretrained model, and what they promise.
struct ModelScoring {
    let recipe: Recipe
    let split: TextSplit

    /// The scores of one candidate.
    ///
    /// - Parameters:
    ///   - candidate: the model and the settings that features depend on.
    ///   - number: which candidate it is.
    /// - Throws: what is wrong with the model's files; what keeps single scores from being computed is in
    ///   them.
    func scores(_ candidate: SearchPlan.Candidate, number: Int) throws -> ModelScores {
        let begin = ContinuousClock.now
        let recipe = try recipe.changed(candidate.settings)
        let folds = try split.folds(
            2, limit: recipe.search.rows, seed: UInt64(recipe.seed))
        let session = try TextSession(
            recipe, split.replacing(train: folds.examples), try ModelPlaces(recipe) { _ in }
        ) { _ in }
        let texts = session.train
        let features = try SequenceScorer(session.model.network).features(texts.sequences)
        let report = try TransferabilityReport(try problem(features, texts, session.model.problem))
        let weights = session.model.network.parameters.parameters
        var scores = ModelScores(
            candidate: number, name: candidate.name,
            parameters: weights.reduce(0) { $0 + $1.value.count }, values: [:], problems: [:],
            seconds: 0)
        for entry in report.entries {
            switch entry.value {
            case .success(let value) where value.isFinite: scores.values[entry.name] = value
            case .success: scores.problems[entry.name] = "not finite"
            case .failure(let error): scores.problems[entry.name] = "\(error)"
            }
        }
        scores.seconds = begin.duration(to: .now) / .seconds(1)
        return scores
    }

    private func problem(
        _ features: [Float], _ texts: TokenizedTexts, _ problem: TextProblem
    ) throws -> TransferProblem {
        let matrix = try FeatureMatrix(features, columns: features.count / max(texts.count, 1))
        switch texts.targets {
        case .classes(let classes):
            return try TransferProblem(
                features: matrix, labels: try ClassLabels(classes.map(Int.init)))
        case .values(let values):
            return try TransferProblem(
                features: matrix, targets: try FeatureMatrix(values, columns: 1))
        case .labelSets(let sets):
            let hot = sets.multiHot(0..<sets.count, classCount: problem.labels.count)
            return try TransferProblem(
                features: matrix,
                targets: try FeatureMatrix(hot, columns: problem.labels.count))
        case .none:
            throw JobError("there are no labels to score the models by")
        }
    }
}
