import HindsightTensors

/// What all optimizers share: the parameters in their groups, their states, the step count and the
/// learning rate.
public final class OptimizerCore: Sendable {
    struct Settings {
        var learningRate: Float
        var stepCount = 0
        /// How many steps were taken before each group's first; nil for groups without one yet.
        var begins: [Int?]
    }

    /// The parameters that share settings.
    public struct Group: Sendable {
        let index: Int
        let learningRateFactor: Double
        /// The weight decay of these parameters.
        public let weightDecay: Double
        let members: [Member]
    }

    /// What an optimizer keeps of a parameter when it is first trained: at most two tensors with names.
    public typealias FreshStates = @Sendable (Tensor) -> [(name: String, tensor: Tensor)]

    let settings: Guarded<Settings>
    let groups: [Group]
    let list: ParameterList
    let freshStates: FreshStates

    /// Settings and fresh states, zeros of the parameters' shapes, for a list of parameters.
    ///
    /// - Parameters:
    ///   - list: the parameters to change.
    ///   - learningRate: the step size, at least 0.
    ///   - weightDecay: of the parameters whose group has none of its own.
    ///   - groups: settings of their own for some parameters.
    ///   - stateNames: what the (at most two) states of each parameter are called; they start as zeros
    ///     of its shape when it is first trained.
    public convenience init(
        _ list: ParameterList, learningRate: Float, weightDecay: Double, groups: [ParameterGroup],
        stateNames: [String]
    ) {
        self.init(
            list, learningRate: learningRate, weightDecay: weightDecay, groups: groups
        ) { parameter in stateNames.map { ($0, .zeros(like: parameter)) } }
    }

    /// Settings and fresh states for a list of parameters.
    ///
    /// - Parameters:
    ///   - list: the parameters to change.
    ///   - learningRate: the step size, at least 0.
    ///   - weightDecay: of the parameters whose group has none of its own.
    ///   - groups: settings of their own for some parameters.
    ///   - freshStates: the states of a parameter when it is first trained.
    public init(
        _ list: ParameterList, learningRate: Float, weightDecay: Double, groups: [ParameterGroup],
        freshStates: @escaping FreshStates
    ) {
        require(learningRate >= 0, "the learning rate must not be negative: \(learningRate)")
        self.list = list
        self.freshStates = freshStates
        settings = Guarded(
            Settings(
                learningRate: learningRate,
                begins: Array(repeating: nil, count: groups.count + 1)))
        var members = [[Member]](repeating: [], count: groups.count + 1)
        for (name, parameter) in zip(list.names, list.parameters) {
            let group = groups.firstIndex { $0.matches(name) } ?? groups.count
            members[group].append(
                Member(name: name, parameter: parameter))
        }
        let rules = groups + [ParameterGroup { _ in true }]
        self.groups = zip(rules, members).enumerated().map { index, pair in
            let (rule, members) = pair
            return Group(
                index: index, learningRateFactor: rule.learningRateFactor,
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

    /// How many steps a group has taken, the one under way included: fewer than all where its parameters
    /// were frozen at first. To be asked in each of its steps, once the step was counted.
    public func stepCount(of group: Group) -> Int {
        settings.withLock { settings in
            let begin = settings.begins[group.index] ?? settings.stepCount - 1
            settings.begins[group.index] = begin
            return settings.stepCount - begin
        }
    }

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
                let states = member.states(member.parameter, freshStates)
                return VariableUpdate.Segment(
                    parameter: member.parameter.variable, gradient: gradient,
                    state0: states.first?.variable, state1: states.dropFirst().first?.variable)
            }
            return segments.isEmpty ? nil : (group, segments)
        }
    }
}
