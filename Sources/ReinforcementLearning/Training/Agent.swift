import HindsightLearning
import HindsightNeuralNetworks
import HindsightTensors

/// A method that learns by acting.
public protocol Agent: Method {
    /// The policy as it is now.
    var policy: any Policy { get }
    /// Where it learns.
    var environment: any VectorEnvironment { get }
    /// Keeps what it experiences in a folder of its own, so that checkpoints stay small; does nothing if
    /// nothing is kept.
    ///
    /// - Parameter folder: of this training alone; to be named before going on from a checkpoint, too.
    func keepExperience(in folder: String)
    /// Takes over the weights of a policy that was learnt before, as `Learner.begin` says.
    ///
    /// - Parameters:
    ///   - start: what `modelState` gave.
    ///   - isPartial: whether weights that do not fit are left as they are instead of refused.
    /// - Returns: which weights were taken over.
    /// - Throws: `AlgorithmError.notItsPolicy` if weights that acting needs do not fit.
    func begin(from start: LearningState, isPartial: Bool) throws -> WeightTransfer
}

extension Agent {
    /// Does nothing.
    public func keepExperience(in folder: String) {}

    /// Learns for so many environment steps, on a thread of its own.
    ///
    /// ```swift
    /// for try await event in agent.learn(steps: 10_000) { print(event) }
    /// ```
    ///
    /// - Parameters:
    ///   - steps: environment steps, those taken before included.
    ///   - evaluateEvery: environment steps between judgements.
    /// - Returns: what happens, in order; the agent is not to be used until the last of it.
    public func learn(
        steps: Int, evaluateEvery: Int = 5_000
    ) -> AsyncThrowingStream<TrainerEvent, any Error> {
        let goal = Goal("mean_return")
        return Trainer(
            self, rules: StoppingRules(goal: goal, steps: steps), evaluateEvery: evaluateEvery
        ).events()
    }
}

extension VectorEnvironment {
    /// Goes back to saved environments; if they could not be saved, new episodes begin.
    ///
    /// - Returns: whether new episodes began.
    @discardableResult
    func resume(from state: LearningState, hasBegun: Bool, seed: UInt64) throws -> Bool {
        guard hasBegun else { return false }
        guard state.values.isEmpty, state.tensors.isEmpty else {
            try restore(state)
            return false
        }
        try reset(seed: seed)
        return true
    }
}

extension [(name: String, module: any Module)] {
    /// All parameters, by module and name.
    var state: LearningState {
        var state = LearningState()
        for (name, module) in self {
            let list = module.parameters
            for (key, parameter) in zip(list.names, list.parameters) {
                state.tensors["\(name).\(key)"] = parameter.value
            }
        }
        return state
    }

    /// Puts such parameters back; nothing is changed unless all of them fit.
    func restore(_ state: LearningState) throws {
        var assignments: [(Parameter, Tensor)] = []
        for (name, module) in self {
            let list = module.parameters
            for (key, parameter) in zip(list.names, list.parameters) {
                let tensor = try state.tensor("\(name).\(key)")
                guard tensor.shape == parameter.shape, tensor.dtype == parameter.variable.dtype
                else {
                    throw LearningStateError.mismatch(
                        "\(name).\(key)",
                        expected: "\(parameter.variable.dtype) \(parameter.shape)",
                        found: "\(tensor.dtype) \(tensor.shape)")
                }
                assignments.append((parameter, tensor))
            }
        }
        for (parameter, tensor) in assignments { parameter.variable.assign(tensor) }
    }
}

extension LearningState {
    /// Adds optimizers' states and step counts.
    mutating func merge(
        _ optimizers: [(name: String, optimizer: any Optimizer)], under prefix: String
    ) throws {
        for (name, optimizer) in optimizers {
            let state = optimizer.state
            merge(LearningState(tensors: state.tensors), under: "\(prefix).\(name)")
            try set(state.stepCount, for: "\(prefix).\(name).steps")
        }
    }

    /// Puts optimizers' states back.
    func restore(
        _ optimizers: [(name: String, optimizer: any Optimizer)], under prefix: String
    ) throws {
        for (name, optimizer) in optimizers {
            try optimizer.restore(
                OptimizerState(
                    stepCount: try value("\(prefix).\(name).steps"),
                    tensors: part("\(prefix).\(name)").tensors))
        }
    }
}
