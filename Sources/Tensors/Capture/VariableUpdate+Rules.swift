import CHindsightKernels

// Numbers that change from step to step are read when the update is carried out, also from a plan.
extension VariableUpdate {
    /// Lion (Chen et al. 2023); state 0 is the momentum.
    public static func lion(
        _ segments: [Segment], gradientScale: Tensor?, betas: (Double, Double), weightDecay: Double,
        learningRate: @escaping @Sendable () -> Double
    ) -> VariableUpdate {
        var call = hs_call(HS_OP_OPTIMIZER, HS_LION, segments[0].gradient.dtype)
        call.f.1 = betas.0
        call.f.2 = betas.1
        call.f.3 = weightDecay
        return VariableUpdate(
            call: call, segments: segments, gradientScale: gradientScale,
            scalars: [(0, learningRate)], integers: [])
    }

    /// RMSprop (Tieleman and Hinton 2012); state 0 is the mean square, state 1 the momentum, if there is
    /// one.
    public static func rmsprop(
        _ segments: [Segment], gradientScale: Tensor?, smoothing: Double, epsilon: Double,
        weightDecay: Double, momentum: Double, learningRate: @escaping @Sendable () -> Double
    ) -> VariableUpdate {
        var call = hs_call(HS_OP_OPTIMIZER, HS_RMSPROP, segments[0].gradient.dtype)
        call.f.1 = smoothing
        call.f.2 = epsilon
        call.f.3 = weightDecay
        call.f.4 = momentum
        return VariableUpdate(
            call: call, segments: segments, gradientScale: gradientScale,
            scalars: [(0, learningRate)], integers: [])
    }

    /// Schedule-free AdamW (Defazio et al. 2024), the parameters being y; state 0 is z, state 1 the second
    /// moment. `share` is that of the newest z in the average, `correction` the root of 1 - beta2^t.
    public static func scheduleFree(
        _ segments: [Segment], gradientScale: Tensor?, betas: (Double, Double), epsilon: Double,
        weightDecay: Double, learningRate: @escaping @Sendable () -> Double,
        share: @escaping @Sendable () -> Double, correction: @escaping @Sendable () -> Double
    ) -> VariableUpdate {
        var call = hs_call(HS_OP_OPTIMIZER, HS_SCHEDULE_FREE, segments[0].gradient.dtype)
        call.f.1 = betas.0
        call.f.2 = betas.1
        call.f.3 = epsilon
        call.f.4 = weightDecay
        return VariableUpdate(
            call: call, segments: segments, gradientScale: gradientScale,
            scalars: [(0, learningRate), (5, share), (6, correction)], integers: [])
    }

    /// Adafactor (Shazeer and Stern 2018). A matrix has the mean squares of its rows as state 0 and of its
    /// columns as state 1; anything else has those of its elements as state 0. `rate` is 1 - beta2 of the
    /// step, `relativeStep` what the parameter's size is multiplied by.
    public static func adafactor(
        _ segments: [Segment], gradientScale: Tensor?, epsilons: (Double, Double), clip: Double,
        weightDecay: Double, learningRate: @escaping @Sendable () -> Double,
        rate: @escaping @Sendable () -> Double, relativeStep: @escaping @Sendable () -> Double
    ) -> VariableUpdate {
        var call = hs_call(HS_OP_OPTIMIZER, HS_ADAFACTOR, segments[0].gradient.dtype)
        call.f.2 = epsilons.0
        call.f.3 = epsilons.1
        call.f.4 = weightDecay
        call.f.5 = clip
        return VariableUpdate(
            call: call, segments: segments, gradientScale: gradientScale,
            scalars: [(0, learningRate), (1, rate), (6, relativeStep)], integers: [])
    }
}
