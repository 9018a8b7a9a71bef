import CHindsightKernels

extension TransitionBatch {
    /// What stands for the return of an episode that still goes on.
    static let noReturn: Float = -1e9

    /// Fills in `returnsToGo`: what the episode's behaviour earned from each transition on, which bounds the
    /// value of a policy at least as good from below (Nakamoto et al. 2023).
    ///
    /// An episode that was cut off counts as if its last reward went on for ever, as is usual for rewards that
    /// are -1 until a goal is reached. One that still goes on gives `noReturn`.
    ///
    /// - Parameter reward: of replaced goals; nil to take rewards as they were.
    func findReturns(_ reward: GoalReward?) {
        for row in 0..<count {
            returnsToGo[row] = returnToGo(row, isRelabeled[row] != 0 ? reward : nil)
        }
    }

    private func returnToGo(_ row: Int, _ reward: GoalReward?) -> Float {
        var slot = Int(slots[row])
        var (sum, factor) = (0.0, 1.0)
        while true {
            var one = buffer.rewards.base[slot]
            var isTerminated = buffer.ends[slot] & UInt8(HS_TERMINATED)
            if let reward {
                reward.compute(
                    achieved: buffer.achieved.base + slot * buffer.goalCount,
                    desired: desired + row * buffer.goalCount, count: 1, rewards: &one,
                    terminated: &isTerminated)
            }
            sum += factor * Double(one)
            if isTerminated != 0 { return Float(sum) }
            if buffer.ends[slot] != 0 {
                guard discount < 1 else { return Float(sum) }
                return Float(sum + factor * discount * Double(one) / (1 - discount))
            }
            if buffer.age(slot) == 0 { return Self.noReturn }
            factor *= discount
            slot = buffer.slot(slot, movedBy: 1)
        }
    }

    /// Takes over all rows of another batch of the same buffer's widths.
    ///
    /// - Parameters:
    ///   - other: whose rows.
    ///   - row: where the first of them goes.
    func copy(_ other: TransitionBatch, at row: Int) {
        func copy(
            _ target: UnsafeMutablePointer<Float>, _ source: UnsafeMutablePointer<Float>,
            _ width: Int
        ) {
            (target + row * width).update(from: source, count: other.count * width)
        }
        copy(observations, other.observations, buffer.observationCount)
        for future in 0..<futures {
            let (to, from, width) = (future * count, future * other.count, buffer.observationCount)
            copy(nextObservations + to * width, other.nextObservations + from * width, width)
            copy(discounts + to, other.discounts + from, 1)
        }
        copy(achieved, other.achieved, buffer.goalCount)
        copy(desired, other.desired, buffer.goalCount)
        copy(actions, other.actions, buffer.actionCount)
        for (target, source) in [
            (rewards, other.rewards), (weights, other.weights),
            (returnsToGo, other.returnsToGo),
        ] {
            copy(target, source, 1)
        }
        (isRelabeled + row).update(from: other.isRelabeled, count: other.count)
        (goalSteps + row).update(from: other.goalSteps, count: other.count)
    }
}
