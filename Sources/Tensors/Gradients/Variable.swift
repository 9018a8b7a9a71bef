import CHindsightKernels

/// A place that holds a tensor and can be given another: what parameters and optimizer states are
/// made of.
///
/// Any number of threads may read and one may update: a reader gets the whole tensor from before or
/// after an update. An update writes in place while nobody else holds the tensor, and into fresh
/// memory otherwise. Tapes, captures and snapshots know variables by identity.
public final class Variable: @unchecked Sendable {
    let identifier: UInt64
    /// The shape of every tensor this variable can hold.
    public let shape: Shape
    /// The element type of every tensor this variable can hold.
    public let dtype: DType

    private let lock = Lock()
    private var tensor: Tensor

    /// A variable that holds `tensor`.
    public init(_ tensor: Tensor) {
        identifier = hs_next_identifier()
        shape = tensor.shape
        dtype = tensor.dtype
        self.tensor = tensor.detached
    }

    /// The tensor held now. Inside `valueAndGradients` of a list with this variable, gradients flow
    /// to it; inside `Snapshot.apply`, it is the tensor of the snapshot.
    @inline(__always)
    public var value: Tensor {
        let context = ThreadContext.current
        if context.tape == nil, context.recorder == nil, context.snapshot == nil {
            return load()
        }
        return slowValue(context)
    }

    @inline(never)
    private func slowValue(_ context: ThreadContext) -> Tensor {
        // A captured plan looks for the snapshot itself, at each replay.
        if context.recorder == nil, let tensor = context.snapshot?[self] { return tensor }
        var result = context.recorder?.variableTensor(self) ?? load()
        if let tape = context.tape, let index = tape.variables.index(of: self) {
            result.tapeIdentifier = tape.identifier
            result.nodeIndex = Int32(truncatingIfNeeded: index)
        }
        return result
    }

    /// The tensor itself, whatever surrounds the caller.
    @inline(__always)
    func load() -> Tensor {
        lock { tensor }
    }

    /// The tensor's memory, which stays valid until `buffer` is released, and where it begins.
    @inline(__always)
    func retainedMemory() -> (buffer: Unmanaged<Buffer>, address: UnsafeMutableRawPointer?) {
        lock { (Unmanaged.passRetained(tensor.buffer), tensor.address) }
    }

    /// The same for what the variable held at the snapshot, if that knows it.
    @inline(never)
    func retainedMemory(in snapshot: Snapshot?) -> (
        buffer: Unmanaged<Buffer>, address: UnsafeMutableRawPointer?
    ) {
        guard let tensor = snapshot?[self] else { return retainedMemory() }
        return (Unmanaged.passRetained(tensor.buffer), tensor.address)
    }

    /// Puts another tensor in this place.
    ///
    /// The new tensor must have this variable's shape and element type.
    public func assign(_ new: Tensor) {
        require(
            new.shape == shape && new.dtype == dtype,
            "assign: a variable of \(dtype) \(shape) cannot hold \(new.dtype) \(new.shape)")
        require(
            ThreadContext.current.recorder == nil,
            "assign: a variable cannot be assigned while a step is being captured")
        let constant = new.detached
        lock.acquire()
        let old = tensor
        tensor = constant
        lock.release()
        withExtendedLifetime(old) {}
    }

    /// Copies the tensor if it lies in memory of somebody else's, a mapped file say, which can then be let
    /// go: before an update would need room for both at once. Does nothing without memory for a copy.
    package func takeOwnership() {
        lock.acquire()
        if tensor.buffer.isBorrowed { _ = lockedWritableAddress(keepingValues: true) }
        lockedFinish()
        lock.release()
    }

    // MARK: Updating in place, for optimizers. All of these need the lock to be held.

    func acquire() { lock.acquire() }

    func release() { lock.release() }

    /// Where to read the tensor from. Valid while the lock is held.
    var lockedAddress: UnsafeMutableRawPointer? { tensor.address }

    /// The tensor. Needs the lock.
    var lockedTensor: Tensor { tensor }

    var lockedDevice: Device { tensor.device }

    /// Makes sure that nobody else can see the memory, and returns it. The elements keep their
    /// values if `keepingValues`. Nil if there is no memory for a copy.
    func lockedWritableAddress(keepingValues: Bool) -> UnsafeMutableRawPointer? {
        if tensor.isSoleOwner() {
            tensor.buffer.willChange()
            return tensor.address
        }
        let bytes = tensor.byteCount
        let fresh = Buffer(byteCount: bytes, device: tensor.device, scope: nil)
        guard let target = fresh.address, let source = tensor.address else { return nil }
        if keepingValues { target.copyMemory(from: source, byteCount: bytes) }
        replaced.append(tensor)
        tensor = Tensor(buffer: fresh, shape: shape, dtype: dtype)
        return target
    }

    /// Tensors that were replaced while the lock is held; their memory may still be read.
    private var replaced: [Tensor] = []

    func lockedFinish() {
        if !replaced.isEmpty { replaced.removeAll() }
    }
}
