import CHindsightKernels

/// Which of a plan's integers are the random generator's, and how many blocks a replay draws.
struct RandomInput {
    let firstInteger: Int
    let blocks: UInt64
}

/// A function of tensors whose operations are captured for each set of input shapes it meets, and
/// replayed from then on.
///
/// The function must do the same operations every time: it may read variables and the generator it
/// is given, but no values of tensors on the host, and what it computes from Swift numbers is fixed at
/// the capture. Pass numbers that change as scalar tensors. Which parameters are trainable may change:
/// the function is then captured anew.
///
/// ```swift
/// let score = CapturedFunction { inputs, random in [model(inputs[0]).softmax()] }
/// let probabilities = try score([batch])[0]
/// ```
public final class CapturedFunction: @unchecked Sendable {
    /// What is captured: inputs and a random generator to outputs.
    public typealias Body = ([Tensor], inout RandomGenerator) throws -> [Tensor]

    private let body: Body
    private let lock = Lock()
    private var plans: [Plan] = []
    private let arena = PlanArena()
    /// The count of flags' changes up to which the plans are known to be current.
    private var seenChanges = 0

    /// The most sets of input shapes whose plans are kept; the least recently used goes first.
    public let planLimit: Int

    /// A function to be captured at its first calls.
    ///
    /// - Parameters:
    ///   - planLimit: the most plans to keep.
    ///   - body: what to capture. It runs once for each new set of shapes, on the calling thread, and
    ///     again when parameters it looked at were frozen or unfrozen.
    public init(planLimit: Int = 16, _ body: @escaping Body) {
        require(planLimit >= 1, "CapturedFunction: at least one plan has to be kept")
        self.planLimit = planLimit
        self.body = body
    }

    /// Replays the function, capturing it first if these shapes are new.
    ///
    /// - Parameters:
    ///   - inputs: the tensors the function is given.
    ///   - random: where its random numbers come from; moves on as in an eager run.
    /// - Returns: what the function returned at the capture, with the values of this run.
    /// - Throws: `MemoryLimitError`, and what the function throws while it is captured.
    public func callAsFunction(
        _ inputs: [Tensor], random: inout RandomGenerator
    ) throws -> [Tensor] {
        try plan(for: inputs).run(inputs, random: &random)
    }

    /// Replays a function that draws no random numbers.
    ///
    /// - Parameter inputs: the tensors the function is given.
    /// - Returns: what the function returned at the capture, with the values of this run.
    /// - Throws: `MemoryLimitError`, and what the function throws while it is captured.
    public func callAsFunction(_ inputs: [Tensor]) throws -> [Tensor] {
        var none = RandomGenerator(seed: 0)
        return try self(inputs, random: &none)
    }

    /// The plan for inputs of these shapes, captured if there is none yet.
    package func plan(for inputs: [Tensor]) throws -> Plan {
        lock.acquire()
        defer { lock.release() }
        let changes = CaptureFlag.changeCount
        if changes != seenChanges {
            plans.removeAll { !$0.isCurrent }
            seenChanges = changes
        }
        if let first = plans.first, first.accepts(inputs) { return first }
        if let index = plans.firstIndex(where: { $0.accepts(inputs) }) {
            plans.insert(plans.remove(at: index), at: 0)
            return plans[0]
        }
        let plan = try CapturedFunction.capture(inputs, arena, body)
        plans.insert(plan, at: 0)
        if plans.count > planLimit { plans.removeLast() }
        return plan
    }

    private static func capture(
        _ inputs: [Tensor], _ arena: PlanArena, _ body: Body
    ) throws -> Plan {
        let context = ThreadContext.current
        require(context.recorder == nil, "capture: already capturing; captures do not nest")
        return try context.withScope(limit: nil) {
            let recorder = Recorder()
            context.recorder = recorder
            defer { context.recorder = nil }
            var random = RandomGenerator.captured(firstInteger: 0)
            recorder.integerSources = [{ 0 }, { 0 }]
            let stand = inputs.enumerated().map { recorder.input($0, like: $1) }
            let results = try body(stand, &random)
            var slots: Set<Int> = []
            let outputs = results.map { recorder.output($0.detached, &slots) }
            context.recorder = nil
            return try Plan(
                recorder, inputs: inputs, outputs: outputs,
                random: RandomInput(firstInteger: 0, blocks: random.counter), arena: arena)
        }
    }
}

extension Recorder {
    /// The tensor itself if its slot can be an output of the plan, else a copy in a slot of its own.
    fileprivate func output(_ tensor: Tensor, _ taken: inout Set<Int>) -> Tensor {
        if let slot = tensor.buffer.slot, case .arena = slots[slot].role, tensor.byteOffset == 0,
            tensor.byteCount == slots[slot].byteCount, taken.insert(slot).inserted
        {
            return tensor
        }
        let copy = Tensor(uninitialized: tensor.shape, tensor.dtype, tensor.device, for: "capture")
        var call = hs_call(HS_OP_COPY, 0, tensor.dtype)
        call.n.0 = Int64(tensor.byteCount)
        record(call, [tensor, copy], CallPatches())
        if let slot = copy.buffer.slot { taken.insert(slot) }
        return copy
    }
}
