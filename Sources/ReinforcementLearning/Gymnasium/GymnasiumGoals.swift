import HindsightTensors
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How the reward of goals is computed.
enum GymnasiumGoalForm: Sendable, Equatable {
    /// One reward within a distance and another beyond it, as the environment's own `compute_reward` gave for
    /// all of many pairs; computed here.
    case distance(Double, reached: Float, missed: Float, terminates: Bool)
    /// Asked of the environment, whose episodes end by goals or don't.
    case asked(terminates: Bool)

    /// What is told about it.
    var text: String {
        switch self {
        case .distance(let limit, let reached, let missed, let terminates):
            "reward \(reached) within \(limit) of the goal and \(missed) beyond"
                + (terminates ? ", reaching it ends the episode" : "")
                + " (computed natively: equal to compute_reward for all of \(Self.pairs) pairs)"
        case .asked(let terminates):
            "reward from the environment's compute_reward"
                + (terminates ? ", goals can end the episode" : "")
        }
    }

    /// How many pairs a form is tried with.
    static let pairs = GymnasiumMemory.pairCapacity

    /// The form of a worker's first environment.
    ///
    /// - Throws: `GymnasiumFailure` if its `compute_reward` raises.
    init(
        _ worker: GymnasiumWorker, _ description: GymnasiumDescription
    ) throws(GymnasiumFailure) {
        guard let memory = worker.memory, let space = description.observationSpace["desired_goal"]
        else {
            self = .asked(terminates: false)
            return
        }
        let count = Self.pairs
        let rewards = memory.pairRewards
        let ends = memory.pairEnds
        var canEnd = false
        for threshold in description.thresholds where threshold > 0 && space.isBox {
            let distances = Self.writePairs(memory, width: space.flatCount, around: threshold)
            try worker.rewards(ofPairs: count, withEnds: true)
            canEnd = canEnd || (0..<count).contains { ends[$0] != 0 }
            let isReached = distances.map { $0 <= threshold }
            guard let one = isReached.firstIndex(of: true),
                let other = isReached.firstIndex(of: false)
            else { continue }
            let terminates = ends[one] != 0
            let fits = (0..<count).allSatisfy {
                rewards[$0] == rewards[isReached[$0] ? one : other]
                    && (ends[$0] != 0) == (terminates && isReached[$0])
            }
            guard fits, rewards[one] != rewards[other] else { continue }
            self = .distance(
                // Adding makes 0 of -0.
                threshold, reached: Float(rewards[one]) + 0, missed: Float(rewards[other]) + 0,
                terminates: terminates)
            return
        }
        if description.thresholds.isEmpty || !space.isBox {
            canEnd = true
        }
        self = .asked(terminates: canEnd)
    }

    /// Writes pairs of goals of which about a half are within a threshold, some of them equal.
    ///
    /// - Returns: their distances, computed as rewards are.
    private static func writePairs(
        _ memory: GymnasiumMemory, width: Int, around threshold: Double
    ) -> [Double] {
        let achieved = memory.achieved
        let desired = memory.desired
        var random = PCG64(seed: 7)
        return (0..<pairs).map { pair in
            let way = (0..<width).map { _ in Double.random(in: -1...1, using: &random) }
            let length = max(way.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-9)
            let distance =
                pair % 16 == 0 ? 0 : Double.random(in: 0...2 * threshold, using: &random)
            for place in 0..<width {
                let middle = Double.random(in: -2...2, using: &random)
                achieved[pair * width + place] = Float(middle)
                desired[pair * width + place] =
                    Float(middle) + Float(way[place] / length * distance)
            }
            return Self.distance(achieved + pair * width, desired + pair * width, width)
        }
    }

    /// The Euclidean distance, in double precision and in the order of NumPy's norm of few numbers.
    @inline(__always)
    fileprivate static func distance(
        _ one: UnsafePointer<Float>, _ other: UnsafePointer<Float>, _ width: Int
    ) -> Double {
        var square = 0.0
        for place in 0..<width {
            let difference = Double(one[place]) - Double(other[place])
            square += difference * difference
        }
        return square.squareRoot()
    }

