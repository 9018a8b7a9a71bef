import CHindsightKernels

/// A closure's operations, recorded once for given shapes and replayed without running the closure:
/// the same kernels with the same arguments, so the same bits.
///
/// A plan owns the memory of everything in between and reuses it as soon as its last reader is done.
/// It refers to variables, not to their memory, so it sees every update. One replay at a time:
/// concurrent calls wait for each other.
public final class Plan: @unchecked Sendable {
    private var plan = hs_plan()
    private let memory: PlanMemory
    private let updateStart: Int
    private let inputs: [(shape: Shape, dtype: DType, device: Device)]
    private let outputs: [(shape: Shape, dtype: DType)]
    private let device: Device
    private let constants: [Buffer]
    private let arena: Buffer
    private let lock: UnsafeMutablePointer<UInt32>

    /// External addresses: constants, inputs, outputs, variables read, variables updated.
    private let firstInput: Int
    private let firstOutput: Int
    private let firstRead: Int
    private let firstUpdated: Int
    private let read: [Variable]
    private let updated: [Variable]
    private let lockOrder: [Variable]
    private var held: [Tensor] = []
    private let scalarSources: [@Sendable () -> Double]
    private let integerSources: [@Sendable () -> Int64]
    private let random: RandomInput

    init(_ recorder: Recorder, inputs: [Tensor], outputs: [Tensor], random: RandomInput) throws {
        let layout = try PlanLayout(recorder, inputCount: inputs.count, outputs: outputs)
        arena = layout.arena
        constants = layout.constants
        memory = layout.memory
        plan = layout.memory.plan
        updateStart = layout.updateStart
        device = layout.device
        read = layout.read
        updated = layout.updated
        lockOrder = (layout.read + layout.updated).reduce(into: [Variable]()) { list, variable in
            if !list.contains(where: { $0 === variable }) { list.append(variable) }
        }.sorted { $0.identifier < $1.identifier }
        firstInput = constants.count
        firstOutput = firstInput + inputs.count
        firstRead = firstOutput + outputs.count
        firstUpdated = firstRead + read.count
        self.inputs = inputs.map { ($0.shape, $0.dtype, $0.device) }
        self.outputs = outputs.map { ($0.shape, $0.dtype) }
        scalarSources = recorder.scalarSources
        integerSources = recorder.integerSources
        self.random = random
        lock = .allocate(capacity: 1)
        lock.initialize(to: 0)
        for (index, constant) in constants.enumerated() {
            memory.externals[index] = constant.address
        }
    }

    deinit { lock.deallocate() }

    /// The number of primitive operations a replay carries out.
    public var operationCount: Int { Int(plan.call_count) }

    /// Bytes of memory the plan keeps between replays.
    public var arenaByteCount: Int { arena.byteCount }

    /// Whether the plan was made for inputs like these.
    func accepts(_ tensors: [Tensor]) -> Bool {
        guard tensors.count == inputs.count else { return false }
        for (tensor, input) in zip(tensors, inputs)
        where tensor.shape != input.shape || tensor.dtype != input.dtype
            || tensor.device != input.device
        {
            return false
        }
        return true
    }

    /// Replays the plan.
    ///
    /// - Parameters:
    ///   - tensors: the inputs, with the shapes and element types of the capture.
    ///   - generator: where random numbers come from; it moves on as in an eager run.
    /// - Throws: `MemoryLimitError` if there is no memory for the outputs.
    package func run(_ tensors: [Tensor], random generator: inout RandomGenerator) throws
        -> [Tensor]
    {
        require(
            accepts(tensors),
            "plan: captured for inputs \(inputs.map { "\($0.dtype) \($0.shape)" }), given "
                + "\(tensors.map { "\($0.dtype) \($0.shape)" })")
        let context = ThreadContext.current
        return try context.withScope(limit: nil) {
            let results = outputs.map {
                Tensor(uninitialized: $0.shape, $0.dtype, device, for: "plan")
            }
            guard context.scope?.overrun == nil else { return results }
            hs_lock(lock)
            defer { hs_unlock(lock) }
            bind(tensors, results, &generator)
            device.backend.run(&plan, from: 0, to: updateStart)
            held.removeAll(keepingCapacity: true)
            if updateStart < operationCount { runUpdates() }
            return results
        }
    }

    private func bind(
        _ tensors: [Tensor], _ results: [Tensor], _ generator: inout RandomGenerator
    ) {
        for (index, tensor) in tensors.enumerated() {
            memory.externals[firstInput + index] = tensor.address
        }
        for (index, result) in results.enumerated() {
            memory.externals[firstOutput + index] = result.address
        }
        for (index, variable) in read.enumerated() {
            let tensor = variable.load()
            memory.externals[firstRead + index] = tensor.address
            held.append(tensor)
        }
        for (index, source) in scalarSources.enumerated() { memory.scalars[index] = source() }
        for (index, source) in integerSources.enumerated() { memory.integers[index] = source() }
        if random.blocks > 0 {
            memory.integers[random.firstInteger] = Int64(bitPattern: generator.key)
            memory.integers[random.firstInteger + 1] = Int64(bitPattern: generator.counter)
            generator.skip(blocks: random.blocks)
        }
        hs_plan_bind(&plan, memory.externals, memory.scalars, memory.integers)
    }

    private func runUpdates() {
        VariableUpdate.withLocks(lockOrder) {
            for (index, variable) in read.enumerated() {
                memory.externals[firstRead + index] = variable.lockedAddress
            }
            for (index, variable) in updated.enumerated() {
                let target = variable.lockedWritableAddress(keepingValues: true)
                require(target != nil, "plan: no memory left to update a shared variable")
                memory.externals[firstUpdated + index] = target
            }
            hs_plan_bind(&plan, memory.externals, memory.scalars, memory.integers)
            device.backend.run(&plan, from: updateStart, to: operationCount)
        }
    }
}
