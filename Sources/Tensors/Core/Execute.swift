import CHindsightKernels

// The dispatch: every primitive passes here. While a plan is being captured it is recorded, else it
// is carried out at once; an operand without memory (see `MemoryScope`) makes it do nothing.

@inline(__always)
func execute(_ call: inout hs_call, _ p0: Tensor, _ p1: Tensor) {
    guard let a0 = p0.address, let a1 = p1.address else {
        executeSlowly(&call, [p0, p1])
        return
    }
    call.p.0 = a0
    call.p.1 = a1
    p0.device.execute(&call)
}

@inline(__always)
func execute(_ call: inout hs_call, _ p0: Tensor, _ p1: Tensor, _ p2: Tensor) {
    guard let a0 = p0.address, let a1 = p1.address, let a2 = p2.address else {
        executeSlowly(&call, [p0, p1, p2])
        return
    }
    call.p.0 = a0
    call.p.1 = a1
    call.p.2 = a2
    p0.device.execute(&call)
}

@inline(__always)
func execute(_ call: inout hs_call, _ p0: Tensor, _ p1: Tensor, _ p2: Tensor, _ p3: Tensor) {
    guard let a0 = p0.address, let a1 = p1.address, let a2 = p2.address, let a3 = p3.address else {
        executeSlowly(&call, [p0, p1, p2, p3])
        return
    }
    call.p.0 = a0
    call.p.1 = a1
    call.p.2 = a2
    call.p.3 = a3
    p0.device.execute(&call)
}

/// The general form: up to eight operands, some of which may be absent.
@inline(never)
func executeSlowly(_ call: inout hs_call, _ operands: [Tensor?], patches: CallPatches = .init()) {
    if let recorder = ThreadContext.current.recorder {
        recorder.record(call, operands, patches)
        return
    }
    let present = operands.compactMap { $0 }
    guard let device = present.first?.device, present.allSatisfy({ $0.address != nil }) else {
        return
    }
    withUnsafeMutableBytes(of: &call.p) { bytes in
        let addresses = bytes.bindMemory(to: UnsafeMutableRawPointer?.self)
        for (index, operand) in operands.enumerated() { addresses[index] = operand?.address }
    }
    device.execute(&call)
}

extension Device {
    @inline(__always)
    func execute(_ call: inout hs_call) {
        if index == 0 { hs_execute(&call) } else { backend.execute(&call) }
    }
}

extension hs_call {
    @inline(__always)
    init(_ op: Int, _ kind: Int = 0, _ dtype: DType) {
        self.init()
        self.op = Int32(truncatingIfNeeded: op)
        self.kind = Int32(truncatingIfNeeded: kind)
        self.dtype = dtype.rawValue
    }

    /// Gives `body` the sizes as a buffer of 26 integers.
    @inline(__always)
    mutating func withSizes(_ body: (UnsafeMutableBufferPointer<Int64>) -> Void) {
        withUnsafeMutableBytes(of: &n) { body($0.bindMemory(to: Int64.self)) }
    }
}
