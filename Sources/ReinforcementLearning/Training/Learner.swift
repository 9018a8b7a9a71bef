import HindsightLearning
import HindsightNeuralNetworks
import HindsightTensors

/// What every algorithm has: networks, optimizers, and a policy.
public protocol Learner: Policy {
    /// Networks and other parameters that a checkpoint holds, by name; target networks too.
    var modules: [(name: String, module: any Module)] { get }
    /// The names of those that acting needs.
    var policyModules: Set<String> { get }
    /// Optimizers by name.
    var optimizers: [(name: String, optimizer: any Optimizer)] { get }
    /// Called when weights of an earlier policy were taken over, for what is to follow or remember them.
    func noteStart()
}

extension Learner {
    /// Most algorithms have nothing to do then.
    public func noteStart() {}
}

extension Learner {
    private var acting: [(name: String, module: any Module)] {
        modules.filter { policyModules.contains($0.name) }
    }

    /// The parameters of all networks: acting needs some, fine-tuning the others too.
    func policyState() -> LearningState { modules.state }

    /// Puts the parameters back that acting needs.
    func restorePolicy(_ state: LearningState) throws { try acting.restore(state) }

    /// All parameters and the optimizers' states.
    func learningState() throws -> LearningState {
        var state = LearningState()
        state.merge(modules.state, under: "modules")
        try state.merge(optimizers, under: "optimizers")
        return state
    }

    /// Goes back to such a state.
    func restoreLearning(_ state: LearningState) throws {
        try modules.restore(state.part("modules"))
        try state.restore(optimizers, under: "optimizers")
    }
}

/// The tensors that read a vector's rows, made once for each vector that a policy acts in.
struct ActingInputs {
    private var known: [(batch: EnvironmentBatch, current: [Tensor], next: [Tensor])] = []

    /// What to act on, and what the last actions led to.
    mutating func tensors(_ batch: EnvironmentBatch) -> (current: [Tensor], next: [Tensor]) {
        if let found = known.first(where: { $0.batch === batch }) {
            return (found.current, found.next)
        }
        // A policy acts in the vector it learns in and in one it is judged in.
        if known.count > 4 { known.removeFirst() }
        known.append((batch, batch.currentTensors(), batch.nextTensors()))
        return (known[known.count - 1].current, known[known.count - 1].next)
    }
}

/// The tensors of the batch that is learnt from, made once for each batch.
struct LearningInputs {
    private var known: (batch: TransitionBatch, tensors: [Tensor])?

    mutating func tensors(_ batch: TransitionBatch) -> [Tensor] {
        if let known, known.batch === batch { return known.tensors }
        let tensors = QBatch.tensors(batch)
        known = (batch, tensors)
        return tensors
    }
}

extension ActionScaling {
    /// Writes a policy's actions, `[count, actions]`, as the environment takes them.
    func write(_ actions: Tensor, to batch: EnvironmentBatch) {
        actions.withUnsafeBytes { bytes in
            guard let base = bytes.bindMemory(to: Float.self).baseAddress else { return }
            write(base, count: batch.count, to: batch.actions, width: batch.actionCount)
        }
    }
}
