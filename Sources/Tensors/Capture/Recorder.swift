import CHindsightKernels

/// Fields of a call that change from one replay to the next.
struct CallPatches {
    /// `f[field]` = number `index` of the plan's scalars.
    var scalars: [(field: Int, index: Int)] = []
    /// `n[field]` = number `index` of the plan's integers + offset.
    var integers: [(field: Int, index: Int, offset: Int64)] = []
}

/// Where an operand is, while capturing: a slot and an offset into it.
struct SlotReference {
    let slot: Int
    let byteOffset: Int
}

/// One row of a call's table of segments, while capturing.
struct SegmentReference {
    var parameter: SlotReference?
    var output: SlotReference?
    var gradient: SlotReference?
    var state0: SlotReference?
    var state1: SlotReference?
    var count: Int
    var rows = 1
    var columns = 0
}

/// A call as it was recorded.
struct RecordedCall {
    var call: hs_call
    var operands: [SlotReference?]
    var patches: CallPatches
    /// If not empty, operand 0 is a table of these.
    var segments: [SegmentReference]
}

/// Writes down the calls of a closure instead of carrying them out.
final class Recorder {
    /// What a slot stands for.
    enum Role {
        /// Memory inside the plan.
        case arena
        /// A tensor given at each replay.
        case input(Int)
        /// A tensor made before the capture.
        case constant(Buffer)
        /// What a variable holds when the replay starts.
        case variable(Variable)
        /// The place an update writes a variable's new elements to.
        case updated(Variable)
    }

    struct Slot {
        let role: Role
        let byteCount: Int
    }

    private(set) var slots: [Slot] = []
    private(set) var calls: [RecordedCall] = []
    private(set) var updates: [RecordedCall] = []
    private(set) var device: Device?
    /// Numbers read at each replay, in the order of their indices.
    var scalarSources: [@Sendable () -> Double] = []
    var integerSources: [@Sendable () -> Int64] = []
    /// What the flags that were read were then.
    private(set) var flags: [ObjectIdentifier: (flag: CaptureFlag, value: Bool)] = [:]
    private var constants: [ObjectIdentifier: Int] = [:]
    private var variables: [UInt64: (tensor: Tensor, slot: Int)] = [:]
    private var updated: [UInt64: Int] = [:]

    private func newSlot(_ role: Role, _ byteCount: Int) -> Int {
        slots.append(Slot(role: role, byteCount: byteCount))
        return slots.count - 1
    }

    private func slotTensor(_ role: Role, _ like: Tensor) -> (tensor: Tensor, slot: Int) {
        let slot = newSlot(role, like.byteCount)
        let buffer = Buffer(slot: slot, byteCount: like.byteCount, device: like.device)
        return (Tensor(buffer: buffer, shape: like.shape, dtype: like.dtype), slot)
    }

    /// A buffer for the result of an operation.
    func newBuffer(byteCount: Int, device: Device) -> Buffer {
        Buffer(slot: newSlot(.arena, byteCount), byteCount: byteCount, device: device)
    }

    /// A stand-in for the tensor given as input `index` at each replay.
    func input(_ index: Int, like example: Tensor) -> Tensor {
        slotTensor(.input(index), example).tensor
    }

    /// A stand-in for what a variable holds.
    func variableTensor(_ variable: Variable) -> Tensor {
        if let known = variables[variable.identifier] { return known.tensor }
        let made = slotTensor(.variable(variable), variable.load())
        variables[variable.identifier] = made
        return made.tensor
    }

    /// Remembers what a flag was when it was first read.
    func note(_ flag: CaptureFlag, _ value: Bool) {
        let key = ObjectIdentifier(flag)
        if flags[key] == nil { flags[key] = (flag, value) }
    }

    func reference(_ tensor: Tensor) -> SlotReference {
        if device == nil { device = tensor.device }
        if let slot = tensor.buffer.slot {
            require(slot < slots.count, "capture: a tensor of another capture is used")
            return SlotReference(slot: slot, byteOffset: tensor.byteOffset)
        }
        let key = ObjectIdentifier(tensor.buffer)
        let slot = constants[key] ?? newSlot(.constant(tensor.buffer), tensor.buffer.byteCount)
        constants[key] = slot
        return SlotReference(slot: slot, byteOffset: tensor.byteOffset)
    }

    private func updateReference(_ variable: Variable) -> SlotReference {
        let slot =
            updated[variable.identifier]
            ?? newSlot(.updated(variable), variable.load().byteCount)
        updated[variable.identifier] = slot
        return SlotReference(slot: slot, byteOffset: 0)
    }

    func record(_ call: hs_call, _ operands: [Tensor?], _ patches: CallPatches) {
        append(
            RecordedCall(
                call: call, operands: operands.map { $0.map(reference) }, patches: patches,
                segments: []))
    }

    func record(_ call: hs_call, gradients: [Tensor], _ operands: [Tensor?]) {
        let segments = gradients.map {
            SegmentReference(gradient: reference($0), count: $0.count)
        }
        append(
            RecordedCall(
                call: call, operands: [nil] + operands.map { $0.map(reference) }, patches: .init(),
                segments: segments))
    }

    private func append(_ recorded: RecordedCall) {
        require(
            updates.isEmpty, "capture: an optimizer's step must be the last thing a step does")
        calls.append(recorded)
    }

    func record(_ update: VariableUpdate) {
        let segments = update.segments.map { segment in
            SegmentReference(
                parameter: reference(variableTensor(segment.parameter)),
                output: updateReference(segment.parameter), gradient: reference(segment.gradient),
                state0: segment.state0.map(updateReference),
                state1: segment.state1.map(updateReference), count: segment.gradient.count,
                rows: segment.rows, columns: segment.columns)
        }
        var patches = CallPatches()
        for (field, source) in update.scalars {
            patches.scalars.append((field, scalarSources.count))
            scalarSources.append(source)
        }
        for (field, source) in update.integers {
            patches.integers.append((field, integerSources.count, 0))
            integerSources.append(source)
        }
        updates.append(
            RecordedCall(
                call: update.call, operands: [nil, update.gradientScale.map(reference)],
                patches: patches, segments: segments))
    }
}
