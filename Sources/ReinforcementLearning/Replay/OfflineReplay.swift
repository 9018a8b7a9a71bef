import HindsightTensors

extension OffPolicySettings {
    /// Refuses prioritised replay where an algorithm does not say how wrong it was.
    ///
    /// - Throws: `EnvironmentError.unsuitable`.
    func checkEvenDraws(for algorithm: String) throws {
        guard priority == nil else {
            throw EnvironmentError.unsuitable(
                "\(algorithm) draws evenly; leave priority out, or set it to none")
        }
    }
}

/// Logged data beside what an agent experiences itself: first alone, then as a fixed part of each batch
/// (RLPD's symmetric sampling; Ball et al. 2023).
final class OfflineReplay {
    /// Gradient steps before the first environment step.
    let updates: Int
    private let buffer: ReplayBuffer
    private let share: Double
    private let all: TransitionBatch
    private let logged, own: TransitionBatch?

    /// - Parameters:
    ///   - data: the logged episodes.
    ///   - environment: whose observations and actions they have.
    ///   - settings: of the loop.
    ///   - replay: what the agent experiences itself.
    /// - Throws: `TrajectoryError` if data and environment do not go together; `EnvironmentError.unsuitable` for
    ///   prioritised replay.
    init(
        _ data: OfflineData, for environment: any VectorEnvironment, _ settings: OffPolicySettings,
        beside replay: ReplayBuffer
    ) throws {
        guard settings.priority == nil else {
            throw EnvironmentError.unsuitable(
                "logged data are drawn evenly; leave priority out, or set it to none")
        }
        updates = data.updates
        let buffer = try ReplayBuffer(data.trajectories, for: environment, name: data.name)
        self.buffer = buffer
        share = settings.offlineShare
        func batch(_ count: Int, _ buffer: ReplayBuffer) -> TransitionBatch {
            TransitionBatch(
                count, from: buffer, discount: settings.discount, steps: settings.returnSteps,
                lambda: settings.returnLambda)
        }
        all = batch(settings.batchSize, buffer)
        let part = Int((Double(settings.batchSize) * settings.offlineShare).rounded())
        logged = part > 0 ? batch(part, buffer) : nil
        own = part < settings.batchSize ? batch(settings.batchSize - part, replay) : nil
    }

    /// Fills a batch.
    ///
    /// - Parameters:
    ///   - batch: what to fill.
    ///   - replay: what the agent experienced itself; nil for logged data alone.
    ///   - random: where chance comes from.
    ///   - look: rewrites what was drawn with hindsight, before it is put together.
    func fill(
        _ batch: TransitionBatch, beside replay: ReplayBuffer?, random: inout RandomGenerator,
        _ look: (inout TransitionBatch, inout RandomGenerator) -> Void
    ) {
        guard let replay else {
            buffer.sample(into: all, random: &random)
            var part = all
            look(&part, &random)
            batch.copy(all, at: 0)
            return
        }
        var row = 0
        for (part, buffer) in [(own, replay), (logged, buffer)] {
            guard var part else { continue }
            buffer.sample(into: part, random: &random)
            look(&part, &random)
            batch.copy(part, at: row)
            row += part.count
        }
    }
}
