import CHindsightKernels

/// An immutable, contiguous, row-major array of numbers.
///
/// A value in the Swift sense: copies share their storage, every operation returns a new tensor, and
/// tensors cross tasks and actors freely. Operations run at once (eagerly), on the device of
/// their operands. Shape mistakes are programmer errors and stop the program with the operation's
/// name and the shapes.
///
/// ```swift
/// let x = Tensor([[1, 2], [3, 4]])
/// let y = (x * 2 + 1).sum(axes: 0)        // [10, 14]
/// ```
public struct Tensor: Sendable {
    private(set) var buffer: Buffer
    /// Where in the buffer the first element is.
    let byteOffset: Int
    /// The sizes of the dimensions, outermost first.
    public let shape: Shape
    /// The type of the elements.
    public let dtype: DType
    /// The tape that records this tensor and its number there; tape 0 for none.
    var tapeIdentifier: UInt64 = 0
    var nodeIndex: Int32 = -1

    @inline(__always)
    init(buffer: Buffer, byteOffset: Int = 0, shape: Shape, dtype: DType) {
        self.buffer = buffer
        self.byteOffset = byteOffset
        self.shape = shape
        self.dtype = dtype
    }

    /// Whether the memory is the allocator's, all of it this tensor's, and no other tensor shares it.
    mutating func isSoleOwner() -> Bool {
        buffer.isWritable && byteOffset == 0 && isKnownUniquelyReferenced(&buffer)
    }

    /// Where this tensor lives.
    public var device: Device { buffer.device }

    /// The number of dimensions.
    public var rank: Int { shape.rank }

    /// The number of elements.
    public var count: Int { shape.elementCount }

    var byteCount: Int { shape.byteCount(dtype) }

    /// Where the elements are; nil without memory (over the limit, or while capturing).
    @inline(__always)
    var address: UnsafeMutableRawPointer? {
        guard let start = buffer.address else { return nil }
        return start + byteOffset
    }

    /// The same elements as a constant: gradients do not flow through the result.
    public var detached: Tensor {
        Tensor(buffer: buffer, byteOffset: byteOffset, shape: shape, dtype: dtype)
    }

    /// A tensor with memory but no values yet.
    @inline(__always)
    init(uninitialized shape: Shape, _ dtype: DType, _ device: Device, for operation: StaticString)
    {
        let context = ThreadContext.current
        let bytes = shape.byteCount(dtype)
        if context.recorder != nil || bytes >= Tensor.mostBytes {
            self = Tensor.slowUninitialized(shape, dtype, device, operation, context)
            return
        }
        let buffer = Buffer(byteCount: bytes, device: device, scope: context.scope)
        if buffer.address == nil { Tensor.overrun(operation, shape, bytes, context) }
        self.init(buffer: buffer, shape: shape, dtype: dtype)
    }

    private static var mostBytes: Int { 1 << 46 }

    @inline(never)
    private static func slowUninitialized(
        _ shape: Shape, _ dtype: DType, _ device: Device, _ operation: StaticString,
        _ context: ThreadContext
    ) -> Tensor {
        let bytes = shape.byteCount(dtype)
        if let recorder = context.recorder {
            return Tensor(
                buffer: recorder.newBuffer(byteCount: bytes, device: device), shape: shape,
                dtype: dtype)
        }
        let buffer = Buffer(byteCount: bytes, device: device, scope: context.scope)
        if buffer.address == nil { overrun(operation, shape, bytes, context) }
        return Tensor(buffer: buffer, shape: shape, dtype: dtype)
    }

    @inline(never)
    private static func overrun(
        _ operation: StaticString, _ shape: Shape, _ bytes: Int, _ context: ThreadContext
    ) {
        guard let scope = context.scope else {
            fatalError(
                MemoryLimitError.now("\(operation)", shape, bytes, scoped: nil).description
                    + " To get this as an error, run the work inside Memory.withLimit.")
        }
        scope.recordOverrun("\(operation)", shape, bytes)
    }
}
