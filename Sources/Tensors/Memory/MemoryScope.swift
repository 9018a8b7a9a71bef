import CHindsightKernels
import Synchronization

/// The first operation that needed more memory than the limit allows.
public struct MemoryLimitError: Error, Sendable, CustomStringConvertible {
    /// The operation that asked.
    public let operation: String
    /// The shape of the tensor it needed.
    public let shape: Shape
    /// Bytes it needed.
    public let requestedBytes: Int
    /// Bytes in use when it asked.
    public let bytesInUse: Int
    /// The limit that stood in the way; nil if the system itself had no more.
    public let limit: Int?

    /// What is shown to people.
    public var description: String {
        let wanted = "\(operation) needs \(requestedBytes) bytes for a tensor of shape \(shape)"
        guard let limit else {
            return "\(wanted), but the system has no memory left (\(bytesInUse) bytes in use). "
                + "Use a smaller batch or model."
        }
        return "\(wanted), but \(bytesInUse) of at most \(limit) bytes are in use. "
            + "Raise the limit, or use a smaller batch, gradient checkpointing or a smaller model."
    }
}

/// What happens inside a closure that may run out of memory: the first overrun is recorded, later
/// operations return tensors that have a shape but no memory, and the error is thrown at the end. A
/// scope inside one that is over its limit does nothing but throw that one's error.
final class MemoryScope: @unchecked Sendable {
    let limit: Int?
    let parent: MemoryScope?
    private let used = Atomic<Int>(0)
    /// Only the thread inside the scope records.
    private(set) var overrun: MemoryLimitError?

    init(limit: Int?, parent: MemoryScope?) {
        self.limit = limit
        self.parent = parent
    }

    /// Counts the bytes; false if a limit of this scope or one around it would be passed, or was
    /// before: what follows an overrun has no values to work on.
    func reserve(_ bytes: Int) -> Bool {
        guard overrun == nil else { return false }
        let now = used.add(bytes, ordering: .relaxed).newValue
        if now <= limit ?? Int.max, parent?.reserve(bytes) ?? true { return true }
        used.subtract(bytes, ordering: .relaxed)
        return false
    }

    func release(_ bytes: Int) {
        used.subtract(bytes, ordering: .relaxed)
        parent?.release(bytes)
    }

    /// The limit, of this scope or one around it, that leaves no room for so many bytes.
    private func limitPassed(by bytes: Int) -> (limit: Int, used: Int)? {
        var scope: MemoryScope? = self
        while let current = scope {
            let used = current.used.load(ordering: .relaxed)
            if let limit = current.limit, bytes > limit - used { return (limit, used) }
            scope = current.parent
        }
        return nil
    }

    func recordOverrun(_ operation: String, _ shape: Shape, _ bytes: Int) {
        guard overrun == nil else { return }
        overrun = MemoryLimitError.now(operation, shape, bytes, scoped: limitPassed(by: bytes))
    }
}

extension MemoryLimitError {
    static func now(
        _ operation: String, _ shape: Shape, _ bytes: Int, scoped: (limit: Int, used: Int)?
    ) -> MemoryLimitError {
        let inUse = Int(hs_memory_read_statistics().in_use)
        let whole = Int(hs_memory_limit())
        if let scoped {
            return MemoryLimitError(
                operation: operation, shape: shape, requestedBytes: bytes,
                bytesInUse: scoped.used, limit: scoped.limit)
        }
        return MemoryLimitError(
            operation: operation, shape: shape, requestedBytes: bytes, bytesInUse: inUse,
            limit: whole == Int.max ? nil : whole)
    }
}

extension ThreadContext {
    /// Runs `body` in a new memory scope and throws the scope's overrun, if there was one: also in
    /// place of what `body` throws, which works on tensors without values after it.
    func withScope<Result>(limit: Int?, _ body: () throws -> Result) throws -> Result {
        if let overrun = scope?.overrun { throw overrun }
        let new = MemoryScope(limit: limit, parent: scope)
        let outer = scope
        scope = new
        defer { scope = outer }
        do {
            let result = try body()
            if let overrun = new.overrun { throw overrun }
            return result
        } catch {
            throw new.overrun ?? error
        }
    }

    /// Runs `body` with no memory scope in force.
    func withoutScope<Result>(_ body: () throws -> Result) rethrows -> Result {
        let outer = scope
        scope = nil
        defer { scope = outer }
        return try body()
    }
}
