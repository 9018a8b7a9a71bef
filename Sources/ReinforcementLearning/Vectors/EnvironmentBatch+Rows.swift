import HindsightLearning
import HindsightTensors

extension EnvironmentBatch {
    /// Writes one environment's observation, achieved and desired goal, which follow each other in `row`.
    func write(_ row: [Float], to rows: Observations, _ index: Int) {
        row.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            (rows.observations + index * observationCount).update(
                from: base, count: observationCount)
            guard goalCount > 0 else { return }
            let goals = base + observationCount
            (rows.achieved + index * goalCount).update(from: goals, count: goalCount)
            (rows.desired + index * goalCount).update(from: goals + goalCount, count: goalCount)
        }
    }

    /// What an environment's last action led to becomes what to act on.
    func copyNextToCurrent(_ index: Int) {
        (current.observations + index * observationCount)
            .update(from: next.observations + index * observationCount, count: observationCount)
        (current.achieved + index * goalCount)
            .update(from: next.achieved + index * goalCount, count: goalCount)
        (current.desired + index * goalCount)
            .update(from: next.desired + index * goalCount, count: goalCount)
    }

    /// What to act on is also what an action led to: a step that only began an episode.
    func copyCurrentToNext(_ index: Int) {
        (next.observations + index * observationCount)
            .update(from: current.observations + index * observationCount, count: observationCount)
        (next.achieved + index * goalCount)
            .update(from: current.achieved + index * goalCount, count: goalCount)
        (next.desired + index * goalCount)
            .update(from: current.desired + index * goalCount, count: goalCount)
    }

    private var currentCount: Int { count * (observationCount + 2 * goalCount) }

    /// What to act on, as one tensor for a checkpoint.
    var currentRows: Tensor {
        // The three parts lie one after another.
        Tensor(Array(UnsafeBufferPointer(start: current.observations, count: currentCount)))
    }

    /// Puts such a tensor back.
    ///
    /// - Throws: `LearningStateError` if it is of another size.
    func restoreCurrent(_ rows: Tensor) throws {
        guard rows.dtype == .float32, rows.shape.elementCount == currentCount else {
            throw LearningStateError.mismatch(
                "current", expected: "float32 [\(currentCount)]",
                found: "\(rows.dtype) \(rows.shape)")
        }
        rows.array(of: Float.self).withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            current.observations.update(from: base, count: currentCount)
        }
    }
}
