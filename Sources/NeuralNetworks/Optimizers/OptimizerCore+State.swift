import HindsightTensors

extension OptimizerCore {
    /// A parameter and its states.
    struct Member: Sendable {
        let name: String
        let parameter: Parameter
        /// Made when the parameter is first trained: what stays frozen needs none.
        let states = LazyStates()
    }

    /// The states of a parameter, made when they are first asked for.
    final class LazyStates: Sendable {
        private let made = Guarded<[(name: String, variable: Variable)]?>(nil)

        /// The states if they were made.
        var ifMade: [(name: String, variable: Variable)]? { made.withLock { $0 } }

        /// The states, fresh ones if there were none.
        func callAsFunction(
            _ parameter: Parameter, _ fresh: FreshStates
        ) -> [(name: String, variable: Variable)] {
            made.withLock { made in
                if let made { return made }
                // A plan being captured is given memory later: mapped weights are gone by then.
                parameter.variable.takeOwnership()
                let states = OutsideOfCapture.run {
                    fresh(parameter.variable.value).map { ($0.name, Variable($0.tensor)) }
                }
                made = states
                return states
            }
        }

        /// Forgets them.
        func drop() { made.withLock { $0 = nil } }
    }

    /// The states of the parameters that were trained.
    var trainedStates: [(parameter: Parameter, states: [Variable])] {
        groups.flatMap(\.members).compactMap { member in
            member.states.ifMade.map { (member.parameter, $0.map(\.variable)) }
        }
    }

    private static let beginsName = "group.begin"

    var state: OptimizerState {
        var tensors: [String: Tensor] = [:]
        for member in groups.flatMap(\.members) {
            let states =
                member.parameter.isTrainable
                ? member.states(member.parameter, freshStates) : member.states.ifMade ?? []
            for (name, variable) in states { tensors["\(member.name).\(name)"] = variable.value }
        }
        let settings = settings.withLock { $0 }
        // Most often all groups begin together.
        let isPlain = groups.allSatisfy { $0.members.isEmpty || settings.begins[$0.index] == 0 }
        if settings.stepCount > 0, !isPlain {
            tensors[OptimizerCore.beginsName] = Tensor(settings.begins.map { Int64($0 ?? -1) })
        }
        return OptimizerState(stepCount: settings.stepCount, tensors: tensors)
    }

    func restore(_ state: OptimizerState) throws {
        let members = groups.flatMap(\.members)
        // A frozen parameter without saved states goes on without any.
        let absent = members.filter { member in
            !member.parameter.isTrainable
                && !state.tensors.keys.contains { $0.hasPrefix("\(member.name).") }
        }
        let places = members.filter { member in !absent.contains { $0.name == member.name } }
            .flatMap { member in
                member.states(member.parameter, freshStates).map {
                    ("\(member.name).\($0.name)", $0.variable)
                }
            }
        for (name, variable) in places {
            guard let tensor = state.tensors[name] else {
                throw OptimizerStateError(
                    description: "the optimizer state has no tensor \(name); it belongs to another "
                        + "model or optimizer")
            }
            guard tensor.shape == variable.shape, tensor.dtype == variable.dtype else {
                throw OptimizerStateError(
                    description:
                        "the optimizer state's \(name) is \(tensor.dtype) \(tensor.shape), "
                        + "the parameter needs \(variable.dtype) \(variable.shape)")
            }
        }
        let begins = try savedBegins(state)
        for (name, variable) in places { variable.assign(state.tensors[name]!) }
        for member in absent { member.states.drop() }
        settings.withLock {
            $0.stepCount = state.stepCount
            $0.begins = begins
        }
    }

    /// When each group took its first step.
    private func savedBegins(_ state: OptimizerState) throws -> [Int?] {
        guard let tensor = state.tensors[OptimizerCore.beginsName] else {
            return groups.map { $0.members.isEmpty || state.stepCount == 0 ? nil : 0 }
        }
        guard tensor.shape == [groups.count], tensor.dtype == .int64 else {
            throw OptimizerStateError(
                description: "the optimizer state is of \(tensor.count) groups of parameters, this "
                    + "optimizer has \(groups.count); it belongs to another optimizer")
        }
        return tensor.array(of: Int.self).map { $0 < 0 ? nil : $0 }
    }
}
