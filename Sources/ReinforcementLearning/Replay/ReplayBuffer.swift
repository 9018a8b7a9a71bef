import CHindsightKernels
import HindsightLearning
import HindsightTensors

/// The newest transitions of a vector of environments, in `float32` structures of arrays: a ring of time
/// steps, each with a row for every environment.
///
/// Every transition knows where its episode ends, also while that still goes on, so that hindsight can
/// choose goals that were reached later (Andrychowicz et al. 2017).
public final class ReplayBuffer {
    /// How many transitions it holds at most.
    public var capacity: Int { rows * environments }
    /// How many transitions it holds.
    public var count: Int { min(time, rows) * environments }
    /// Time steps that were ever added.
    public private(set) var time = 0

    let rows: Int
    let environments: Int
    /// Numbers of an observation, a goal and an action.
    let observationCount, goalCount, actionCount: Int

    let observations, nextObservations, achieved, desired, actions, rewards: Rows
    let ends: UnsafeMutablePointer<UInt8>
    /// Steps from a transition to its episode's last one; `open` while the episode goes on.
    let stepsToEnd: UnsafeMutablePointer<UInt32>
    /// When each environment's episode under way began.
    private(set) var episodeStarts: [Int]

    /// Time steps after which all environments began new episodes without having come to an end.
    var breaks: [Int] = []

    /// Where transitions are kept on disk, if they are.
    var folder: ReplayFolder?

    static let open = UInt32.max

    /// The memory that a full buffer takes, in bytes.
    public var byteCount: Int {
        let numbers = parts.reduce(0) { $0 + $1.width * MemoryLayout<Float>.stride }
        return capacity * (numbers + 1 + (goalCount > 0 ? MemoryLayout<UInt32>.stride : 0))
    }

    /// Numbers in rows of equal width.
    struct Rows {
        let base: UnsafeMutablePointer<Float>
        let width: Int

        init(_ count: Int, _ width: Int) {
            self.width = width
            // Pages that are never touched cost nothing.
            base = .allocate(capacity: max(count * width, 1))
        }
    }

    /// A buffer for what such a batch brings.
    ///
    /// - Parameters:
    ///   - capacity: transitions to hold, rounded up to whole time steps.
    ///   - batch: of the environments whose transitions are to be kept.
    ///   - actionCount: numbers of an action as the learner sees it.
    public init(capacity: Int, batch: EnvironmentBatch, actionCount: Int) {
        require(capacity > 0, "ReplayBuffer: the capacity must be above 0, not \(capacity)")
        environments = batch.count
        rows = (capacity + batch.count - 1) / batch.count
        require(
            rows * environments < Int(UInt32.max),
            "ReplayBuffer: \(capacity) transitions are too many")
        observationCount = batch.observationCount
        goalCount = batch.goalCount
        self.actionCount = actionCount
        let all = rows * batch.count
        observations = Rows(all, observationCount)
        nextObservations = Rows(all, observationCount)
        achieved = Rows(all, goalCount)
        desired = Rows(all, goalCount)
        actions = Rows(all, actionCount)
        rewards = Rows(all, 1)
        ends = .allocate(capacity: all)
        let episodic = goalCount > 0 ? all : 1
        stepsToEnd = .allocate(capacity: episodic)
        episodeStarts = Array(repeating: 0, count: environments)
    }

    deinit {
        for part in parts { part.base.deallocate() }
        ends.deallocate()
        stepsToEnd.deallocate()
    }

    /// The parts that are made of numbers, in the order they are saved.
    var parts: [Rows] {
        [observations, nextObservations, achieved, desired, actions, rewards]
    }

    /// The first slot of a time step.
    @inline(__always)
    func slot(time: Int) -> Int { time % rows * environments }

    /// The ring as the kernels see it.
    var ring: hs_ring {
        hs_ring(
            rewards: rewards.base, ends: ends, rows: Int64(rows), environments: Int64(environments),
            time: Int64(time))
    }

    /// Keeps what is to be acted on, before the step.
    public func noteBefore(_ batch: EnvironmentBatch) {
        let slot = slot(time: time)
        observations.write(batch.current.observations, at: slot, count: environments)
        desired.write(batch.current.desired, at: slot, count: environments)
    }

    /// Keeps what was done and what it led to.
    public func noteAfter(_ batch: EnvironmentBatch, actions taken: UnsafePointer<Float>) {
        let slot = slot(time: time)
        nextObservations.write(batch.next.observations, at: slot, count: environments)
        achieved.write(batch.next.achieved, at: slot, count: environments)
        actions.write(taken, at: slot, count: environments)
        rewards.write(batch.rewards, at: slot, count: environments)
        for index in 0..<environments {
            ends[slot + index] =
                (batch.terminated[index] != 0 ? UInt8(HS_TERMINATED) : 0)
                | (batch.truncated[index] != 0 ? UInt8(HS_TRUNCATED) : 0)
        }
        noteEpisodes(slot)
        time += 1
    }

    private func noteEpisodes(_ slot: Int) {
        for index in 0..<environments {
            let start = episodeStarts[index]
            let hasEnded = ends[slot + index] != 0
            if goalCount > 0 {
                stepsToEnd[slot + index] = ReplayBuffer.open
                if hasEnded {
                    // What was overwritten meanwhile belongs to this episode too: it needs no care.
                    for earlier in max(start, time - rows + 1)...time {
                        stepsToEnd[self.slot(time: earlier) + index] = UInt32(time - earlier)
                    }
                }
            }
            if hasEnded { episodeStarts[index] = time + 1 }
        }
    }

    /// Goes back to a number of time steps that are all in the buffer's memory, for restoring.
    func setTime(_ time: Int, episodeStarts: [Int]) {
        self.time = time
        self.episodeStarts = episodeStarts
    }
}

extension ReplayBuffer.Rows {
    func write(_ source: UnsafePointer<Float>, at slot: Int, count: Int) {
        guard width > 0 else { return }
        (base + slot * width).update(from: source, count: count * width)
    }
}
