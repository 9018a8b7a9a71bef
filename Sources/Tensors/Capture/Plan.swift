import CHindsightKernels

/// A closure's operations, recorded once for given shapes and replayed without running the closure:
/// the same kernels with the same arguments, so the same bits.
///
/// A plan owns the memory of everything in between and reuses it as soon as its last reader is done.
/// It refers to variables, not to their memory, so it sees every update. One replay at a time:
/// concurrent calls wait for each other.
public final class Plan: @unchecked Sendable {
    private let memory: PlanMemory
    private let updateStart: Int
    private let inputs: [(shape: Shape, dtype: DType, device: Device)]
    private let outputs: [(shape: Shape, dtype: DType)]
    private let device: Device
    private let constants: [Buffer]
    private let arena: Buffer
    private let lock = Lock()

    /// External addresses: constants, inputs, outputs, variables read, variables updated.
    private let firstInput: Int
    private let firstOutput: Int
    private let firstRead: Int
    private let firstUpdated: Int
    private let variables: PlanVariables
    private let scalarSources: [@Sendable () -> Double]
    private let integerSources: [@Sendable () -> Int64]
    private let random: RandomInput

    init(_ recorder: Recorder, inputs: [Tensor], outputs: [Tensor], random: RandomInput) throws {
        let layout = try PlanLayout(recorder, inputCount: inputs.count, outputs: outputs)
        arena = layout.arena
        constants = layout.constants
        memory = layout.memory
        updateStart = layout.updateStart
        device = layout.device
        variables = PlanVariables(read: layout.read, updated: layout.updated)
        firstInput = constants.count
        firstOutput = firstInput + inputs.count
        firstRead = firstOutput + outputs.count
        firstUpdated = firstRead + layout.read.count
        self.inputs = inputs.map { ($0.shape, $0.dtype, $0.device) }
        self.outputs = outputs.map { ($0.shape, $0.dtype) }
        scalarSources = recorder.scalarSources
        integerSources = recorder.integerSources
        self.random = random
        for (index, constant) in constants.enumerated() {
            memory.externals[index] = constant.address
        }
    }

    /// The number of primitive operations a replay carries out.
    public var operationCount: Int { Int(memory.plan.pointee.call_count) }

    /// Bytes of memory the plan keeps between replays.
    public var arenaByteCount: Int { arena.byteCount }

    /// Whether the plan was made for inputs like these.
    func accepts(_ tensors: [Tensor]) -> Bool {
        guard tensors.count == inputs.count else { return false }
        for index in inputs.indices {
            guard tensors[index].shape == inputs[index].shape,
                tensors[index].dtype == inputs[index].dtype,
                tensors[index].device == inputs[index].device
            else { return false }
        }
        return true
    }

    /// Replays the plan.
    ///
    /// - Parameters:
    ///   - tensors: the inputs, which the plan must accept.
    ///   - generator: where random numbers come from; it moves on as in an eager run.
    ///   - willStart: called once nothing can fail any more, before the plan's numbers are read.
    /// - Throws: `MemoryLimitError` if there is no memory for the outputs.
    package func run(
        _ tensors: [Tensor], random generator: inout RandomGenerator, willStart: () -> Void = {}
    ) throws -> [Tensor] {
        let results = try newOutputs()
        for index in tensors.indices where tensors[index].address == nil { return results }
        lock.acquire()
        defer { lock.release() }
        for index in tensors.indices {
            memory.externals[firstInput + index] = tensors[index].address
        }
        willStart()
        bindNumbers(&generator)
        variables.hold(memory.externals + firstRead)
        let updates = memory.plan.pointee.update_addresses
        hs_plan_bind_addresses(memory.plan, memory.externals, 0, updates)
        run(0, updateStart)
        variables.letGo()
        guard updateStart < operationCount else { return results }
        variables.update(memory.externals + firstRead, memory.externals + firstUpdated) {
            hs_plan_bind_addresses(
                memory.plan, memory.externals, updates, memory.plan.pointee.address_count)
            run(updateStart, operationCount)
        }
        return results
    }

    @inline(__always)
    private func run(_ begin: Int, _ end: Int) {
        if device == .cpu {
            hs_plan_run(memory.plan, Int64(begin), Int64(end))
        } else {
            device.backend.run(memory.plan, from: begin, to: end)
        }
    }

    /// Fresh tensors for the results; the plan writes straight into them.
    private func newOutputs() throws -> [Tensor] {
        let scope = ThreadContext.current.scope
        var results: [Tensor] = []
        results.reserveCapacity(outputs.count)
        for index in outputs.indices {
            let (shape, dtype) = outputs[index]
            let bytes = shape.elementCount * dtype.byteCount
            let buffer = Buffer(byteCount: bytes, device: device, scope: scope)
            guard let address = buffer.address else {
                throw scope?.overrun ?? MemoryLimitError.now("plan", shape, bytes, scoped: nil)
            }
            memory.externals[firstOutput + index] = address
            results.append(Tensor(buffer: buffer, shape: shape, dtype: dtype))
        }
        return results
    }

    @inline(__always)
    private func bindNumbers(_ generator: inout RandomGenerator) {
        for index in scalarSources.indices { memory.scalars[index] = scalarSources[index]() }
        for index in integerSources.indices { memory.integers[index] = integerSources[index]() }
        memory.integers[random.firstInteger] = Int64(bitPattern: generator.key)
        memory.integers[random.firstInteger + 1] = Int64(bitPattern: generator.counter)
        generator.skip(blocks: random.blocks)
        hs_plan_bind_numbers(memory.plan, memory.scalars, memory.integers)
    }
}
