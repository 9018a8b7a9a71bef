import HindsightLearning
import HindsightTensors

/// Environments of Gymnasium that step together in Python processes of their own.
///
/// ```swift
/// let world = try GymnasiumVector("FetchReach-v4", count: 8)
/// try world.reset(seed: 1)
/// ```
///
/// Several environments share a process, and several processes work at the same time. Numbers pass through
/// shared memory, and a step costs one byte each way. Observations become `float32`; text in them is left
/// out. Every reward and observation is checked for numbers that are not finite; bounds are checked by
/// `EnvironmentCatalog.check` alone, since many environments overstep theirs a little.
///
/// Processes are started by the first `reset`. They end with this object, and with this program however it
/// ends. The states of the environments cannot be saved: a training that goes on begins new episodes.
public final class GymnasiumVector: VectorEnvironment {
    /// The name with its prefix, such as `gym:FetchReach-v4`.
    public var name: String { description.name }
    /// What one environment's observations are.
    public var observationSpace: Space { description.observationSpace }
    /// What one environment's actions are.
    public var actionSpace: Space { description.actionSpace }
    /// The reward of goals, for a goal environment.
    public private(set) var goalReward: GoalReward?
    /// Where actions are written and results are read.
    public let batch: EnvironmentBatch
    /// What the environment says about itself.
    public let description: GymnasiumDescription
    /// What is told about the reward of goals; nil if there are none.
    public let goalText: String?
    /// How often a worker was started again.
    public internal(set) var restarts = 0
    /// Told in words when a worker was started again.
    public var onRestart: ((String) -> Void)?

    let settings: GymnasiumSettings
    let pool: GymnasiumPool
    let shares: [Range<Int>]
    let autoreset: AutoresetMode
    let startWorker: (Int) throws -> GymnasiumWorker
    var episodeSteps: [Int]
    private var isEnded: [Bool]
    /// 0: not reached, 1: reached, 2: the environment does not say.
    var successes: [UInt8]
    var seed: UInt64 = 0
    var hasBegun = false

    /// Environments of Gymnasium.
    ///
    /// - Parameters:
    ///   - name: `NAME` or `module:NAME`, with `gym:` before it or without.
    ///   - settings: arguments of `gymnasium.make` by name, as Python or JSON would write their values; `limit`;
    ///     and `worker.count`, `worker.time_limit`, `worker.restarts` and `worker.output`.
    ///   - count: how many environments.
    ///   - python: what runs them.
    ///   - autoreset: what follows an episode's end: `sameStep`, or `disabled`.
    ///   - isDrawn: whether `frame()` will be called.
    /// - Throws: `GymnasiumError` if the environment cannot be made; `EnvironmentError` for wrong settings.
    public init(
        _ name: String, settings: [String: String] = [:], count: Int = 1,
        python: GymnasiumPython = .find(), autoreset: AutoresetMode = .sameStep,
        isDrawn: Bool = false
    ) throws {
        guard count > 0, autoreset != .nextStep else {
            throw EnvironmentError.unsuitable(
                "\(name): there must be at least one environment, not \(count), and Gymnasium's reset "
                    + "in the next step is not for environments in workers")
        }
        let settings = try GymnasiumSettings(name, settings)
        let inspection = try GymnasiumInspection.of(settings, python)
        let description = inspection.description
        self.settings = settings
        self.autoreset = autoreset
        self.description = description
        goalText = inspection.goals?.text
        batch = EnvironmentBatch(
            count: count, observationSpace: description.observationSpace,
            actionSpace: description.actionSpace)
        var first = 0
        shares = settings.shares(of: count).map { share in
            defer { first += share }
            return first..<first + share
        }
        startWorker = {
            try GymnasiumWorker.started(
                settings, count: $0, python: python, autoreset: autoreset, isDrawn: isDrawn)
        }
        episodeSteps = Array(repeating: 0, count: count)
        isEnded = Array(repeating: false, count: count)
        successes = Array(repeating: 2, count: count)
        let (shares, startWorker) = (shares, startWorker)
        pool = GymnasiumPool {
            try Self.ready(try shares.map { try startWorker($0.count) }, description)
        }
        goalReward = inspection.goals?.reward(goalCount: batch.goalCount, pool: pool)
    }

    /// Waits for workers that were just started, and shares memory with them.
    static func ready(
        _ workers: [GymnasiumWorker], _ description: GymnasiumDescription
    ) throws -> [GymnasiumWorker] {
        for worker in workers {
            do {
                let found = try worker.description()
                guard found.observationSpace == description.observationSpace,
                    found.actionSpace == description.actionSpace
                else {
                    throw GymnasiumError.notMade(
                        environment: description.name,
                        detail: "its spaces differ from one making to the next")
                }
                try worker.map(description.widths(worker.count))
            } catch {
                throw worker.startError(error)
            }
        }
        return workers
    }

    /// Begins an episode in every environment.
    public func reset(seed: UInt64?) throws {
        if let seed { self.seed = seed }
        hasBegun = false
        try pool.withWorkers { workers in
            do {
                if workers.isEmpty {
                    workers = try Self.ready(
                        try shares.map { try startWorker($0.count) }, description)
                }
                for (share, worker) in zip(shares, workers) {
                    try begin(worker, share, seed: seed)
                }
                for (share, worker) in zip(shares, workers) { try finishReset(worker, share) }
            } catch let failure as GymnasiumFailure {
                // The others may still be at work: none of them is used any more.
                let error = error(failure, in: workers)
                workers = []
                throw error
            }
        }
        hasBegun = true
    }

