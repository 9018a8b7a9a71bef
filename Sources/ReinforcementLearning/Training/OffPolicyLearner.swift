import HindsightLearning
import HindsightNeuralNetworks
import HindsightTensors

/// What an off-policy algorithm consists of beside the common loop: how to act and how to learn from a batch.
public protocol OffPolicyLearner: Learner {
    /// Numbers of an action as the learner sees it.
    var actionCount: Int { get }
    /// Numbers of the loop.
    var loop: OffPolicySettings { get }

    /// Writes actions to learn from, between -1 and 1 or discrete.
    ///
    /// - Parameters:
    ///   - batch: what to act on is its `current`.
    ///   - part: how much of the learning is done, 0 ... 1.
    ///   - random: where chance comes from.
    ///   - actions: `[count, actionCount]`.
    func explore(
        _ batch: EnvironmentBatch, part: Double, random: inout RandomGenerator,
        into actions: UnsafeMutablePointer<Float>
    ) throws

    /// Whether batches are to come with `returnsToGo`.
    var needsReturns: Bool { get }

    /// Learns from a batch; may fill in its `errors`.
    ///
    /// - Returns: the loss.
    func learn(from batch: TransitionBatch, random: inout RandomGenerator) throws -> Float
}

extension OffPolicyLearner {
    /// Most algorithms do without.
    public var needsReturns: Bool { false }
}

/// Numbers of the loop that all off-policy algorithms share.
public struct OffPolicySettings: Sendable, Codable, Equatable {
    /// Transitions a gradient step learns from.
    public var batchSize = 256
    /// Transitions the replay buffer holds.
    public var bufferSize = 1_000_000
    /// Environment steps with random actions before learning begins.
    public var learningStarts = 100
    /// Vector steps that each random action of that time goes on for: where one step alone leads nowhere,
    /// longer ones see more.
    public var randomActionLength = 1
    /// Whether the policy as it is takes these steps instead of chance: what a pretrained policy does is
    /// better experience to begin with (WSRL; Zhou et al. 2025).
    public var startsWithPolicy = false
    /// The part of each batch that is drawn from logged data, if there are any, once the agent acts.
    public var offlineShare = 0.5
    /// Vector steps between learning.
    public var trainEvery = 1
    /// Gradient steps each time.
    public var gradientSteps = 1
    /// γ.
    public var discount = 0.99
    /// Steps that returns go over.
    public var returnSteps = 1
    /// λ of MHER(λ): returns over 1 … `returnSteps` steps count with λ, λ², …; nil takes the longest alone.
    public var returnLambda: Double?
    /// Prioritised replay's α; nil draws evenly.
    public var priority: Double?
    /// Prioritised replay's β.
    public var priorityCorrection = 0.4
    /// Where hindsight takes goals from; nil for no hindsight.
    public var hindsight: HindsightStrategy?
    /// Relabelled transitions for each that keeps its goal.
    public var hindsightRatio = 4.0

    /// The common defaults.
    public init() {}
}
