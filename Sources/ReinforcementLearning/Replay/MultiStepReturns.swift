import CHindsightKernels
import HindsightTensors

/// Returns over several steps of a row's trajectory, for the goal that the row has now.
///
/// The return over i steps is y⁽ⁱ⁾ = r₁ + γr₂ + … + γⁱ⁻¹rᵢ + γⁱV(sᵢ). Plain multi-step replay takes y⁽ⁿ⁾;
/// MHER(λ) the mixture Σᵢ λⁱy⁽ⁱ⁾ / Σᵢ λⁱ over i = 1 … n (Yang et al., "Bias-reduced multi-step hindsight
/// experience replay for efficient multi-goal reinforcement learning", 2021): one step for λ = 0, all returns
/// alike for λ = 1. A return that would go beyond the end of its episode is the return to that end, which
/// counts with the value of what follows if the episode was cut off, and without if it terminated.
extension TransitionBatch {
    /// Fills in rewards, discounts and next observations.
    ///
    /// - Parameter reward: what rewards and ends are computed with; nil for those that happened.
    func computeReturns(_ reward: GoalReward?) {
        guard let weights = mixture else {
            for row in 0..<count { computeReturn(row, reward) }
            return
        }
        for row in 0..<count { mixReturns(row, weights, reward) }
    }

    /// The return over as many steps as there are.
    private func computeReturn(_ row: Int, _ reward: GoalReward?) {
        var place = Place(slot: Int(slots[row]))
        repeat { advance(&place, row, reward) } while !place.isLast && place.steps < steps
        rewards[row] = Float(place.sum)
        discounts[row] = Float(place.factor)
        copyNext(from: place.slot, to: row)
        lastSlots[row] = UInt32(place.slot)
    }

    /// The weighted mean of the returns over one step, two steps and so on: its rewards are summed up here,
    /// the values of all states that follow are the learner's to weigh with their `discounts`.
    private func mixReturns(_ row: Int, _ weights: [Double], _ reward: GoalReward?) {
        var place = Place(slot: Int(slots[row]))
        var sum = 0.0
        for (index, weight) in weights.enumerated() {
            if !place.isLast { advance(&place, row, reward) }
            sum += weight * place.sum
            discounts[index * count + row] = Float(weight * place.factor)
            copyNext(from: place.slot, to: index * count + row)
        }
        rewards[row] = Float(sum)
        lastSlots[row] = UInt32(place.slot)
    }

    /// Where a return has come to.
    private struct Place {
        /// The slot of the last step that was taken in.
        var slot: Int
        /// The discounted sum of its rewards.
        var sum = 0.0
        /// What the value of what follows is multiplied by.
        var factor = 1.0
        var steps = 0
        /// Whether the episode ends here, or nothing more is known of it.
        var isLast = false
    }

    /// Takes the next step in.
    private func advance(_ place: inout Place, _ row: Int, _ reward: GoalReward?) {
        if place.steps > 0 { place.slot = buffer.slot(place.slot, movedBy: 1) }
        place.steps += 1
        let slot = place.slot
        var one = buffer.rewards.base[slot]
        var isTerminated = buffer.ends[slot] & UInt8(HS_TERMINATED)
        if let reward {
            let width = buffer.goalCount
            reward.compute(
                achieved: buffer.achieved.base + slot * width, desired: desired + row * width,
                count: 1, rewards: &one, terminated: &isTerminated)
        }
        place.sum += place.factor * Double(one)
        place.factor = isTerminated != 0 ? 0 : place.factor * discount
        place.isLast = isTerminated != 0 || buffer.ends[slot] != 0 || buffer.age(slot) == 0
    }

    private func copyNext(from slot: Int, to row: Int) {
        let width = buffer.observationCount
        (nextObservations + row * width).update(
            from: buffer.nextObservations.base + slot * width, count: width)
    }

    /// λⁱ / Σ λⁱ of n returns.
    static func mixture(_ steps: Int, _ lambda: Double) -> [Double] {
        var weights = [1.0]
        while weights.count < steps { weights.append(weights[weights.count - 1] * lambda) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }
}
