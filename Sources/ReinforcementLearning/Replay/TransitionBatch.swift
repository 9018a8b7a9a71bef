import CHindsightKernels
import HindsightTensors

/// Transitions drawn from a replay buffer, in rows: what hindsight rewrites and what a learner learns from.
///
/// Its tensors read this memory, which the next draw overwrites.
public final class TransitionBatch {
    /// The number of transitions.
    public let count: Int
    /// Where they come from.
    public let buffer: ReplayBuffer
    /// Their slots in the buffer, and the slots of the last step of their returns.
    public let slots, lastSlots: UnsafeMutablePointer<UInt32>
    /// Whether a transition's goal was replaced.
    public let isRelabeled: UnsafeMutablePointer<UInt8>
    /// How many steps after a relabelled transition its goal was achieved; negative if before it, or in
    /// another episode.
    public let goalSteps: UnsafeMutablePointer<Int32>

    /// `[count, observationCount]`.
    public let observations: UnsafeMutablePointer<Float>
    /// `[futures · count, observationCount]`: what followed each transition's steps; the rows of the first
    /// step, then those of the second.
    public let nextObservations: UnsafeMutablePointer<Float>
    /// `[count, goalCount]`: what each transition reached, and what it was to reach.
    public let achieved, desired: UnsafeMutablePointer<Float>
    /// `[count, actionCount]`.
    public let actions: UnsafeMutablePointer<Float>
    /// `[count]`: rewards summed over the steps of the return; the weight of each transition in the loss.
    public let rewards, weights: UnsafeMutablePointer<Float>
    /// `[futures · count]`: what the value of what follows is multiplied by (0 after the end).
    public let discounts: UnsafeMutablePointer<Float>
    /// `[count]`: how wrong the prediction was, for prioritised replay; filled in by the learner.
    public let errors: UnsafeMutablePointer<Float>
    /// `[count]`: the discounted sum of rewards from each transition to its episode's end, if the learner
    /// asks for it; see `findReturns`.
    public let returnsToGo: UnsafeMutablePointer<Float>
    /// `[count]`: for recomputed ends of episodes.
    public let terminated: UnsafeMutablePointer<UInt8>

    /// The discount of one step.
    public let discount: Double
    /// How many steps returns go over.
    public let steps: Int
    /// What the returns over one step, two steps and so on weigh; nil if the longest alone counts.
    let mixture: [Double]?
    /// How many states that follow a return needs the values of: 1, or `steps` for mixed returns.
    public var futures: Int { mixture?.count ?? 1 }

    private let numbers: Numbers

    /// The memory of a batch, which its tensors keep alive.
    private final class Numbers {
        let base: UnsafeMutablePointer<Float>

        init(_ count: Int) {
            base = .allocate(capacity: count)
            base.initialize(repeating: 0, count: count)
        }

        deinit { base.deallocate() }
    }

    /// Room for so many transitions of a buffer.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - buffer: where they will be drawn from.
    ///   - discount: of one step.
    ///   - steps: how many steps returns go over.
    ///   - lambda: λ of MHER(λ), which mixes the returns over 1 … `steps` steps; nil takes the longest.
    public init(
        _ count: Int, from buffer: ReplayBuffer, discount: Double, steps: Int = 1,
        lambda: Double? = nil
    ) {
        require(count > 0 && steps > 0, "TransitionBatch: \(count) transitions of \(steps) steps")
        mixture = lambda.flatMap { steps > 1 ? TransitionBatch.mixture(steps, $0) : nil }
        let futures = mixture?.count ?? 1
        self.count = count
        self.buffer = buffer
        self.discount = discount
        self.steps = steps
        let (seen, goal, act) = (buffer.observationCount, buffer.goalCount, buffer.actionCount)
        // Every part begins at a cache line.
        func size(_ width: Int) -> Int { (count * width + 15) / 16 * 16 }
        numbers = Numbers(
            size(seen) + size(futures * seen) + 2 * size(goal) + size(act) + 4 * size(1)
                + size(futures) + 16)
        var place = numbers.base
        func take(_ width: Int) -> UnsafeMutablePointer<Float> {
            defer { place += size(width) }
            return place
        }
        observations = take(seen)
        nextObservations = take(futures * seen)
        achieved = take(goal)
        desired = take(goal)
        actions = take(act)
        rewards = take(1)
        discounts = take(futures)
        weights = take(1)
        errors = take(1)
        returnsToGo = take(1)
        weights.update(repeating: 1, count: count)
        slots = .allocate(capacity: count)
        lastSlots = .allocate(capacity: count)
        terminated = .allocate(capacity: count)
        isRelabeled = .allocate(capacity: count)
        goalSteps = .allocate(capacity: count)
        goalSteps.initialize(repeating: 0, count: count)
    }

    deinit {
        slots.deallocate()
        lastSlots.deallocate()
        terminated.deallocate()
        isRelabeled.deallocate()
        goalSteps.deallocate()
    }

    /// A tensor over rows of this batch, or over those of all its futures.
    func tensor(
        _ rows: UnsafeMutablePointer<Float>, width: Int?, futures: Int = 1
    ) -> Tensor {
        let count = futures * count
        return Tensor(
            borrowing: rows, shape: width.map { [count, $0] } ?? [count], dtype: .float32,
            owner: numbers)
    }

    /// Fills in the rows of `slots`.
    public func gather() {
        let (rows, seen, goal) = (
            Int64(count), Int64(buffer.observationCount), Int64(buffer.goalCount)
        )
        hs_gather_rows(buffer.observations.base, seen, slots, rows, observations)
        if mixture == nil {
            var ring = buffer.ring
            hs_returns(
                &ring, slots, rows, Int64(steps), discount, rewards, discounts, lastSlots)
            hs_gather_rows(buffer.nextObservations.base, seen, lastSlots, rows, nextObservations)
        } else {
            computeReturns(nil)
        }
        hs_gather_rows(
            buffer.actions.base, Int64(buffer.actionCount), slots, rows, actions)
        isRelabeled.update(repeating: 0, count: count)
        guard goal > 0 else { return }
        hs_gather_rows(buffer.achieved.base, goal, slots, rows, achieved)
        hs_gather_rows(buffer.desired.base, goal, slots, rows, desired)
    }
}

extension ReplayBuffer {
    /// Fills a batch with transitions drawn evenly.
    public func sample(into batch: TransitionBatch, random: inout RandomGenerator) {
        require(count > 0, "ReplayBuffer: there is nothing to draw from")
        random.drawBelow(count, batch.slots, batch.count)
        batch.gather()
    }
}

extension RandomGenerator {
    /// Draws whole numbers 0 ..< `bound`.
    mutating func drawBelow(
        _ bound: Int, _ target: UnsafeMutablePointer<UInt32>, _ count: Int
    ) {
        let from = state
        hs_draw_below(from.key, from.counter, UInt64(bound), Int64(count), target)
        self = RandomGenerator(
            State(key: from.key, counter: from.counter &+ UInt64((count + 1) / 2)))
    }
}
