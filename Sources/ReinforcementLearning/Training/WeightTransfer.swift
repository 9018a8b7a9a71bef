import HindsightLearning
import HindsightNeuralNetworks
import HindsightTensors

/// Which weights of an earlier policy a learner begins with.
public struct WeightTransfer: Sendable, Equatable {
    /// Tensors that were taken over.
    public var taken: [String] = []
    /// Tensors that begin anew, each with the reason.
    public var fresh: [String] = []
}

extension Learner {
    /// Begins with the weights of an earlier policy instead of fresh ones; optimizers begin anew.
    ///
    /// Weights go by their names. What acting needs must all be there in the same shapes, unless `isPartial`:
    /// then tensors that fit are taken over and the others stay fresh. Other networks, such as critics, are
    /// taken over if all of their tensors fit, and stay fresh as a whole if not.
    ///
    /// - Parameters:
    ///   - state: the weights, under names such as `actor.body.layers.0.weight`.
    ///   - isPartial: whether weights that do not fit are left as they are.
    /// - Throws: `AlgorithmError.notItsPolicy` if weights that acting needs do not fit, or none do.
    func begin(from state: LearningState, isPartial: Bool) throws -> WeightTransfer {
        var transfer = WeightTransfer()
        var assignments: [(Parameter, Tensor)] = []
        for (name, module) in modules {
            let list = module.parameters
            var found: [(Parameter, Tensor, String)] = []
            var problems: [String] = []
            for (key, parameter) in zip(list.names, list.parameters) {
                let full = "\(name).\(key)"
                if let problem = WeightTransfer.problem(full, parameter, state) {
                    problems.append(problem)
                } else {
                    found.append((parameter, try state.tensor(full), full))
                }
            }
            let isActing = policyModules.contains(name)
            if isActing, !isPartial, let first = problems.first {
                throw AlgorithmError.notItsPolicy(WeightTransfer.refusal(first, problems.count))
            }
            if !problems.isEmpty, !isPartial || !isActing {
                transfer.fresh.append("\(name) (\(problems[0]))")
                continue
            }
            transfer.fresh += problems
            transfer.taken += found.map(\.2)
            assignments += found.map { ($0.0, $0.1) }
        }
        guard !assignments.isEmpty else {
            throw AlgorithmError.notItsPolicy("none of the pretrained policy's weights fit")
        }
        for (parameter, tensor) in assignments { parameter.variable.assign(tensor) }
        noteStart()
        return transfer
    }
}

extension WeightTransfer {
    /// Why a tensor cannot be taken over; nil if it can.
    fileprivate static func problem(
        _ name: String, _ parameter: Parameter, _ state: LearningState
    ) -> String? {
        guard let tensor = state.tensors[name] else { return "the policy has no \(name)" }
        guard tensor.shape == parameter.shape, tensor.dtype == parameter.variable.dtype else {
            return "\(name) is \(tensor.dtype) \(tensor.shape), expected "
                + "\(parameter.variable.dtype) \(parameter.shape)"
        }
        return nil
    }

    fileprivate static func refusal(_ problem: String, _ count: Int) -> String {
        "the pretrained policy's weights do not fit: \(problem)"
            + (count > 1 ? ", and \(count - 1) more" : "")
            + ". Use the same algorithm and hidden sizes in an environment with the same observations "
            + "and actions, or take over only those that fit with --partial"
    }
}
