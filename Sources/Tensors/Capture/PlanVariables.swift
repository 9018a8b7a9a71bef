import CHindsightKernels

/// The variables a plan reads and updates, held without reference counting in the hot path.
final class PlanVariables {
    private let owned: [Variable]
    private let read: [Unmanaged<Variable>]
    private let updated: [Unmanaged<Variable>]
    /// All of them once, in the order in which locks are taken.
    private let lockOrder: [Unmanaged<Variable>]
    private let held: UnsafeMutablePointer<Unmanaged<Buffer>>

    init(read: [Variable], updated: [Variable]) {
        var seen: Set<UInt64> = []
        owned = (read + updated).filter { seen.insert($0.identifier).inserted }
            .sorted { $0.identifier < $1.identifier }
        self.read = read.map { .passUnretained($0) }
        self.updated = updated.map { .passUnretained($0) }
        lockOrder = owned.map { .passUnretained($0) }
        held = .allocate(capacity: max(read.count, 1))
    }

    deinit { held.deallocate() }

    /// Writes the addresses of what the variables hold (or held at the snapshot in force); their
    /// memory stays valid until `letGo`.
    @inline(__always)
    func hold(_ addresses: UnsafeMutablePointer<UnsafeMutableRawPointer?>) {
        let snapshot = ThreadContext.current.snapshot
        for index in read.indices {
            let memory = read[index]._withUnsafeGuaranteedRef { variable in
                snapshot == nil ? variable.retainedMemory() : variable.retainedMemory(in: snapshot)
            }
            held[index] = memory.buffer
            addresses[index] = memory.address
        }
    }

    /// What the memory of the variable read as number `index` holds. Between `hold` and `letGo`.
    func contentStamp(_ index: Int) -> UInt64 {
        held[index]._withUnsafeGuaranteedRef { $0.contentStamp }
    }

    @inline(__always)
    func letGo() {
        for index in read.indices { held[index].release() }
    }

    /// Runs `body` with all locks held and the addresses to read from and to write to filled in.
    @inline(__always)
    func update(
        _ readAddresses: UnsafeMutablePointer<UnsafeMutableRawPointer?>,
        _ updateAddresses: UnsafeMutablePointer<UnsafeMutableRawPointer?>, _ body: () -> Void
    ) {
        for index in lockOrder.indices {
            lockOrder[index]._withUnsafeGuaranteedRef { $0.acquire() }
        }
        for index in read.indices {
            readAddresses[index] = read[index]._withUnsafeGuaranteedRef { $0.lockedAddress }
        }
        for index in updated.indices {
            let target = updated[index]._withUnsafeGuaranteedRef {
                $0.lockedWritableAddress(keepingValues: true)
            }
            require(target != nil, "plan: no memory left to update a variable that is being read")
            updateAddresses[index] = target
        }
        body()
        for index in lockOrder.indices {
            lockOrder[index]._withUnsafeGuaranteedRef {
                $0.lockedFinish()
                $0.release()
            }
        }
    }
}
