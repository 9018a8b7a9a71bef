import CHindsightKernels

/// From recorded calls to a plan's memory: when each intermediate result lives, where in the arena it
/// goes, and which addresses have to be filled in before a replay.
struct PlanLayout {
    private(set) var constants: [Buffer] = []
    private(set) var read: [Variable] = []
    private(set) var updated: [Variable] = []
    /// Bytes of arena the plan needs.
    let arenaByteCount: Int
    let memory: PlanMemory
    let updateStart: Int
    let device: Device

    /// Where a slot's memory will be.
    private enum Place {
        case arena(offset: Int)
        case external(index: Int)
    }

    init(_ recorder: Recorder, inputCount: Int, outputs: [Tensor]) {
        let calls = recorder.calls + recorder.updates
        updateStart = recorder.calls.count
        device = recorder.device ?? .cpu
        var outputSlots: [Int: Int] = [:]
        for (index, output) in outputs.enumerated() {
            if let slot = output.buffer.slot { outputSlots[slot] = index }
        }
        for slot in recorder.slots {
            switch slot.role {
            case .constant(let buffer): constants.append(buffer)
            case .variable(let variable): read.append(variable)
            case .updated(let variable): updated.append(variable)
            case .arena, .input: break
            }
        }
        let lifetimes = PlanLayout.lifetimes(calls, recorder.slots.count)
        let arenaSlots = recorder.slots.indices.filter { index in
            guard case .arena = recorder.slots[index].role else { return false }
            return outputSlots[index] == nil && lifetimes[index] != nil
        }
        let (offsets, total) = PlanLayout.place(
            arenaSlots, lifetimes, recorder.slots.map(\.byteCount))
        arenaByteCount = max(total, 64)
        let firstOutput = constants.count + inputCount
        let firstRead = firstOutput + outputs.count
        let firstUpdated = firstRead + read.count
        var counts = (constant: 0, read: 0, updated: 0)
        var places: [Place?] = []
        for (index, slot) in recorder.slots.enumerated() {
            switch slot.role {
            case .arena:
                if let output = outputSlots[index] {
                    places.append(.external(index: firstOutput + output))
                } else {
                    places.append(offsets[index].map { .arena(offset: $0) })
                }
            case .input(let input):
                places.append(.external(index: constants.count + input))
            case .constant:
                places.append(.external(index: counts.constant))
                counts.constant += 1
            case .variable:
                places.append(.external(index: firstRead + counts.read))
                counts.read += 1
            case .updated:
                places.append(.external(index: firstUpdated + counts.updated))
                counts.updated += 1
            }
        }
        memory = PlanMemory(
            calls, externals: firstUpdated + updated.count, scalars: recorder.scalarSources.count,
            integers: recorder.integerSources.count)
        memory.fill(calls, updateStart: updateStart) { reference in
            switch places[reference.slot] {
            case .arena(let offset)?: .arena(offset: offset + reference.byteOffset)
            case .external(let index)?: .external(index, offset: reference.byteOffset)
            case nil: .none
            }
        }
    }

    /// The first and last call that touch each slot; nil for a slot no call touches.
    private static func lifetimes(_ calls: [RecordedCall], _ count: Int) -> [ClosedRange<Int>?] {
        var lifetimes = [ClosedRange<Int>?](repeating: nil, count: count)
        func touch(_ reference: SlotReference?, _ index: Int) {
            guard let slot = reference?.slot else { return }
            lifetimes[slot] = (lifetimes[slot]?.lowerBound ?? index)...index
        }
        for (index, call) in calls.enumerated() {
            for operand in call.operands { touch(operand, index) }
            for segment in call.segments {
                touch(segment.parameter, index)
                touch(segment.output, index)
                touch(segment.gradient, index)
                touch(segment.state0, index)
                touch(segment.state1, index)
            }
        }
        return lifetimes
    }

    /// Gives each slot the lowest offset that is free during its lifetime, larger slots first.
    private static func place(
        _ slots: [Int], _ lifetimes: [ClosedRange<Int>?], _ sizes: [Int]
    ) -> (offsets: [Int: Int], total: Int) {
        typealias Placed = (lifetime: ClosedRange<Int>, range: Range<Int>)
        var placed: [Placed] = []
        var offsets: [Int: Int] = [:]
        var total = 0
        for slot in slots.sorted(by: { (sizes[$0], $1) > (sizes[$1], $0) }) {
            guard let lifetime = lifetimes[slot] else { continue }
            let size = max((sizes[slot] + 63) & ~63, 64)
            var offset = 0
            for other in placed where other.lifetime.overlaps(lifetime) {
                if offset + size <= other.range.lowerBound { break }
                offset = max(offset, other.range.upperBound)
            }
            offsets[slot] = offset
            total = max(total, offset + size)
            let entry = (lifetime, offset..<(offset + size))
            let at = placed.firstIndex { $0.range.lowerBound > offset } ?? placed.count
            placed.insert(entry, at: at)
        }
        return (offsets, total)
    }
}
