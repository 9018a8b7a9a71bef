import HindsightLearning
import HindsightTensors

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Which goal takes the place of the one that was missed (Andrychowicz et al. 2017, section 4.5).
public enum HindsightStrategy: String, Sendable, CaseIterable, Codable {
    /// One that was achieved later in the same episode, the transition itself included.
    case future
    /// One that was achieved later in the same episode, the sooner the likelier: so many steps ahead with a
    /// probability that falls with the discount (Eysenbach et al. 2022).
    case discounted
    /// The one achieved at the end of the episode (so far, if it goes on).
    case final
    /// Any that was achieved in the same episode.
    case episode
    /// Any that was ever achieved.
    case random
}

/// Hindsight experience replay: gives transitions goals that were achieved, and computes reward and end of
/// the episode anew. It works when a batch is drawn, also on episodes that still go on.
public struct HindsightRelabeler: Relabeler {
    /// Where goals come from.
    public let strategy: HindsightStrategy
    /// Transitions with a replaced goal for each one that keeps its own.
    public let ratio: Double
    private let reward: GoalReward

    /// Relabelling with a reward.
    ///
    /// - Parameters:
    ///   - strategy: where goals come from.
    ///   - ratio: the paper's k; k / (k + 1) of a batch is relabelled.
    ///   - reward: of having achieved one goal when another was desired.
    public init(_ strategy: HindsightStrategy, ratio: Double = 4, reward: GoalReward) {
        require(ratio >= 0, "HindsightRelabeler: the ratio must not be negative: \(ratio)")
        self.strategy = strategy
        self.ratio = ratio
        self.reward = reward
    }

    /// Rewrites a batch in place.
    public func relabel(_ batch: inout TransitionBatch, random: inout RandomGenerator) {
        let buffer = batch.buffer
        let width = buffer.goalCount
        let share = UInt32(Double(UInt32.max) * (ratio / (ratio + 1)))
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * batch.count) { draws in
            guard let draws = draws.baseAddress else { return }
            random.drawBelow(1 << 32 - 1, draws, 2 * batch.count)
            for row in 0..<batch.count where draws[row] < share {
                let slot = Int(batch.slots[row])
                let steps = goalSteps(
                    buffer, slot, draw: draws[batch.count + row], discount: batch.discount)
                let source =
                    steps.map { buffer.slot(slot, movedBy: $0) }
                    ?? below(buffer.count, draws[batch.count + row])
                (batch.desired + row * width).update(
                    from: buffer.achieved.base + source * width, count: width)
                batch.isRelabeled[row] = 1
                batch.goalSteps[row] = steps.map { Int32(truncatingIfNeeded: $0) } ?? -1
            }
        }
        recompute(batch)
    }

    /// How many steps from a slot the goal was achieved that is desired in hindsight; nil for any slot.
    private func goalSteps(
        _ buffer: ReplayBuffer, _ slot: Int, draw: UInt32, discount: Double
    ) -> Int? {
        // How far the episode reaches after the transition, so far.
        let age = buffer.age(slot)
        let after = Int(min(buffer.stepsToEnd[slot], UInt32(age)))
        switch strategy {
        case .future: return below(after + 1, draw)
        case .discounted:
            guard discount < 1 else { return below(after + 1, draw) }
            // The inverse of the distribution function, cut off at the end of the episode.
            let part = Double(draw) * 0x1p-32 * (1 - pow(discount, Double(after + 1)))
            return min(after, Int(log(1 - part) / log(discount)))
        case .final: return after
        case .episode:
            let before = buffer.stepsBefore(
                slot, atMost: buffer.count / buffer.environments - 1 - age)
            return below(before + after + 1, draw) - before
        case .random: return nil
        }
    }

    /// A draw of 32 bits as a whole number below a bound.
    private func below(_ bound: Int, _ draw: UInt32) -> Int {
        Int((UInt64(draw) * UInt64(bound)) >> 32)
    }

    /// Rewards and ends for the goals as they are now, over all steps of the returns.
    private func recompute(_ batch: TransitionBatch) {
        if batch.steps > 1 {
            batch.computeReturns(reward)
            return
        }
        reward.compute(
            achieved: batch.achieved, desired: batch.desired, count: batch.count,
            rewards: batch.rewards, terminated: batch.terminated)
        let discount = Float(batch.discount)
        for row in 0..<batch.count {
            batch.discounts[row] = batch.terminated[row] != 0 ? 0 : discount
        }
    }
}

extension ReplayBuffer {
    /// How many time steps were added after a slot's.
    @inline(__always)
    func age(_ slot: Int) -> Int {
        let newest = (time - 1) % rows
        let row = slot / environments
        return newest >= row ? newest - row : newest - row + rows
    }

    /// How far its episode reaches before a slot.
    func stepsBefore(_ slot: Int, atMost limit: Int) -> Int {
        var steps = 0
        while steps < limit, ends[self.slot(slot, movedBy: -steps - 1)] == 0 { steps += 1 }
        return steps
    }

    /// The slot of the same environment so many time steps later.
    @inline(__always)
    func slot(_ slot: Int, movedBy steps: Int) -> Int {
        let capacity = rows * environments
        var moved = slot + steps * environments
        if moved >= capacity { moved -= capacity }
        if moved < 0 { moved += capacity }
        return moved
    }
}
