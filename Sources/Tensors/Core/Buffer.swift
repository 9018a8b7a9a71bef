import CHindsightKernels
import Synchronization

/// The memory of one or more tensors. Written once by the operation that made it, then only read
/// (but see `Variable`, which writes in place while it holds the only reference).
final class Buffer: @unchecked Sendable {
    enum Kind {
        /// Memory from the allocator.
        case memory
        /// Memory somebody else keeps alive and unchanged (a mapped file).
        case borrowed(owner: AnyObject)
        /// No memory: the limit was passed (see `MemoryScope`).
        case shapeOnly
        /// A place in a plan being captured.
        case slot(Int)
    }

    let kind: Kind
    let device: Device
    let byteCount: Int
    private let memory: UnsafeMutableRawPointer?
    private let scope: MemoryScope?
    private let stamp = Atomic<UInt64>(0)

    /// Memory for that many bytes, or a buffer of kind `shapeOnly` if the limit forbids it.
    init(byteCount: Int, device: Device, scope: MemoryScope?) {
        self.byteCount = byteCount
        self.device = device
        let allowed = scope?.reserve(byteCount) ?? true
        let memory = allowed ? hs_memory_take(byteCount) : nil
        if allowed, memory == nil { scope?.release(byteCount) }
        self.memory = memory
        self.scope = memory == nil ? nil : scope
        kind = memory == nil ? .shapeOnly : .memory
    }

    /// A place in the plan being captured.
    init(slot: Int, byteCount: Int, device: Device) {
        kind = .slot(slot)
        self.byteCount = byteCount
        self.device = device
        memory = nil
        scope = nil
    }

    /// Memory that `owner` keeps.
    init(borrowing address: UnsafeRawPointer, byteCount: Int, owner: AnyObject) {
        kind = .borrowed(owner: owner)
        self.byteCount = byteCount
        device = .cpu
        memory = UnsafeMutableRawPointer(mutating: address)
        scope = nil
    }

    deinit {
        guard case .memory = kind else { return }
        hs_memory_give(memory, byteCount)
        scope?.release(byteCount)
    }

    /// Where the elements are; nil if there is no memory (yet).
    @inline(__always)
    var address: UnsafeMutableRawPointer? { memory }

    /// The place in the plan being captured, if this is one.
    var slot: Int? {
        if case .slot(let slot) = kind { return slot }
        return nil
    }

    /// A number that no other contents of any memory have had since it was first asked for. For memory
    /// that nobody writes to meanwhile.
    var contentStamp: UInt64 {
        let known = stamp.load(ordering: .relaxed)
        if known != 0 { return known }
        let (exchanged, original) = stamp.compareExchange(
            expected: 0, desired: hs_next_identifier(), ordering: .relaxed)
        return exchanged ? stamp.load(ordering: .relaxed) : original
    }

    /// To be called before a sole owner writes to the memory.
    func willChange() { stamp.store(0, ordering: .relaxed) }

    /// Whether the memory is somebody else's.
    var isBorrowed: Bool {
        if case .borrowed = kind { return true }
        return false
    }

    /// Whether the memory belongs to the allocator, so that a sole owner may write to it.
    var isWritable: Bool {
        if case .memory = kind { return true }
        return false
    }
}
