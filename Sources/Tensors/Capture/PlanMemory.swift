import CHindsightKernels

/// The raw memory of a plan: its calls, their tables, and the lists of what to fill in.
final class PlanMemory {
    /// Where an operand is when the plan runs.
    enum Address {
        case none
        case arena(offset: Int)
        case external(Int, offset: Int)
    }

    let externals: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    let scalars: UnsafeMutablePointer<Double>
    let integers: UnsafeMutablePointer<Int64>
    /// What the kernels are given.
    let plan: UnsafeMutablePointer<hs_plan>

    private let calls: UnsafeMutablePointer<hs_call>
    private let segments: UnsafeMutablePointer<hs_optimizer_segment>
    private var addressPatches: [hs_address_patch] = []
    /// Operands in the arena: where their addresses are written, and their offsets.
    private var arenaPatches:
        [(cell: UnsafeMutablePointer<UnsafeMutableRawPointer?>, offset: Int)] =
            []
    private var arenaAddress: UnsafeMutableRawPointer?
    private var scalarPatches: [hs_scalar_patch] = []
    private var integerPatches: [hs_integer_patch] = []
    private var patchMemory: [UnsafeMutableRawPointer] = []

    init(_ recorded: [RecordedCall], externals: Int, scalars: Int, integers: Int) {
        plan = PlanMemory.zeroed(hs_plan.self, 1)
        calls = PlanMemory.zeroed(hs_call.self, recorded.count)
        segments = PlanMemory.zeroed(
            hs_optimizer_segment.self, recorded.reduce(0) { $0 + $1.segments.count })
        self.externals = .allocate(capacity: max(externals, 1))
        self.externals.initialize(repeating: nil, count: max(externals, 1))
        self.scalars = PlanMemory.zeroed(Double.self, scalars)
        self.integers = PlanMemory.zeroed(Int64.self, integers)
    }

    deinit {
        plan.deallocate()
        calls.deallocate()
        segments.deallocate()
        externals.deallocate()
        scalars.deallocate()
        integers.deallocate()
        for block in patchMemory { block.deallocate() }
    }

    private static func zeroed<T>(_: T.Type, _ count: Int) -> UnsafeMutablePointer<T> {
        let count = max(count, 1)
        let memory = UnsafeMutablePointer<T>.allocate(capacity: count)
        UnsafeMutableRawPointer(memory).initializeMemory(
            as: UInt8.self, repeating: 0, count: count * MemoryLayout<T>.stride)
        return memory
    }

    /// Writes the calls, with what is known now, and notes what is not.
    func fill(
        _ recorded: [RecordedCall], updateStart: Int, _ place: (SlotReference) -> Address
    ) {
        var nextSegment = 0
        for (index, record) in recorded.enumerated() {
            if index == updateStart { plan.pointee.update_addresses = Int64(addressPatches.count) }
            calls[index] = record.call
            let call = UnsafeMutableRawPointer(calls + index)
            let operands = call + MemoryLayout<hs_call>.offset(of: \.p)!
            for (number, operand) in record.operands.enumerated() {
                set(operands + number * MemoryLayout<UnsafeRawPointer?>.stride, operand, place)
            }
            if !record.segments.isEmpty {
                calls[index].p.0 = UnsafeMutableRawPointer(segments + nextSegment)
                calls[index].n.0 = Int64(record.segments.count)
            }
            for segment in record.segments {
                fill(nextSegment, segment, place)
                nextSegment += 1
            }
            note(record.patches, call)
        }
        if updateStart == recorded.count {
            plan.pointee.update_addresses = Int64(addressPatches.count)
        }
        finish(callCount: recorded.count)
    }

    private func fill(
        _ index: Int, _ segment: SegmentReference, _ place: (SlotReference) -> Address
    ) {
        segments[index].count = Int64(segment.count)
        segments[index].rows = Int64(segment.rows)
        segments[index].columns = Int64(segment.columns)
        let row = UnsafeMutableRawPointer(segments + index)
        typealias Row = MemoryLayout<hs_optimizer_segment>
        set(row + Row.offset(of: \.parameter)!, segment.parameter, place)
        set(row + Row.offset(of: \.output)!, segment.output, place)
        set(row + Row.offset(of: \.gradient)!, segment.gradient, place)
        set(row + Row.offset(of: \.state0)!, segment.state0, place)
        set(row + Row.offset(of: \.state1)!, segment.state1, place)
    }

    private func set(
        _ target: UnsafeMutableRawPointer, _ reference: SlotReference?,
        _ place: (SlotReference) -> Address
    ) {
        guard let reference else { return }
        let cell = target.assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
        switch place(reference) {
        case .none: cell.pointee = nil
        case .arena(let offset): arenaPatches.append((cell, offset))
        case .external(let index, let offset):
            addressPatches.append(
                hs_address_patch(where: cell, index: Int64(index), offset: Int64(offset)))
        }
    }

    /// Lets a matrix product read a packed copy of its operand 1, or, with nil, the operand itself.
    func bindPacked(_ index: Int, _ copy: (UnsafePointer<hs_call>) -> UnsafeMutableRawPointer?) {
        let call = calls + index
        call.pointee.flags &= ~Int32(HS_PACKED_B)
        guard let address = copy(call) else { return }
        call.pointee.p.1 = address
        call.pointee.flags |= Int32(HS_PACKED_B)
    }

    /// Writes where the arena is into the calls, if it is elsewhere than before.
    @inline(__always)
    func bindArena(_ address: UnsafeMutableRawPointer?) {
        if address != arenaAddress { moveArena(address) }
    }

    @inline(never)
    private func moveArena(_ address: UnsafeMutableRawPointer?) {
        for patch in arenaPatches { patch.cell.pointee = address.map { $0 + patch.offset } }
        arenaAddress = address
    }

    private func note(_ patches: CallPatches, _ call: UnsafeMutableRawPointer) {
        let f = (call + MemoryLayout<hs_call>.offset(of: \.f)!).assumingMemoryBound(to: Double.self)
        let n = (call + MemoryLayout<hs_call>.offset(of: \.n)!).assumingMemoryBound(to: Int64.self)
        for patch in patches.scalars {
            scalarPatches.append(hs_scalar_patch(where: f + patch.field, index: Int64(patch.index)))
        }
        for patch in patches.integers {
            integerPatches.append(
                hs_integer_patch(
                    where: n + patch.field, index: Int64(patch.index), offset: patch.offset))
        }
    }

    private func finish(callCount: Int) {
        plan.pointee.calls = calls
        plan.pointee.call_count = Int64(callCount)
        plan.pointee.addresses = UnsafePointer(keep(addressPatches))
        plan.pointee.address_count = Int64(addressPatches.count)
        plan.pointee.scalars = UnsafePointer(keep(scalarPatches))
        plan.pointee.scalar_count = Int64(scalarPatches.count)
        plan.pointee.integers = UnsafePointer(keep(integerPatches))
        plan.pointee.integer_count = Int64(integerPatches.count)
    }

    private func keep<T>(_ patches: [T]) -> UnsafeMutablePointer<T> {
        let memory = UnsafeMutablePointer<T>.allocate(capacity: max(patches.count, 1))
        for (index, patch) in patches.enumerated() { (memory + index).initialize(to: patch) }
        patchMemory.append(UnsafeMutableRawPointer(memory))
        return memory
    }
}
