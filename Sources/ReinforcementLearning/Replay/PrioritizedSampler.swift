import HindsightLearning
import HindsightTensors

/// Draws surprising transitions more often (Schaul et al. 2016), and weighs them down in the loss for it.
final class PrioritizedSampler {
    private let tree: SumTree
    private let buffer: ReplayBuffer
    private let exponent: Double
    private let correction: Double

    /// - Parameters:
    ///   - buffer: where to draw from.
    ///   - exponent: α, how much surprise counts.
    ///   - correction: β, how much of the bias the weights take back.
    init(_ buffer: ReplayBuffer, exponent: Double, correction: Double) {
        tree = SumTree(buffer.capacity)
        self.buffer = buffer
        self.exponent = exponent
        self.correction = correction
    }

    /// Gives the newest time step's transitions the greatest priority.
    func noteNewest() {
        let first = buffer.slot(time: buffer.time - 1)
        for index in 0..<buffer.environments { tree[first + index] = tree.greatest }
    }

    /// Fills a batch, one transition from each of as many equal parts of the priorities.
    func sample(into batch: TransitionBatch, random: inout RandomGenerator) {
        let part = tree.total / Double(batch.count)
        var greatest = 0.0
        for row in 0..<batch.count {
            let place = (Double(row) + Double.random(in: 0..<1, using: &random)) * part
            let slot = tree.slot(at: min(place, tree.total.nextDown))
            batch.slots[row] = UInt32(slot)
            let chance = max(tree[slot], .leastNormalMagnitude) / tree.total
            let weight = power(1 / (chance * Double(buffer.count)), correction)
            batch.weights[row] = Float(weight)
            greatest = max(greatest, weight)
        }
        for row in 0..<batch.count { batch.weights[row] /= Float(greatest) }
        batch.gather()
    }

    /// Takes over how wrong the predictions of a batch were.
    func note(_ batch: TransitionBatch) {
        for row in 0..<batch.count {
            let error = Double(batch.errors[row])
            let surprise = (error.isFinite ? error : 1e6) + 1e-6
            tree[Int(batch.slots[row])] = power(surprise, exponent)
        }
    }

    private func power(_ base: Double, _ exponent: Double) -> Double {
        // Square roots of square roots: exact to 2^-20 of the exponent, the same on every system.
        var (result, root, rest) = (1.0, base, exponent)
        while rest >= 1 {
            result *= base
            rest -= 1
        }
        for _ in 0..<20 where rest > 0 {
            root = root.squareRoot()
            rest *= 2
            if rest >= 1 {
                result *= root
                rest -= 1
            }
        }
        return result
    }

    /// The priorities as a tensor for a checkpoint.
    var state: Tensor { Tensor(tree.saved(buffer.count)) }

    /// Puts them back.
    func restore(_ tensor: Tensor) { tree.restore(tensor.array(of: Double.self)) }
}
