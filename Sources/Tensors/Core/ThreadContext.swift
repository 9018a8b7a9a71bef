import CHindsightKernels

/// What the operations called by one thread take part in: a tape, a capture, a memory scope, a
/// snapshot. Closures that set one are synchronous, so a thread's context is never seen by another.
final class ThreadContext {
    var tape: Tape?
    var recorder: Recorder?
    var scope: MemoryScope?
    var snapshot: Snapshot?
    /// A tape put aside for the next gradient, so that its arrays are not allocated again.
    var spareTape: Tape?

    /// This thread's context, made at the first call.
    @inline(__always)
    static var current: ThreadContext {
        if let pointer = hs_context_get() {
            return Unmanaged<ThreadContext>.fromOpaque(pointer).takeUnretainedValue()
        }
        return make()
    }

    @inline(never)
    private static func make() -> ThreadContext {
        let context = ThreadContext()
        hs_context_set(Unmanaged.passRetained(context).toOpaque()) { pointer in
            if let pointer { Unmanaged<ThreadContext>.fromOpaque(pointer).release() }
        }
        return context
    }
}

/// Work beside whatever surrounds the caller.
package enum OutsideOfCapture {
    /// Runs `body` as if there were no tape and no capture: for making what outlives a step.
    package static func run<Result>(_ body: () throws -> Result) rethrows -> Result {
        let context = ThreadContext.current
        let (tape, recorder, scope) = (context.tape, context.recorder, context.scope)
        (context.tape, context.recorder, context.scope) = (nil, nil, nil)
        defer { (context.tape, context.recorder, context.scope) = (tape, recorder, scope) }
        return try body()
    }
}
