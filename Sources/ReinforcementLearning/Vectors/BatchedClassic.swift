import CHindsightKernels
import HindsightLearning
import HindsightTensors

/// Many mountain cars, pendulums or acrobots whose states lie in columns and are moved by one C function.
///
/// A step's bits are the scalar environment's, and with it Gymnasium's. Starts are a function of seed,
/// environment and episode alone, so that they are the same with any number of environments; they are not the
/// ones that Gymnasium draws.
public final class BatchedClassic: VectorEnvironment {
    /// Which environment.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// MountainCar-v0.
        case mountainCar = "mountaincar"
        /// MountainCarContinuous-v0.
        case mountainCarContinuous = "mountaincar-continuous"
        /// Pendulum-v1.
        case pendulum
        /// Acrobot-v1.
        case acrobot

        fileprivate var code: hs_world_kind {
            switch self {
            case .mountainCar: HS_MOUNTAINCAR
            case .mountainCarContinuous: HS_MOUNTAINCAR_CONTINUOUS
            case .pendulum: HS_PENDULUM
            case .acrobot: HS_ACROBOT
            }
        }

        fileprivate var scalar: any Environment {
            switch self {
            case .mountainCar: MountainCar()
            case .mountainCarContinuous: MountainCarContinuous()
            case .pendulum: Pendulum()
            case .acrobot: Acrobot()
            }
        }
    }

    /// Which environment they are.
    public let kind: Kind
    /// The environment's name in the catalog.
    public var name: String { kind.rawValue }
    /// As the scalar environment's.
    public let observationSpace: Space
    /// As the scalar environment's.
    public let actionSpace: Space
    /// None: these have no goals.
    public let goalReward: GoalReward? = nil
    /// Where actions are written and results are read.
    public let batch: EnvironmentBatch
    /// Columns of states, `[width, count]`: position and velocity, angle and velocity, or acrobot's four.
    public let columns: UnsafeMutablePointer<Double>
    private let width: Int
    private let counters: UnsafeMutablePointer<UInt32>
    private let choices: Int?
    private var all = hs_worlds()

    /// Environments of one kind.
    ///
    /// - Parameters:
    ///   - kind: which.
    ///   - count: how many.
    ///   - timeLimit: steps after which an episode is cut off; nil for none.
    ///   - gravity: of pendulums, in m/s².
    public init(_ kind: Kind, count: Int, timeLimit: Int?, gravity: Double = 10) {
        require(count > 0, "BatchedClassic: there must be at least one, not \(count)")
        self.kind = kind
        let scalar = kind.scalar
        (observationSpace, actionSpace) = (scalar.observationSpace, scalar.actionSpace)
        if case .discrete(let number, _) = actionSpace { choices = number } else { choices = nil }
        batch = EnvironmentBatch(
            count: count, observationSpace: observationSpace, actionSpace: actionSpace)
        width = Int(hs_world_width(kind.code))
        columns = .allocate(capacity: width * count)
        columns.initialize(repeating: 0, count: width * count)
        counters = .allocate(capacity: 2 * count)
        counters.initialize(repeating: 0, count: 2 * count)
        all.kind = kind.code
        all.count = count
        all.limit = UInt32(clamping: timeLimit ?? 0)
        all.gravity = gravity
        all.state = columns
        all.steps = counters
        all.episodes = counters + count
        all.actions = UnsafePointer(batch.actions)
        all.rewards = batch.rewards
        all.terminated = batch.terminated
        all.truncated = batch.truncated
        all.next = batch.next.observations
        all.current = batch.current.observations
    }

    deinit {
        columns.deallocate()
        counters.deallocate()
    }

    /// Begins an episode in every environment, with numbers anew if there is a seed.
    public func reset(seed: UInt64?) {
        if let seed {
            all.seed = seed
            all.episodes.update(repeating: 0, count: count)
        }
        hs_worlds_reset(&all)
    }

    /// Does the actions.
    ///
    /// - Throws: `EnvironmentError.action` for an action that is none; nothing has moved then.
    public func step() throws {
        for index in 0..<count {
            let action = batch.actions[index]
            if let choices {
                let isChoice = action >= 0 && action < Float(choices) && action.rounded() == action
                guard isChoice else { throw refused(action, "is not in 0..<\(choices)") }
            } else if !action.isFinite {
                throw refused(action, "is no finite number")
            }
        }
        hs_worlds_step(&all)
    }

    private func refused(_ action: Float, _ reason: String) -> EnvironmentError {
        .action(environment: name, problem: "\(action) \(reason)")
    }

    private struct Saved: Codable {
        var kind: Kind
        var seed: UInt64
        var states: [UInt64]
        var counters: [UInt32]
    }

    /// Seed, states and counters, exactly.
    public func state() throws -> LearningState? {
        var state = LearningState(tensors: ["current": batch.currentRows])
        try state.set(
            Saved(
                kind: kind, seed: all.seed,
                states: (0..<width * count).map { columns[$0].bitPattern },
                counters: (0..<2 * count).map { counters[$0] }), for: "classic")
        return state
    }

    /// Goes back to a saved state.
    ///
    /// - Throws: `LearningStateError` if it is of another kind or number.
    public func restore(_ state: LearningState) throws {
        let saved: Saved = try state.value("classic")
        guard saved.kind == kind, saved.states.count == width * count,
            saved.counters.count == 2 * count
        else {
            throw LearningStateError.incompatible(
                "the checkpoint has \(saved.counters.count / 2) environments of \(saved.kind), the "
                    + "run \(count) of \(kind)")
        }
        try batch.restoreCurrent(state.tensor("current"))
        all.seed = saved.seed
        for (place, word) in saved.states.enumerated() { columns[place] = Double(bitPattern: word) }
        for (place, number) in saved.counters.enumerated() { counters[place] = number }
    }
}
