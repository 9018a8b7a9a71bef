import CHindsightKernels

extension Tensor {
    /// A tensor with these elements in row-major order.
    ///
    /// - Parameters:
    ///   - values: as many as `shape` has elements.
    ///   - shape: the sizes; a vector of all values if not given.
    ///   - device: where the tensor is to be.
    public init<Element: TensorElement>(
        _ values: [Element], shape: Shape? = nil, on device: Device = .cpu
    ) {
        let shape = shape ?? Shape(values.count)
        require(
            values.count == shape.elementCount,
            "Tensor: \(values.count) values do not fill shape \(shape) (\(shape.elementCount))")
        let host = Tensor.fromHost(shape, Element.dtype) { target in
            values.withUnsafeBytes { target.copyMemory(from: $0) }
        }
        self = device == .cpu ? host : host.to(device)
    }

    /// A scalar: a tensor of shape `[]`.
    public init<Element: TensorElement>(_ value: Element) { self.init([value], shape: []) }

    /// A matrix from its rows, which must have equal lengths.
    public init(_ rows: [[Float]]) {
        let columns = rows.first?.count ?? 0
        for (index, row) in rows.enumerated() {
            require(
                row.count == columns,
                "Tensor: row \(index) has \(row.count) values, the first has \(columns)")
        }
        self.init(rows.flatMap { $0 }, shape: [rows.count, columns])
    }

    /// A tensor that reads memory which `owner` keeps alive and unchanged, such as a mapped file.
    ///
    /// - Parameters:
    ///   - address: of the first element, aligned to the element's size.
    ///   - shape: the sizes.
    ///   - dtype: the type of the elements.
    ///   - owner: what keeps the memory; released with the last tensor that reads it.
    public init(borrowing address: UnsafeRawPointer, shape: Shape, dtype: DType, owner: AnyObject) {
        let bytes = shape.byteCount(dtype)
        self.init(
            buffer: Buffer(borrowing: address, byteCount: bytes, owner: owner), shape: shape,
            dtype: dtype)
    }

    /// A tensor of host values. It has memory even while a step is being captured: a constant.
    static func fromHost(
        _ shape: Shape, _ dtype: DType, _ fill: (UnsafeMutableRawBufferPointer) -> Void
    ) -> Tensor {
        let context = ThreadContext.current
        let recorder = context.recorder
        context.recorder = nil
        defer { context.recorder = recorder }
        let tensor = Tensor(uninitialized: shape, dtype, .cpu, for: "Tensor")
        if let address = tensor.address {
            fill(UnsafeMutableRawBufferPointer(start: address, count: tensor.byteCount))
        }
        return tensor
    }

    /// A tensor whose elements are all `value`.
    ///
    /// - Parameters:
    ///   - value: a number the element type has, if that is an integer type.
    ///   - shape: the sizes.
    ///   - dtype: the type of the elements; floating-point types are `float64` on the reference device.
    ///   - device: where the tensor is to be.
    public init(
        repeating value: Double, shape: Shape, dtype: DType = .float32, on device: Device = .cpu
    ) {
        dtype.requireWhole(value, "fill")
        self.init(uninitialized: shape, device.natural(dtype), device, for: "fill")
        fill(value)
    }

    private func fill(_ value: Double) {
        guard dtype != .bfloat16, dtype != .float16 else {
            var call = hs_call(HS_OP_CONVERT, Int(dtype.rawValue), .float32)
            call.n.0 = Int64(count)
            execute(&call, Tensor(repeating: value, shape: shape, on: device), self)
            return
        }
        var call = hs_call(HS_OP_FILL, 0, dtype)
        call.n.0 = Int64(count)
        call.f.0 = value
        guard let address else {
            executeSlowly(&call, [self])
            return
        }
        call.p.0 = address
        device.execute(&call)
    }

    /// A tensor of zeros.
    public static func zeros(_ shape: Shape, _ dtype: DType = .float32, on device: Device = .cpu)
        -> Tensor
    {
        Tensor(repeating: 0, shape: shape, dtype: dtype, on: device)
    }

    /// A tensor of ones.
    public static func ones(_ shape: Shape, _ dtype: DType = .float32, on device: Device = .cpu)
        -> Tensor
    {
        Tensor(repeating: 1, shape: shape, dtype: dtype, on: device)
    }

    /// Zeros of the same shape, element type and device as `other`.
    public static func zeros(like other: Tensor) -> Tensor {
        Tensor(repeating: 0, shape: other.shape, dtype: other.dtype, on: other.device)
    }

    /// Ones of the same shape, element type and device as `other`.
    public static func ones(like other: Tensor) -> Tensor {
        Tensor(repeating: 1, shape: other.shape, dtype: other.dtype, on: other.device)
    }

    /// `count` numbers: `start`, `start + step`, …; for an integer type whole ones that it has.
    public static func arange(
        _ count: Int, from start: Double = 0, by step: Double = 1, dtype: DType = .float32,
        on device: Device = .cpu
    ) -> Tensor {
        require(count >= 0, "arange: a negative count (\(count))")
        if count > 0 {
            dtype.requireWhole(start, "arange")
            dtype.requireWhole(start + Double(count - 1) * step, "arange")
            if count > 1 { dtype.requireWhole(step.magnitude, "arange", shown: step) }
        }
        let result = Tensor(
            uninitialized: Shape(count), device.natural(dtype), device, for: "arange")
        var call = hs_call(HS_OP_ARANGE, 0, result.dtype)
        call.n.0 = Int64(count)
        call.f.0 = start
        call.f.1 = step
        executeSlowly(&call, [result])
        return result
    }

    /// The identity matrix of that size.
    public static func identity(_ size: Int) -> Tensor {
        Tensor.arange(size, dtype: .int64).oneHot(classes: size)
    }

    /// 1 with the shape, element type and device of a tensor of one element; made once for each.
    static func one(like value: Tensor) -> Tensor {
        if value.dtype == .float32, value.device == .cpu, value.shape.rank == 0 { return cpuOne }
        return ones(like: value)
    }

    /// Made outside any memory scope: it outlives the one that may be in force at its first use.
    private static let cpuOne = ThreadContext.current.withoutScope { Tensor(Float(1)) }
}

extension Device {
    /// The element type this device keeps values of `dtype` in.
    func natural(_ dtype: DType) -> DType {
        self == .reference && dtype.isFloatingPoint ? .float64 : dtype
    }
}
