import HindsightTensors

/// The tensors of a batch of transitions, as the algorithms' captured functions take them.
struct QBatch {
    let features: Tensor
    /// `[futures · rows, features]`: the rows of what followed the first step, then the second.
    let nextFeatures: Tensor
    /// `[rows, actionCount]`.
    let actions: Tensor
    /// `[rows, 1]`.
    let rewards: Tensor
    /// `[futures · rows, 1]`.
    let discounts: Tensor
    /// `[rows]`.
    let weights: Tensor

    /// The inputs of a captured function for a batch.
    static func tensors(_ batch: TransitionBatch) -> [Tensor] {
        let buffer = batch.buffer
        var result = [
            batch.tensor(batch.actions, width: buffer.actionCount),
            batch.tensor(batch.rewards, width: 1),
            batch.tensor(batch.discounts, width: 1, futures: batch.futures),
            batch.tensor(batch.weights, width: nil),
            batch.tensor(batch.observations, width: buffer.observationCount),
            batch.tensor(
                batch.nextObservations, width: buffer.observationCount, futures: batch.futures),
        ]
        if buffer.goalCount > 0 {
            result.append(batch.tensor(batch.desired, width: buffer.goalCount))
        }
        return result
    }

    /// The parts of such inputs, observations encoded, and normalised if asked for.
    init(
        _ inputs: [Tensor], _ encoder: ObservationEncoder, _ normalizer: FeatureNormalizer? = nil
    ) {
        (actions, rewards, discounts, weights) = (inputs[0], inputs[1], inputs[2], inputs[3])
        let now = encoder([inputs[4]] + inputs[6...])
        let futures = inputs[5].shape[0] / inputs[4].shape[0]
        let goals = inputs[6...].map { goal in
            futures == 1
                ? goal : Tensor.concatenate(Array(repeating: goal, count: futures), axis: 0)
        }
        let next = encoder([inputs[5]] + goals)
        features = normalizer?(now) ?? now
        nextFeatures = normalizer?(next) ?? next
    }

    /// What predictions are to come to: rewards, and the discounted values of what followed. Quantiles of
    /// mixed returns are mixed one by one, as if they came from the same chance.
    ///
    /// - Parameter values: of `nextFeatures`, `[futures · rows, width]`.
    /// - Returns: `[rows, width]`.
    func outcome(_ values: Tensor) -> Tensor {
        let (rows, all) = (rewards.shape[0], discounts.shape[0])
        let discounted = discounts * values
        guard all > rows else { return rewards + discounted }
        return rewards
            + discounted.reshaped([all / rows, rows, values.shape[1]]).sum(axes: 0)
    }
}

extension EnvironmentBatch {
    /// Whether an action may be taken in a row.
    @inline(__always)
    func isAllowed(_ choice: Int, in row: Int) -> Bool {
        maskCount == 0 || masks[row * maskCount + choice] != 0
    }

    /// One of the allowed actions, drawn evenly.
    func randomChoice(_ choices: Int, in row: Int, random: inout RandomGenerator) -> Int {
        guard maskCount > 0 else { return Int.random(in: 0..<choices, using: &random) }
        let allowed = (0..<choices).filter { isAllowed($0, in: row) }
        return allowed.randomElement(using: &random) ?? 0
    }
}
