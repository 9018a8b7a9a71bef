import CHindsightKernels

/// A lock held for short times: spins, then yields, then sleeps. Made of C atomics, which Thread
/// Sanitizer sees.
package final class Lock: @unchecked Sendable {
    private let word: UnsafeMutablePointer<UInt32>

    package init() {
        word = .allocate(capacity: 1)
        word.initialize(to: 0)
    }

    deinit { word.deallocate() }

    @inline(__always)
    func acquire() { hs_lock(word) }

    @inline(__always)
    func release() { hs_unlock(word) }

    /// Runs `body` with the lock held.
    @inline(__always)
    package func callAsFunction<Result>(_ body: () throws -> Result) rethrows -> Result {
        acquire()
        defer { release() }
        return try body()
    }
}

/// A value that only one thread at a time can see.
package final class Guarded<Value>: @unchecked Sendable {
    private let lock = Lock()
    private var value: Value

    package init(_ value: Value) { self.value = value }

    /// Runs `body` with the value, which no other thread sees meanwhile.
    package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try lock { try body(&value) }
    }
}
