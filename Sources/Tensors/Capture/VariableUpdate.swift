import CHindsightKernels

/// One call of a fused optimizer kernel over many variables.
public struct VariableUpdate {
    /// One variable, its gradient (of the same shape) and the optimizer's states for it.
    public struct Segment: Sendable {
        let parameter: Variable
        let gradient: Tensor
        let state0: Variable?
        let state1: Variable?

        /// The states have the shape of the parameter, unless the update says otherwise.
        public init(
            parameter: Variable, gradient: Tensor, state0: Variable? = nil, state1: Variable? = nil
        ) {
            self.parameter = parameter
            self.gradient = gradient
            self.state0 = state0
            self.state1 = state1
        }
    }

    var call: hs_call
    let segments: [Segment]
    /// A scalar tensor every gradient is multiplied by first, or nil.
    let gradientScale: Tensor?
    let scalars: [(field: Int, source: @Sendable () -> Double)]
    let integers: [(field: Int, source: @Sendable () -> Int64)]

    /// Stochastic gradient descent. The learning rate and whether this is the first step are read
    /// when the update is carried out, also from a captured plan.
    public static func sgd(
        _ segments: [Segment], gradientScale: Tensor?, weightDecay: Double, momentum: Double,
        dampening: Double, nesterov: Bool, learningRate: @escaping @Sendable () -> Double,
        isFirstStep: @escaping @Sendable () -> Bool
    ) -> VariableUpdate {
        var call = hs_call(HS_OP_OPTIMIZER, HS_SGD, segments[0].gradient.dtype)
        call.f.1 = weightDecay
        call.f.2 = momentum
        call.f.3 = dampening
        call.flags = nesterov ? 1 : 0
        return VariableUpdate(
            call: call, segments: segments, gradientScale: gradientScale,
            scalars: [(0, learningRate)], integers: [(1, { isFirstStep() ? 1 : 0 })])
    }

    /// Adam, or AdamW if the weight decay is decoupled. `corrections` returns 1 - beta1^t and the
    /// square root of 1 - beta2^t.
    public static func adam(
        _ segments: [Segment], gradientScale: Tensor?, betas: (Double, Double), epsilon: Double,
        weightDecay: Double, decoupled: Bool, learningRate: @escaping @Sendable () -> Double,
        corrections: @escaping @Sendable () -> (Double, Double)
    ) -> VariableUpdate {
        var call = hs_call(
            HS_OP_OPTIMIZER, decoupled ? HS_ADAMW : HS_ADAM, segments[0].gradient.dtype)
        call.f.1 = betas.0
        call.f.2 = betas.1
        call.f.3 = epsilon
        call.f.4 = weightDecay
        return VariableUpdate(
            call: call, segments: segments, gradientScale: gradientScale,
            scalars: [(0, learningRate), (5, { corrections().0 }), (6, { corrections().1 })],
            integers: [])
    }

    /// Moves variables toward sources of their shapes: p + fraction · (source - p), as slow target
    /// networks do (Lillicrap et al. 2016). Sources are read now, at the time of the call.
    public static func interpolation(
        _ pairs: [(target: Variable, source: Variable)], fraction: Double
    ) -> VariableUpdate {
        // A step of p - lr·(g + decay·p) with lr = -fraction, decay = -1 and g = source.
        let segments = pairs.map { Segment(parameter: $0.target, gradient: $0.source.value) }
        return .sgd(
            segments, gradientScale: nil, weightDecay: -1, momentum: 0, dampening: 0,
            nesterov: false, learningRate: { -fraction }, isFirstStep: { false })
    }

    /// Carries the update out, or records it while a step is being captured.
    public func perform() {
        if let recorder = ThreadContext.current.recorder {
            recorder.record(self)
            return
        }
        performNow()
    }

    private func performNow() {
        // Over the memory limit nothing is changed; the scope around this throws.
        guard segments.allSatisfy({ $0.gradient.address != nil }),
            gradientScale == nil || gradientScale?.address != nil
        else { return }
        var call = call
        call.withScalars { for (field, source) in scalars { $0[field] = source() } }
        call.withSizes { for (field, source) in integers { $0[field] = source() } }
        call.n.0 = Int64(segments.count)
        VariableUpdate.withLocks(variablesInOrder) {
            withUnsafeTemporaryAllocation(of: hs_optimizer_segment.self, capacity: segments.count) {
                table in
                for (index, segment) in segments.enumerated() {
                    table[index] = segment.lockedAddresses()
                }
                call.p.0 = UnsafeMutableRawPointer(table.baseAddress)
                call.p.1 = gradientScale?.address
                segments[0].gradient.device.execute(&call)
            }
        }
    }

    private var variablesInOrder: [Variable] {
        segments.flatMap { [$0.parameter, $0.state0, $0.state1].compactMap { $0 } }
            .sorted { $0.identifier < $1.identifier }
    }

    /// Runs `body` with the locks of all the variables, which are in the order of their identifiers.
    static func withLocks(_ variables: [Variable], _ body: () -> Void) {
        for variable in variables { variable.acquire() }
        body()
        for variable in variables {
            variable.lockedFinish()
            variable.release()
        }
    }
}

extension VariableUpdate.Segment {
    /// The addresses to read and write. Needs the locks.
    fileprivate func lockedAddresses() -> hs_optimizer_segment {
        let source = parameter.lockedAddress
        let target = parameter.lockedWritableAddress(keepingValues: false)
        let first = state0?.lockedWritableAddress(keepingValues: true)
        let second = state1?.lockedWritableAddress(keepingValues: true)
        let complete =
            source != nil && target != nil && (state0 == nil || first != nil)
            && (state1 == nil || second != nil)
        return hs_optimizer_segment(
            parameter: source, output: target, gradient: gradient.address, state0: first,
            state1: second, count: complete ? Int64(gradient.count) : 0, rows: Int64(rows),
            columns: Int64(columns))
    }

    /// Rows of each matrix in the parameter; 1 for a vector.
    var rows: Int { parameter.shape.rank < 2 ? 1 : parameter.shape[parameter.shape.rank - 2] }

    /// Columns of each matrix in the parameter; its length for a vector.
    var columns: Int { parameter.shape.last ?? 1 }
}

extension hs_call {
    /// Gives `body` the scalars as a buffer of 8 numbers.
    mutating func withScalars(_ body: (UnsafeMutableBufferPointer<Double>) -> Void) {
        withUnsafeMutableBytes(of: &f) { body($0.bindMemory(to: Double.self)) }
    }
}

/// Carries out a call whose operand 0 is a table of gradients.
func executeWithSegments(_ call: inout hs_call, gradients: [Tensor], _ operands: [Tensor]) {
    call.n.0 = Int64(gradients.count)
    if let recorder = ThreadContext.current.recorder {
        recorder.record(call, gradients: gradients, operands)
        return
    }
    guard (gradients + operands).allSatisfy({ $0.address != nil }) else { return }
    withUnsafeTemporaryAllocation(of: hs_optimizer_segment.self, capacity: gradients.count) {
        table in
        for (index, gradient) in gradients.enumerated() {
            table[index] = hs_optimizer_segment(
                parameter: nil, output: nil, gradient: gradient.address, state0: nil, state1: nil,
                count: Int64(gradient.count), rows: 1, columns: Int64(gradient.count))
        }
        call.p.0 = UnsafeMutableRawPointer(table.baseAddress)
        call.p.1 = operands[0].address
        operands[0].device.execute(&call)
    }
}