    /// The reward.
    ///
    /// - Parameters:
    ///   - goalCount: numbers of a goal.
    ///   - pool: who is asked if need be.
    func reward(goalCount: Int, pool: GymnasiumPool) -> GoalReward {
        switch self {
        case .distance(let limit, let reached, let missed, let terminates):
            GoalReward(goalCount: goalCount) { achieved, desired, count, rewards, ends in
                for row in 0..<count {
                    let place = row * goalCount
                    let isReached =
                        Self.distance(achieved + place, desired + place, goalCount) <= limit
                    rewards[row] = isReached ? reached : missed
                    ends[row] = isReached && terminates ? 1 : 0
                }
            }
        case .asked(let terminates):
            GoalReward(goalCount: goalCount) { achieved, desired, count, rewards, ends in
                pool.rewards(
                    achieved, desired, count, goalCount, withEnds: terminates, rewards, ends)
            }
        }
    }
}

extension Space {
    fileprivate var isBox: Bool { if case .box = self { true } else { false } }
}

/// The workers of a vector of environments, which its goals' reward asks too.
final class GymnasiumPool: @unchecked Sendable {
    private let lock = Mutex(())
    private var workers: [GymnasiumWorker] = []
    private var failure: GymnasiumFailure?
    /// Starts workers if there are none.
    private let start: () throws -> [GymnasiumWorker]

    init(_ start: @escaping () throws -> [GymnasiumWorker]) { self.start = start }

    /// Does something with the workers while nobody else does.
    func withWorkers<Result>(_ body: (inout [GymnasiumWorker]) throws -> Result) rethrows -> Result
    {
        try lock.withLock { _ in try body(&workers) }
    }

    /// A failure that a reward could not tell; it is told once.
    func takeFailure() -> GymnasiumFailure? {
        lock.withLock { _ in
            defer { failure = nil }
            return failure
        }
    }

    /// Rewards from the first worker. What goes wrong is told by the next step or checkpoint of the environments,
    /// before anything is kept.
    func rewards(
        _ achieved: UnsafePointer<Float>, _ desired: UnsafePointer<Float>, _ count: Int,
        _ width: Int, withEnds: Bool, _ rewards: UnsafeMutablePointer<Float>,
        _ ends: UnsafeMutablePointer<UInt8>
    ) {
        lock.withLock { _ in
            rewards.update(repeating: 0, count: count)
            ends.update(repeating: 0, count: count)
            do {
                if workers.isEmpty { workers = try start() }
                var first = 0
                while first < count {
                    let part = min(count - first, GymnasiumMemory.pairCapacity)
                    try ask(achieved, desired, first..<first + part, width, withEnds, rewards, ends)
                    first += part
                }
            } catch {
                failure = error as? GymnasiumFailure ?? .memory("\(error)")
            }
        }
    }

    private func ask(
        _ achieved: UnsafePointer<Float>, _ desired: UnsafePointer<Float>, _ rows: Range<Int>,
        _ width: Int, _ withEnds: Bool, _ rewards: UnsafeMutablePointer<Float>,
        _ ends: UnsafeMutablePointer<UInt8>
    ) throws(GymnasiumFailure) {
        guard let worker = workers.first, let memory = worker.memory else { return }
        let place = rows.lowerBound * width
        memory.achieved.update(from: achieved + place, count: rows.count * width)
        memory.desired.update(from: desired + place, count: rows.count * width)
        try worker.rewards(ofPairs: rows.count, withEnds: withEnds)
        let found = memory.pairRewards
        for row in 0..<rows.count { rewards[rows.lowerBound + row] = Float(found[row]) }
        (ends + rows.lowerBound).update(from: memory.pairEnds, count: rows.count)
    }
}
