import CHindsightKernels

/// A closure's operations, recorded once for given shapes and replayed without running the closure:
/// the same kernels with the same arguments, so the same bits.
///
/// The memory of everything in between is reused as soon as its last reader is done, and shared with the
/// other plans of the same function.
/// It refers to variables, not to their memory, so it sees every update. One replay at a time:
/// concurrent calls wait for each other.
package final class Plan: @unchecked Sendable {
    private let memory: PlanMemory
    private let updateStart: Int
    private let inputs: [(shape: Shape, dtype: DType, device: Device)]
    private let outputs: [(shape: Shape, dtype: DType)]
    private let device: Device
    private let constants: [Buffer]
    private let arena: PlanArena
    /// Bytes of the arena this plan uses.
    package let arenaByteCount: Int

    /// External addresses: constants, inputs, outputs, variables read, variables updated.
    private let firstInput: Int
    private let firstOutput: Int
    private let firstRead: Int
    private let firstUpdated: Int
    private let variables: PlanVariables
    private let scalarSources: [@Sendable () -> Double]
    private let integerSources: [@Sendable () -> Int64]
    private let random: RandomInput
    private let packedProducts: [PackedProduct]
    private let flags: [(flag: CaptureFlag, value: Bool)]

    init(
        _ recorder: Recorder, inputs: [Tensor], outputs: [Tensor], random: RandomInput,
        arena: PlanArena
    ) throws {
        let layout = PlanLayout(recorder, inputCount: inputs.count, outputs: outputs)
        let bytes = layout.arenaByteCount
        guard arena.reserve(bytes, layout.device, ThreadContext.current.scope) else {
            throw MemoryLimitError.now("capture", Shape(bytes), bytes, scoped: nil)
        }
        self.arena = arena
        arenaByteCount = bytes
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
        packedProducts = arena.packed.products(of: recorder)
        flags = Array(recorder.flags.values)
        for (index, constant) in constants.enumerated() {
            memory.externals[index] = constant.address
        }
    }

    /// The number of primitive operations a replay carries out.
    package var operationCount: Int { Int(memory.plan.pointee.call_count) }

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

    /// Whether the flags that were read at the capture are what they were.
    var isCurrent: Bool { flags.allSatisfy { $0.flag.now == $0.value } }

    /// Replays the plan.
    ///
    /// - Parameters:
    ///   - tensors: the inputs, which the plan must accept.
    ///   - generator: where random numbers come from; it moves on as in an eager run.
    ///   - willStart: called once nothing can fail any more, before the plan's numbers are read.
    /// - Returns: the function's results.
    /// - Throws: `MemoryLimitError` if there is no memory for the outputs.
    package func run(
        _ tensors: [Tensor], random generator: inout RandomGenerator, willStart: () -> Void = {}
    ) throws -> [Tensor] {
        let results = try newOutputs()
        for index in tensors.indices where tensors[index].address == nil { return results }
        arena.lock.acquire()
        defer { arena.lock.release() }
        memory.bindArena(arena.lockedAddress)
        for index in results.indices {
            memory.externals[firstOutput + index] = results[index].address
        }
        for index in tensors.indices {
            memory.externals[firstInput + index] = tensors[index].address
        }
        willStart()
        bindNumbers(&generator)
        variables.hold(memory.externals + firstRead)
        let updates = memory.plan.pointee.update_addresses
        hs_plan_bind_addresses(memory.plan, memory.externals, 0, updates)
        for product in packedProducts { bind(product) }
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

    private func bind(_ product: PackedProduct) {
        memory.bindPacked(product.call) { call in
            arena.packed.copy(
                product.entry, stamp: variables.contentStamp(product.variable), call)
        }
    }

    /// Fresh tensors for the results; the plan writes straight into them.
    private func newOutputs() throws -> [Tensor] {
        let scope = ThreadContext.current.scope
        var results: [Tensor] = []
        results.reserveCapacity(outputs.count)
        for index in outputs.indices {
            let (shape, dtype) = outputs[index]
            let bytes = shape.byteCount(dtype)
            let buffer = Buffer(byteCount: bytes, device: device, scope: scope)
            guard buffer.address != nil else {
                throw scope?.overrun ?? MemoryLimitError.now("plan", shape, bytes, scoped: nil)
            }
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
