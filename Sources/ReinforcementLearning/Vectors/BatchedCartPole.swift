import CHindsightKernels
import HindsightLearning
import HindsightTensors

/// Many CartPoles whose states lie in columns and are moved by vector kernels.
///
/// In double precision a step is Gymnasium's to 2 units in the last place; in single precision it is about
/// twice as fast. Starts are a function of seed, environment and episode alone, so that they are the same with
/// any number of environments and threads; they are not the ones that Gymnasium draws.
public final class BatchedCartPole: VectorEnvironment {
    /// Of what states are.
    public enum Precision: String, Sendable, Codable, CaseIterable {
        /// 64 bits, as Gymnasium's.
        case double
        /// 32 bits.
        case single
    }

    /// The name, `cartpole`.
    public let name = "cartpole"
    /// Position, velocity, angle, angular velocity.
    public let observationSpace = CartPole().observationSpace
    /// Push left, push right.
    public let actionSpace = CartPole().actionSpace
    /// None: balancing has no goals.
    public let goalReward: GoalReward? = nil
    /// Where actions are written and results are read.
    public let batch: EnvironmentBatch
    /// Of what states are.
    public let precision: Precision
    private var all = hs_cartpoles()
    private let counters: UnsafeMutablePointer<UInt32>
    private let state64: UnsafeMutablePointer<Double>

    /// CartPoles.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - precision: of what states are.
    ///   - timeLimit: steps after which an episode is cut off; nil for none.
    public init(count: Int, precision: Precision = .double, timeLimit: Int? = 500) {
        require(count > 0, "BatchedCartPole: there must be at least one, not \(count)")
        batch = EnvironmentBatch(
            count: count, observationSpace: observationSpace, actionSpace: actionSpace)
        self.precision = precision
        counters = .allocate(capacity: 2 * count)
        counters.initialize(repeating: 0, count: 2 * count)
        state64 = .allocate(capacity: 4 * count)
        state64.initialize(repeating: 0, count: 4 * count)
        all.count = count
        all.is_double = precision == .double
        all.limit = UInt32(clamping: timeLimit ?? 0)
        all.state = UnsafeMutableRawPointer(state64)
        all.steps = counters
        all.episodes = counters + count
        all.actions = UnsafePointer(batch.actions)
        all.terminated = batch.terminated
        all.truncated = batch.truncated
        all.next = batch.next.observations
        all.current = batch.current.observations
        batch.rewards.update(repeating: 1, count: count)
    }

    deinit {
        counters.deallocate()
        state64.deallocate()
    }

    /// Begins an episode in every environment, with numbers anew if there is a seed.
    public func reset(seed: UInt64?) {
        if let seed {
            all.seed = seed
            all.episodes.update(repeating: 0, count: count)
        }
        hs_cartpoles_reset(&all)
    }

    /// Does the actions.
    ///
    /// - Throws: `EnvironmentError.action` for an action that is neither 0 nor 1.
    public func step() throws {
        for index in 0..<count where batch.actions[index] != 0 && batch.actions[index] != 1 {
            throw EnvironmentError.action(
                environment: name, problem: "\(batch.actions[index]) is not in 0..<2")
        }
        batch.rewards.update(repeating: 1, count: count)
        hs_cartpoles_step(&all)
    }

    /// Does actions without writing rows of observations: for who reads columns.
    ///
    /// - Parameter actions: `[count]`, each 0 or 1. `batch.terminated` and `batch.truncated` are written.
    public func stepColumns(_ actions: UnsafePointer<Float>) {
        var columns = all
        columns.actions = actions
        columns.current = nil
        hs_cartpoles_step(&columns)
    }

    /// Columns of double states, `[4, count]`: position, velocity, angle, angular velocity; nil in single
    /// precision.
    public var columns: UnsafeMutablePointer<Double>? { precision == .double ? state64 : nil }

    /// Columns of single states, `[4, count]`; nil in double precision.
    public var singleColumns: UnsafeMutablePointer<Float>? {
        precision == .single ? all.state.assumingMemoryBound(to: Float.self) : nil
    }

    private struct Saved: Codable {
        var precision: Precision
        var seed: UInt64
        var states: [UInt64]
        var counters: [UInt32]
    }

    /// Seed, states and counters, exactly.
    public func state() throws -> LearningState? {
        var state = LearningState(tensors: ["current": batch.currentRows])
        let words = (0..<4 * count).map { state64[$0].bitPattern }
        let numbers = (0..<2 * count).map { counters[$0] }
        try state.set(
            Saved(precision: precision, seed: all.seed, states: words, counters: numbers),
            for: "cartpoles")
        return state
    }

    /// Goes back to a saved state.
    public func restore(_ state: LearningState) throws {
        let saved: Saved = try state.value("cartpoles")
        guard saved.precision == precision, saved.states.count == 4 * count,
            saved.counters.count == 2 * count
        else {
            throw LearningStateError.incompatible(
                "the checkpoint has \(saved.states.count / 4) cartpoles in \(saved.precision) "
                    + "precision, the run \(count) in \(precision)")
        }
        try batch.restoreCurrent(state.tensor("current"))
        all.seed = saved.seed
        for (place, word) in saved.states.enumerated() { state64[place] = Double(bitPattern: word) }
        for (place, number) in saved.counters.enumerated() { counters[place] = number }
    }
}
