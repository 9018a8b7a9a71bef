import HindsightLearning
import HindsightTensors

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A vector of environments written as `Environment`, stepped one after another.
///
/// Everything that comes out of an environment is checked against its spaces.
public final class SynchronousVector<Base: Environment>: VectorEnvironment {
    /// The environment's name.
    public let name: String
    /// The environments.
    public private(set) var environments: [Base]
    /// What one environment's observations are.
    public let observationSpace: Space
    /// What one environment's actions are.
    public let actionSpace: Space
    /// The reward of goals, for a goal environment.
    public let goalReward: GoalReward?
    /// Where actions are written and results are read.
    public let batch: EnvironmentBatch
    /// What happens after an episode's end.
    public let autoreset: AutoresetMode
    private let timeLimit: Int?
    private var isEnded: [Bool]
    private var episodeSteps: [Int]
    private var row: [Float] = []

    /// Copies of an environment.
    ///
    /// - Parameters:
    ///   - environment: how each of them begins.
    ///   - name: for messages.
    ///   - count: how many.
    ///   - timeLimit: steps after which an episode is cut off; nil for none.
    ///   - autoreset: what happens after an episode's end; algorithms expect `sameStep`.
    public init(
        _ environment: Base, name: String, count: Int = 1, timeLimit: Int? = nil,
        autoreset: AutoresetMode = .sameStep
    ) {
        require(
            count > 0, "SynchronousVector: there must be at least one environment, not \(count)")
        self.name = name
        self.timeLimit = timeLimit
        self.autoreset = autoreset
        isEnded = Array(repeating: false, count: count)
        environments = Array(repeating: environment, count: count)
        observationSpace = environment.observationSpace
        actionSpace = environment.actionSpace
        goalReward = (environment as? any GoalEnvironment)?.goalReward
        batch = EnvironmentBatch(
            count: count, observationSpace: observationSpace, actionSpace: actionSpace,
            hasMasks: environment.actionMask != nil)
        episodeSteps = Array(repeating: 0, count: count)
        row.reserveCapacity(observationSpace.flatCount)
    }

    /// Begins an episode in every environment.
    public func reset(seed: UInt64?) throws {
        for index in environments.indices {
            let observation = try environments[index].reset(seed: seed.map { $0 &+ UInt64(index) })
            try write(observation, index, to: batch.current)
            episodeSteps[index] = 0
            isEnded[index] = false
            writeMask(index)
        }
    }

    /// Begins an episode in the environments whose episode ended: what mode `disabled` needs.
    public func resetEnded() throws {
        for index in environments.indices where isEnded[index] { try begin(index) }
    }

    private func begin(_ index: Int) throws {
        episodeSteps[index] = 0
        try write(try environments[index].reset(seed: nil), index, to: batch.current)
        isEnded[index] = false
        writeMask(index)
    }

    /// Instead of an action in an environment whose episode ended.
    private func stepEnded(_ index: Int) throws {
        guard autoreset == .nextStep else { throw EnvironmentError.notReset(environment: name) }
        try begin(index)
        batch.copyCurrentToNext(index)
        batch.rewards[index] = 0
        batch.terminated[index] = 0
        batch.truncated[index] = 0
    }

    /// Does the actions.
    public func step() throws {
        let width = batch.actionCount
        for index in environments.indices {
            if isEnded[index] {
                try stepEnded(index)
                continue
            }
            let flat = UnsafeBufferPointer(start: batch.actions + index * width, count: width)
            let action = actionSpace.value(flat: flat)
            if let problem = actionSpace.problem(with: action) {
                throw EnvironmentError.action(environment: name, problem: problem)
            }
            let step = try environments[index].step(action)
            episodeSteps[index] += 1
            guard step.reward.isFinite else {
                throw EnvironmentError.reward(
                    environment: name, episodeStep: episodeSteps[index], reward: step.reward)
            }
            try write(step.observation, index, to: batch.next)
            let isLate = timeLimit.map { episodeSteps[index] >= $0 } ?? false
            batch.rewards[index] = Float(step.reward)
            batch.terminated[index] = step.isTerminated ? 1 : 0
            batch.truncated[index] = step.isTruncated || isLate ? 1 : 0
            let isOver = step.isTerminated || step.isTruncated || isLate
            if isOver && autoreset == .sameStep {
                episodeSteps[index] = 0
                try write(try environments[index].reset(seed: nil), index, to: batch.current)
            } else {
                isEnded[index] = isOver
                batch.copyNextToCurrent(index)
            }
            writeMask(index)
        }
    }

