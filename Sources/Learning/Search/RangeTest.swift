import Foundation

/// What the loss did while the learning rate rose from step to step: the learning-rate range test (Smith
/// 2017, arXiv:1506.01186).
///
/// It says where learning begins to fail, not which rate is best: that is left to cross-validation over the
/// bracket below that point.
public struct RangeTest: Sendable, Equatable, Codable {
    /// The learning rate of each step, ascending.
    public private(set) var rates: [Double] = []
    /// The loss of each step.
    public private(set) var losses: [Double] = []

    /// A test without steps.
    public init() {}

    /// How much of the mean so far a new loss leaves.
    private static let memory = 0.85
    /// How many times the least mean loss ends the test.
    private static let limit = 3.0
    /// How far below the point of failure the bracket reaches.
    private static let reach = 30.0

    /// Takes a step's loss.
    ///
    /// - Returns: false if learning has failed and there is nothing more to be seen.
    public mutating func add(rate: Double, loss: Double) -> Bool {
        guard loss.isFinite else { return false }
        rates.append(rate)
        losses.append(loss)
        let means = smoothed
        return means.count < 5 || means.last! <= RangeTest.limit * means.min()!
    }

    /// The running mean of the losses, weighted by age and free of bias toward zero.
    public var smoothed: [Double] {
        var mean = 0.0
        var weight = 0.0
        return losses.map { loss in
            mean = RangeTest.memory * mean + (1 - RangeTest.memory) * loss
            weight = RangeTest.memory * weight + (1 - RangeTest.memory)
            return mean / weight
        }
    }

    /// The rate at which the running mean is least: beyond it learning fails. Nil without steps.
    public var turningPoint: Double? {
        let means = smoothed
        return means.indices.min { means[$0] < means[$1] }.map { rates[$0] }
    }

    /// Where to look for the best rate: from a 30th of the turning point to it.
    ///
    /// - Parameter usual: a rate that works for most; the bracket is widened to have it inside, since the
    ///   test alone may mislead.
    /// - Returns: the least and the greatest rate.
    public func bracket(around usual: Double) -> (low: Double, high: Double) {
        guard let turn = turningPoint else { return (usual / 10, usual * 10) }
        return (min(turn / RangeTest.reach, usual / 3), max(turn, usual * 3))
    }
}
