import Hindsight

extension TextExperienceBatch {
    /// Adds what was predicted of texts and what really happened, as many of one as of the other.
    mutating func append(_ texts: TextColumn, _ predictions: [TextPrediction], _ outcomes: [String])
    {
        for (index, text) in texts.enumerated() {
            let probabilities = predictions[index].probabilities.map {
                ($0.label, Double($0.probability))
            }
            experiences.append(
                TextExperience(
                    context: TextContext(text),
                    prediction: TextPredicted(
                        label: predictions[index].label,
                        probabilities: Dictionary(uniqueKeysWithValues: probabilities)),
                    outcome: .label(outcomes[index])))
            weights.append(1)
        }
    }
}

extension TextModel {
    /// Relabelled experience in the form that fine-tuning reads.
    func lessons(_ batch: TextExperienceBatch) -> TokenizedTexts {
        let classes = batch.experiences.map { experience -> Int32 in
            guard case .label(let label)? = experience.outcome,
                let index = problem.labels.firstIndex(of: label)
            else { preconditionFailure("an experience without an outcome the model knows") }
            return Int32(index)
        }
        return TokenizedTexts(
            sequences: tokens(batch.experiences.map(\.context.text)), targets: .classes(classes),
            weights: batch.weights)
    }
}
