import CHindsightKernels

/// Copies of weights in the order in which the kernels read them, for the plans of one captured function.
///
/// Of use where the same weights meet few rows again and again: prediction. A weight is copied when it is
/// seen unchanged for the second time, and again after it has changed; results keep their bits.
/// All of this needs the lock of the plans' arena.
final class PackedWeights: @unchecked Sendable {
    /// The copy of one weight.
    final class Entry {
        /// What the weight's memory held when it was last seen.
        fileprivate var stamp: UInt64 = 0
        fileprivate var layout: UnsafeRawPointer?
        fileprivate var isCopied = false
        fileprivate var place: UnsafeMutableRawPointer?
        fileprivate var capacity = 0
    }

    /// The most bytes of copies, so that a large model is not held twice.
    static let mostBytes = 128 << 20

    private let lock = Lock()
    private var entries: [UInt64: Entry] = [:]
    /// Copies lie one after another in large blocks, which the system gives huge pages.
    private var blocks: [Buffer] = []
    private var byteCount = 0
    /// Bytes of the last block that are taken.
    private var used = 0

    /// The place for a variable's copy.
    func entry(for variable: Variable) -> Entry {
        lock {
            if let entry = entries[variable.identifier] { return entry }
            let entry = Entry()
            entries[variable.identifier] = entry
            return entry
        }
    }

    /// The copy of what a call's weight holds now.
    ///
    /// - Parameters:
    ///   - entry: the weight's.
    ///   - stamp: what its memory holds (`Buffer.contentStamp`).
    ///   - call: a matrix product whose operand 1 is the weight.
    /// - Returns: nil if the weight is to be read where it lies.
    func copy(
        _ entry: Entry, stamp: UInt64, _ call: UnsafePointer<hs_call>
    ) -> UnsafeMutableRawPointer? {
        let layout = hs_packed_layout()
        let isUnchanged = entry.stamp == stamp && entry.layout == layout
        if isUnchanged, entry.isCopied { return entry.place }
        entry.stamp = stamp
        entry.layout = layout
        entry.isCopied = false
        guard isUnchanged, reserve(Int(hs_packed_bytes(call)), entry), let place = entry.place
        else { return nil }
        hs_pack(call, place)
        entry.isCopied = true
        return place
    }

    /// Gives an entry room for so many bytes; false if there is none.
    private func reserve(_ bytes: Int, _ entry: Entry) -> Bool {
        if entry.capacity >= bytes { return true }
        let size = (bytes + 63) & ~63
        if used + size > blocks.last?.byteCount ?? 0 {
            let block = max(size, min(max(byteCount, 2 << 20), 8 << 20))
            guard byteCount + block <= PackedWeights.mostBytes else { return false }
            let buffer = Buffer(byteCount: block, device: .cpu, scope: nil)
            guard buffer.address != nil else { return false }
            blocks.append(buffer)
            byteCount += block
            used = 0
        }
        entry.place = blocks.last?.address.map { $0 + used }
        entry.capacity = size
        used += size
        return true
    }
}

/// A plan's matrix product that may read a packed weight.
struct PackedProduct {
    let call: Int
    /// Which of the variables that the plan reads is the weight.
    let variable: Int
    let entry: PackedWeights.Entry
}

extension PackedWeights {
    /// The products of a plan that gain by packed weights; none if it updates variables.
    func products(of recorder: Recorder) -> [PackedProduct] {
        guard recorder.updates.isEmpty, recorder.device == .cpu else { return [] }
        var variables: [Int: (index: Int, variable: Variable)] = [:]
        for (slot, entry) in recorder.slots.enumerated() {
            if case .variable(let variable) = entry.role {
                variables[slot] = (variables.count, variable)
            }
        }
        return recorder.calls.enumerated().compactMap { index, record in
            var call = record.call
            guard hs_packing_pays(&call), let weight = record.operands[1],
                let (number, variable) = variables[weight.slot], weight.byteOffset == 0,
                recorder.slots[weight.slot].byteCount == Int(call.n.1 * call.n.2) * 4
            else { return nil }
            return PackedProduct(call: index, variable: number, entry: entry(for: variable))
        }
    }
}
