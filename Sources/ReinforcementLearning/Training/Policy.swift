import HindsightTensors

/// Chooses actions for rows of observations.
public protocol Policy: AnyObject {
    /// Writes the best known actions, as the environment takes them, into `batch.actions`.
    ///
    /// - Parameter batch: what to act on is its `current`.
    func act(on batch: EnvironmentBatch) throws
}

/// Continuous actions between -1 and 1 as learners see them, and between an environment's bounds.
struct ActionScaling: Sendable {
    private let low: [Float]
    private let high: [Float]

    /// Scaling for an action space; discrete actions are not changed.
    ///
    /// - Throws: `EnvironmentError.unsuitable` if a number of the box has no bounds.
    init(_ space: Space, environment: String) throws {
        guard case .box(let box) = space else {
            (low, high) = ([], [])
            return
        }
        guard (box.low + box.high).allSatisfy(\.isFinite) else {
            throw EnvironmentError.unsuitable(
                "\(environment): actions without bounds cannot be learnt; wrap the environment so that "
                    + "its action space \(space) has bounds")
        }
        (low, high) = (box.low, box.high)
    }

    /// Writes rows of actions between bounds.
    func write(
        _ source: UnsafePointer<Float>, count: Int, to target: UnsafeMutablePointer<Float>,
        width: Int
    ) {
        guard !low.isEmpty else {
            target.update(from: source, count: count * width)
            return
        }
        for row in 0..<count {
            for index in 0..<width {
                let part = (source[row * width + index] + 1) / 2
                let scaled = low[index] + part * (high[index] - low[index])
                target[row * width + index] = min(max(scaled, low[index]), high[index])
            }
        }
    }

    /// A number between -1 and 1 as the environment takes it at a place of its actions.
    func scaled(_ value: Float, _ place: Int) -> Float {
        guard !low.isEmpty else { return value }
        let wish = low[place] + (value + 1) / 2 * (high[place] - low[place])
        return min(max(wish, low[place]), high[place])
    }

    /// Reads an action that an environment took, as learners see it: beyond the bounds counts as at them.
    func readAction(_ actions: [Float], _ row: Int, to target: UnsafeMutablePointer<Float>) {
        guard !low.isEmpty else {
            target[0] = actions[row]
            return
        }
        for place in low.indices {
            let size = high[place] - low[place]
            let part = size > 0 ? (actions[row * low.count + place] - low[place]) / size : 0.5
            target[place] = min(max(2 * part - 1, -1), 1)
        }
    }

    /// Adds normal noise to continuous actions, in parts of half their range.
    func disturb(_ batch: EnvironmentBatch, deviation: Double, random: inout RandomGenerator) {
        let noise = random.normal([batch.count, max(low.count, 1)], deviation: deviation)
        noise.withUnsafeBytes { bytes in
            let numbers = bytes.bindMemory(to: Float.self)
            for index in numbers.indices where !low.isEmpty {
                let place = index % low.count
                let wish = batch.actions[index] + numbers[index] * (high[place] - low[place]) / 2
                batch.actions[index] = min(max(wish, low[place]), high[place])
            }
        }
    }
}

extension EnvironmentBatch {
    /// Tensors that read what to act on: observations and, if there are goals, desired goals.
    func currentTensors() -> [Tensor] { tensors(of: current) }

    /// Tensors that read what the last actions led to.
    func nextTensors() -> [Tensor] { tensors(of: next) }

    private func tensors(of rows: Observations) -> [Tensor] {
        func tensor(_ base: UnsafeMutablePointer<Float>, _ width: Int) -> Tensor {
            Tensor(borrowing: base, shape: [count, width], dtype: .float32, owner: self)
        }
        let seen = tensor(rows.observations, observationCount)
        return goalCount > 0 ? [seen, tensor(rows.desired, goalCount)] : [seen]
    }
}
