import HindsightTensors

/// What all optimizers share: the parameters in their groups, their states, the step count and the
/// learning rate.
public final class OptimizerCore: Sendable {
    struct Settings {
        var learningRate: Float
        var stepCount = 0
    }

    /// The parameters that share settings.
    public struct Group: Sendable {
        let learningRateFactor: Double
        /// The weight decay of these parameters.
        public let weightDecay: Double
        let members: [Member]
    }

    /// A parameter and its states, in the order of the optimizer's state names.
    struct Member: Sendable {
        let name: String
        let parameter: Parameter
        /// Made when the parameter is first trained: what stays frozen needs none.
        let states: LazyStates
    }

    /// The states of a parameter, made when they are first asked for.
    final class LazyStates: Sendable {
        private let made = Guarded<[Variable]?>(nil)

        /// The states if they were made.
        var ifMade: [Variable]? { made.withLock { $0 } }

        /// The states, zeros of the parameter's shape if they are new.
        func callAsFunction(_ parameter: Parameter, count: Int) -> [Variable] {
            made.withLock { made in
                if let made { return made }
                // A plan being captured is given memory later: mapped weights are gone by then.
                parameter.variable.takeOwnership()
                let states = OutsideOfCapture.run {
                    (0..<count).map { _ in Variable(.zeros(like: parameter.variable.value)) }
                }
                made = states
                return states
            }
        }

        /// Forgets them.
        func drop() { made.withLock { $0 = nil } }
    }

    let settings: Guarded<Settings>
    let groups: [Group]
    let list: ParameterList
    private let stateNames: [String]

    /// Settings and fresh states for a list of parameters.
    ///
    /// - Parameters:
    ///   - list: the parameters to change.
    ///   - learningRate: the step size, at least 0.
    ///   - weightDecay: of the parameters whose group has none of its own.
    ///   - groups: settings of their own for some parameters.
    ///   - stateNames: what the (at most two) states of each parameter are called; they start as zeros
    ///     of its shape when it is first trained.
    public init(
        _ list: ParameterList, learningRate: Float, weightDecay: Double, groups: [ParameterGroup],
        stateNames: [String]
    ) {
        require(learningRate >= 0, "the learning rate must not be negative: \(learningRate)")
        self.list = list
        self.stateNames = stateNames
        settings = Guarded(Settings(learningRate: learningRate))
        var members = [[Member]](repeating: [], count: groups.count + 1)
        for (name, parameter) in zip(list.names, list.parameters) {
            let group = groups.firstIndex { $0.matches(name) } ?? groups.count
            members[group].append(
                Member(name: name, parameter: parameter, states: LazyStates()))
        }
        let rules = groups + [ParameterGroup { _ in true }]
        self.groups = zip(rules, members).map { rule, members in
            Group(
                learningRateFactor: rule.learningRateFactor,
                weightDecay: rule.weightDecay ?? weightDecay, members: members)
        }
    }

    /// The step size, before the factors of parameter groups.
    public var learningRate: Float {
        get { settings.withLock { $0.learningRate } }
        set { settings.withLock { $0.learningRate = newValue } }
    }

    /// How many steps were taken.
    public var stepCount: Int { settings.withLock { $0.stepCount } }

    /// Counts one more step.
    public func advance() { settings.withLock { $0.stepCount += 1 } }

    /// The learning rate of a group, read when the update is carried out.
    public func learningRate(of group: Group) -> @Sendable () -> Double {
        let factor = group.learningRateFactor
        return { [self] in Double(learningRate) * factor }
    }

    /// The segments of each group that has gradients.
    public func segments(
        _ gradients: Gradients
    ) -> [(group: Group, segments: [VariableUpdate.Segment])] {
        groups.compactMap { group in
            let segments = group.members.compactMap { member -> VariableUpdate.Segment? in
                guard let gradient = gradients[member.parameter.variable] else { return nil }
                let states = member.states(member.parameter, count: stateNames.count)
                return VariableUpdate.Segment(
                    parameter: member.parameter.variable, gradient: gradient,
                    state0: states.first, state1: states.dropFirst().first)
            }
            return segments.isEmpty ? nil : (group, segments)
        }
    }

    var state: OptimizerState {
        var tensors: [String: Tensor] = [:]
        for member in groups.flatMap(\.members) {
            let states =
                member.parameter.isTrainable
                ? member.states(member.parameter, count: stateNames.count)
                : member.states.ifMade ?? []
            for (name, variable) in zip(stateNames, states) {
                tensors["\(member.name).\(name)"] = variable.value
            }
        }
        return OptimizerState(stepCount: stepCount, tensors: tensors)
    }

    func restore(_ state: OptimizerState) throws {
        let members = groups.flatMap(\.members)
        // A frozen parameter without saved states goes on without any.
        let absent = members.filter { member in
            !member.parameter.isTrainable
                && stateNames.allSatisfy { state.tensors["\(member.name).\($0)"] == nil }
        }
        let places = members.filter { member in !absent.contains { $0.name == member.name } }
            .flatMap { member in
                zip(stateNames, member.states(member.parameter, count: stateNames.count)).map {
                    ("\(member.name).\($0)", $1)
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
        for (name, variable) in places { variable.assign(state.tensors[name]!) }
        for member in absent { member.states.drop() }
        settings.withLock { $0.stepCount = state.stepCount }
    }
}
