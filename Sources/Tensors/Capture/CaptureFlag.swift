import Synchronization

/// A setting that decides which operations a function does: whether a parameter is trained, say.
///
/// A plan notes the flags that were read while it was captured, and is replayed only as long as they
/// are what they were then.
package final class CaptureFlag: Sendable {
    private let current: Atomic<Bool>

    /// Counts the changes of all flags, so that one comparison tells whether to look at any.
    private static let changes = Atomic<Int>(0)

    package init(_ value: Bool) { current = Atomic(value) }

    /// The setting. Reading it while a plan is being captured makes it one that the plan depends on.
    package var value: Bool {
        get {
            let value = now
            ThreadContext.current.recorder?.note(self, value)
            return value
        }
        set {
            guard current.exchange(newValue, ordering: .relaxed) != newValue else { return }
            CaptureFlag.changes.add(1, ordering: .releasing)
        }
    }

    /// The setting, without making a plan depend on it.
    var now: Bool { current.load(ordering: .relaxed) }

    /// How many times flags have changed. Flags read after this count are at least as new as it.
    package static var changeCount: Int { changes.load(ordering: .acquiring) }

    /// Whether a plan is being captured on this thread.
    package static var areNoted: Bool { ThreadContext.current.recorder != nil }
}