    func begin(
        _ worker: GymnasiumWorker, _ share: Range<Int>, seed: UInt64?
    ) throws(GymnasiumFailure) {
        guard let memory = worker.memory else { return }
        for (place, index) in share.enumerated() {
            memory.seeds[place] = (seed ?? 0) &+ UInt64(index)
        }
        memory.wanted.update(repeating: seed == nil ? 1 : 2, count: share.count)
        do throws(GymnasiumFailure) {
            try worker.beginReset()
        } catch { throw inPlace(error, worker, share) }
    }

    func finishReset(
        _ worker: GymnasiumWorker, _ share: Range<Int>
    ) throws(GymnasiumFailure) {
        for index in share { (episodeSteps[index], isEnded[index]) = (0, false) }
        do throws(GymnasiumFailure) {
            try worker.finish()
            if let problem = worker.memory?.problemOfCurrent() { throw problem }
        } catch { throw inPlace(error, worker, share) }
        for index in share { copyCurrent(worker, index, share) }
    }

    // MARK: Steps

    /// Does the actions.
    ///
    /// - Throws: `EnvironmentError.action` for an action that is none, and nothing has moved then;
    ///   `GymnasiumError.failed` with environment, step and action for what goes wrong in Python. After the
    ///   latter `reset` begins anew.
    public func step() throws {
        try checkActions()
        try pool.withWorkers { workers in
            guard hasBegun, !workers.isEmpty, !isEnded.contains(true) else {
                throw EnvironmentError.notReset(environment: name)
            }
            var failures: [Int: GymnasiumFailure] = [:]
            for (number, worker) in workers.enumerated() {
                do throws(GymnasiumFailure) {
                    writeActions(worker, shares[number])
                    try worker.beginStep()
                } catch { failures[number] = inPlace(error, worker, shares[number]) }
            }
            for (number, worker) in workers.enumerated() where failures[number] == nil {
                do throws(GymnasiumFailure) {
                    try finishStep(worker, shares[number])
                } catch { failures[number] = error }
            }
            for (number, failure) in failures.sorted(by: { $0.key < $1.key }) {
                try recover(number, failure, &workers)
            }
        }
        if let failure = pool.takeFailure() { throw pairError(failure) }
    }

    private func writeActions(_ worker: GymnasiumWorker, _ share: Range<Int>) {
        worker.memory?.actions.update(
            from: batch.actions + share.lowerBound * batch.actionCount,
            count: share.count * batch.actionCount)
    }

    private func checkActions() throws {
        let width = batch.actionCount
        for index in 0..<count {
            let row = UnsafeBufferPointer(start: batch.actions + index * width, count: width)
            if let problem = actionSpace.problem(ofFlat: row) {
                throw EnvironmentError.action(environment: name, problem: problem)
            }
        }
    }

    private func finishStep(
        _ worker: GymnasiumWorker, _ share: Range<Int>
    ) throws(GymnasiumFailure) {
        do throws(GymnasiumFailure) {
            try worker.finish()
            if let problem = worker.memory?.problemOfStep() { throw problem }
        } catch { throw inPlace(error, worker, share) }
        guard let memory = worker.memory else { return }
        batch.take(memory.next, 0..<share.count, into: batch.next, from: share.lowerBound)
        for (place, index) in share.enumerated() {
            batch.rewards[index] = Float(memory.rewards[place])
            batch.terminated[index] = memory.terminated[place]
            batch.truncated[index] = memory.truncated[place]
            successes[index] = memory.success[place]
            let isOver = memory.terminated[place] != 0 || memory.truncated[place] != 0
            episodeSteps[index] = isOver ? 0 : episodeSteps[index] + 1
            if isOver && autoreset == .sameStep {
                copyCurrent(worker, index, share)
            } else {
                isEnded[index] = isOver
                batch.copyNextToCurrent(index)
            }
        }
    }

    private func copyCurrent(_ worker: GymnasiumWorker, _ index: Int, _ share: Range<Int>) {
        guard let memory = worker.memory else { return }
        let place = index - share.lowerBound
        batch.take(memory.current, place..<place + 1, into: batch.current, from: index)
    }

    /// Whether an environment's last step reached its goal: as its `info` says, or if it does not, whether the
    /// reward was not negative.
    public func isSuccess(_ index: Int) -> Bool {
        successes[index] == 2 ? batch.rewards[index] >= 0 : successes[index] == 1
    }

    /// The reward of the last step as it was, in double precision.
    func exactReward(_ index: Int) -> Double {
        pool.withWorkers { workers in
            guard let worker = shares.firstIndex(where: { $0.contains(index) }),
                worker < workers.count, let memory = workers[worker].memory
            else { return Double(batch.rewards[index]) }
            return memory.rewards[index - shares[worker].lowerBound]
        }
    }

    /// A picture of the first environment.
    ///
    /// - Throws: `GymnasiumError.failed` if it cannot be drawn.
    public func frame() throws -> RasterFrame {
        try pool.withWorkers { workers in
            guard let worker = workers.first else {
                throw EnvironmentError.notReset(environment: name)
            }
            do throws(GymnasiumFailure) {
                return try worker.frame()
            } catch {
                let found = self.error(error, in: workers)
                workers = []
                throw found
            }
        }
    }

    // MARK: Saving

    /// Nil: what Python holds cannot be saved.
    ///
    /// - Throws: `GymnasiumError` if a reward failed and what was learnt of it is not to be kept.
    public func state() throws -> LearningState? {
        if let failure = pool.takeFailure() { throw pairError(failure) }
        return nil
    }

    /// Begins new episodes: there is nothing to go back to.
    public func restore(_ state: LearningState) throws { try reset(seed: nil) }
}