    private func write(
        _ value: SpaceValue, _ index: Int, to rows: EnvironmentBatch.Observations
    ) throws {
        if let problem = observationSpace.problem(with: value) {
            throw EnvironmentError.observation(
                environment: name, episodeStep: episodeSteps[index], problem: problem)
        }
        row.removeAll(keepingCapacity: true)
        if batch.goalCount > 0, case .dictionary(let parts) = value,
            let seen = parts["observation"], let achieved = parts["achieved_goal"],
            let desired = parts["desired_goal"], let seenSpace = observationSpace["observation"],
            let goalSpace = observationSpace["desired_goal"]
        {
            seenSpace.append(seen, to: &row)
            goalSpace.append(achieved, to: &row)
            goalSpace.append(desired, to: &row)
        } else {
            observationSpace.append(value, to: &row)
        }
        batch.write(row, to: rows, index)
    }

    private func writeMask(_ index: Int) {
        guard batch.maskCount > 0, let mask = environments[index].actionMask else { return }
        for (action, isAllowed) in mask.prefix(batch.maskCount).enumerated() {
            batch.masks[index * batch.maskCount + action] = isAllowed ? 1 : 0
        }
    }

    // MARK: Saving

    private struct Saved: Codable {
        var environments: [String]
        var episodeSteps: [Int]
        var isEnded: [Bool]
    }

    /// The environments as JSON if they are `Codable`, and what they show.
    public func state() throws -> LearningState? {
        guard environments[0] is any Codable else { return nil }
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = Self.nonFiniteOut
        // The same state is to give the same bytes.
        encoder.outputFormatting = .sortedKeys
        let texts = try environments.map { environment in
            String(decoding: try encoder.encode(Encodables(environment)), as: UTF8.self)
        }
        var state = LearningState(tensors: ["current": batch.currentRows])
        try state.set(
            Saved(environments: texts, episodeSteps: episodeSteps, isEnded: isEnded),
            for: "environments")
        return state
    }

    /// Goes back to saved environments.
    public func restore(_ state: LearningState) throws {
        let saved: Saved = try state.value("environments")
        guard saved.environments.count == environments.count,
            saved.episodeSteps.count == environments.count,
            saved.isEnded.count == environments.count,
            let type = Base.self as? any Decodable.Type
        else {
            throw LearningStateError.incompatible(
                "the checkpoint has \(saved.environments.count) environments, the run "
                    + "\(environments.count)")
        }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = Self.nonFiniteIn
        environments = try saved.environments.map { text in
            guard let found = try decoder.decode(type, from: Data(text.utf8)) as? Base else {
                throw LearningStateError.malformedValue("environments", "\(Base.self)")
            }
            return found
        }
        episodeSteps = saved.episodeSteps
        isEnded = saved.isEnded
        try batch.restoreCurrent(state.tensor("current"))
        for index in environments.indices { writeMask(index) }
    }

    private static var nonFiniteOut: JSONEncoder.NonConformingFloatEncodingStrategy {
        .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    }

    private static var nonFiniteIn: JSONDecoder.NonConformingFloatDecodingStrategy {
        .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    }

    /// An environment as something to encode.
    private struct Encodables: Encodable {
        let body: any Encodable

        init(_ environment: Base) throws {
            guard let body = environment as? any Encodable else {
                throw EnvironmentError.unsuitable("\(Base.self) cannot be saved")
            }
            self.body = body
        }

        func encode(to encoder: any Encoder) throws { try body.encode(to: encoder) }
    }
}
