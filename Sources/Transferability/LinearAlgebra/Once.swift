import Synchronization

/// A value that is made when it is first asked for, and kept.
final class Once<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)

    /// The value if it was made.
    var known: Value? { value.withLock { $0 } }

    func get(_ make: () throws -> Value) rethrows -> Value {
        try value.withLock { known in
            if let known { return known }
            let made = try make()
            known = made
            return made
        }
    }
}
